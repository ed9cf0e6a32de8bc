// Ops with random numbers: a call draws those of its own values again, forward and backward, and stores none.
#pragma once

#include "core/engines/cuda/device/philox.h"
#include "core/engines/cuda/device/pixels.h"

namespace bypath::gpu {

// The numbers of one stream at this step, in groups of one key each.
struct RandomStream {
  const StepKey* step;
  uint32_t stream;
  int32_t ofSamples;  // a group is a sample of the batch; else all groups have one key
  Lanes lanes;

  BYPATH_DEVICE PhiloxWords words(int64_t group, int64_t block) const {
    const uint32_t sample = ofSamples ? step->firstSample + static_cast<uint32_t>(group) : 0;
    return philox({step->seed, stream, step->step, sample}, static_cast<uint32_t>(block));
  }
  // Numbers `first` to first + 3 of a group, first a multiple of four; of single lanes the first alone.
  BYPATH_DEVICE Four uniforms(int64_t group, int64_t first) const {
    const PhiloxWords drawn = words(group, first / 4);
    if (lanes.width == 4)
      return {{uniformOf(drawn.word[0]), uniformOf(drawn.word[1]), uniformOf(drawn.word[2]),
               uniformOf(drawn.word[3])}};
    const uint32_t left = first & 1 ? drawn.word[1] : drawn.word[0];
    const uint32_t right = first & 1 ? drawn.word[3] : drawn.word[2];
    return {{uniformOf(first & 2 ? right : left), 0, 0, 0}};
  }
  BYPATH_DEVICE Four normals(int64_t group, int64_t first) const {
    const NormalPair near = normalPairOf(words(group, first / 2));
    if (lanes.width != 4) return {{first & 1 ? near.odd : near.even, 0, 0, 0}};
    const NormalPair far = normalPairOf(words(group, first / 2 + 1));
    return {{near.even, near.odd, far.even, far.odd}};
  }
};

struct Dropout {
  Array x, y;
  RandomStream random;
  int64_t groupUnits;  // values of a group, in units of lanes
  int64_t each;        // numbers of a group; value v is multiplied by number v % each
  int32_t normal;      // factors 1 + deviation * normal number
  float rate, kept, deviation;

  BYPATH_DEVICE void operator()(int64_t i) const {
    const Divided at = divided(i, groupUnits);
    const int64_t first = at.rest * random.lanes.width;
    const int64_t number = first < each ? first : divided(first, each).rest;
    Four factor = normal ? random.normals(at.quotient, number) : random.uniforms(at.quotient, number);
    for (float& value : factor.value) value = normal ? 1 + deviation * value : value >= rate ? kept : 0.0f;
    Four v = random.lanes.read(x, i);
    for (int k = 0; k < 4; ++k) {
      const float by = each == 1 ? factor.value[0] : factor.value[k];
      v.value[k] = by == 0 ? 0 : v.value[k] * by;  // nothing is left, whatever the value was
    }
    random.lanes.write(y, i, v);
  }
};

// z = mu + exp(share * s) * noise, all (N,L).
struct GaussianSample {
  Array mu, s, z;
  RandomStream random;
  int64_t sampleUnits;
  float share;

  BYPATH_DEVICE void operator()(int64_t i) const {
    const Divided at = divided(i, sampleUnits);
    const Four noise = random.normals(at.quotient, at.rest * random.lanes.width);
    const Four spread = random.lanes.read(s, i);
    Four v = random.lanes.read(mu, i);
    for (int k = 0; k < 4; ++k) v.value[k] += expf(share * spread.value[k]) * noise.value[k];
    random.lanes.write(z, i, v);
  }
};

struct GaussianSampleBackward {
  Array s, dz, ds;
  RandomStream random;
  int64_t sampleUnits;
  float share;

  BYPATH_DEVICE void operator()(int64_t i) const {
    const Divided at = divided(i, sampleUnits);
    const Four noise = random.normals(at.quotient, at.rest * random.lanes.width);
    const Four spread = random.lanes.read(s, i);
    Four v = random.lanes.read(dz, i);
    for (int k = 0; k < 4; ++k) v.value[k] *= share * expf(share * spread.value[k]) * noise.value[k];
    random.lanes.write(ds, i, v);
  }
};

#define BYPATH_RANDOM_MAPS(X) X(Dropout) X(GaussianSample) X(GaussianSampleBackward)
#define BYPATH_RANDOM_REDUCTIONS(X)

}  // namespace bypath::gpu
