// One update of all parameters, in one launch, by the formulas of core/training/optimizer.h. Parameters are
// cut into chunks; numbers that change from step to step lie on the device, so that a recorded step can be
// run again with others.
//
//   queue.upload(numbers, &host, sizeof host);
//   queue.reduce(gpu::GradientSquares{table, squares, firstBad}, chunkCount, gpu::chunkFours, 1);
//   queue.reduce(gpu::ClipFactor{squares, firstBad, numbers}, 1, chunkCount, 1);
//   queue.map(gpu::SgdUpdate{table, numbers, firstBad, false}, chunkCount * gpu::chunkFours);
#pragma once

#include <cmath>

#include "core/engines/cuda/device/finite.h"

namespace bypath::gpu {

inline constexpr int32_t chunkValues = 4096;
inline constexpr int64_t chunkFours = chunkValues / 4;

// A parameter, its memory aligned to 16 bytes.
struct UpdateTensor {
  float* weight = nullptr;
  float* gradient = nullptr;
  float* slot0 = nullptr;  // what the optimizer remembers: momentum, or mean ...
  float* slot1 = nullptr;  // ... and square
  float* sum = nullptr;    // of the gradients of micro-batches
  int64_t count = 0;
  int32_t parameter = 0;
  float decay = 0;  // weight decay; 0 where it does not decay
  int32_t active = 1;
};

// Up to chunkValues values of one tensor, from a multiple of chunkValues on.
struct UpdateChunk {
  int32_t tensor = 0;
  int32_t count = 0;
  int64_t begin = 0;
};

struct UpdateNumbers {
  double clipNorm = 0;
  double gradientNorm = 0;  // ClipFactor writes it
  float rate = 0, momentum = 0;
  float beta1 = 0, beta2 = 0, epsilon = 0;
  float stepSize = 0;     // rate / (1 - beta1^t)
  float squareScale = 0;  // 1 / sqrt(1 - beta2^t)
  float shrink = 1;       // adamw, of what decays: 1 - rate * decay
  float clip = 1;         // gradients are multiplied by it; ClipFactor writes it
  int32_t halted = 0;     // 1: nothing is updated; ClipFactor writes it where a gradient is not finite
};

struct UpdateTable {
  const UpdateTensor* tensors;
  const UpdateChunk* chunks;
};

// The least of itself and `value`, whoever comes first.
BYPATH_DEVICE void atLeast(int32_t* place, int32_t value) {
#if defined(__CUDA_ARCH__)
  atomicMin(place, value);
#else
  if (value < *place) *place = value;
#endif
}

// Where call i of a map over fours of all chunks stands; beyond the end of its chunk there is nothing.
struct UpdatePlace {
  UpdateChunk chunk;
  int64_t four;  // in the chunk

  BYPATH_DEVICE static UpdatePlace of(const UpdateTable& table, int64_t i) {
    return {table.chunks[i / chunkFours], i % chunkFours};
  }
  BYPATH_DEVICE bool there() const { return 4 * four < chunk.count; }
  BYPATH_DEVICE Four read(const float* values) const {
    return Array{const_cast<float*>(values) + chunk.begin}.four(four, chunk.count);
  }
  BYPATH_DEVICE void write(float* values, const Four& v) const {
    Array{values + chunk.begin}.setFour(four, chunk.count, v);
  }
};

// firstBad becomes the least number of a parameter whose gradient, value or memory is not finite.
struct SgdUpdate {
  UpdateTable table;
  const UpdateNumbers* numbers;
  int32_t* firstBad;
  int32_t nesterov;

  BYPATH_DEVICE void operator()(int64_t i) const {
    const UpdatePlace place = UpdatePlace::of(table, i);
    const UpdateTensor& tensor = table.tensors[place.chunk.tensor];
    if (!place.there() || !tensor.active || numbers->halted) return;
    const float rate = numbers->rate, momentum = numbers->momentum, clip = numbers->clip;
    const Four gradient = place.read(tensor.gradient);
    Four weight = place.read(tensor.weight), buffer = place.read(tensor.slot0);
    for (int k = 0; k < 4; ++k) {
      const float g = clip * gradient.value[k] + tensor.decay * weight.value[k];
      const float b = momentum * buffer.value[k] + g;
      buffer.value[k] = b;
      weight.value[k] -= rate * (nesterov ? g + momentum * b : b);
    }
    place.write(tensor.weight, weight);
    place.write(tensor.slot0, buffer);
    if (!isFinite(gradient) || !isFinite(weight) || !isFinite(buffer)) atLeast(firstBad, tensor.parameter);
  }
};

struct AdamUpdate {
  UpdateTable table;
  const UpdateNumbers* numbers;
  int32_t* firstBad;
  int32_t decoupled;  // 1: adamw

  BYPATH_DEVICE void operator()(int64_t i) const {
    const UpdatePlace place = UpdatePlace::of(table, i);
    const UpdateTensor& tensor = table.tensors[place.chunk.tensor];
    if (!place.there() || !tensor.active || numbers->halted) return;
    const UpdateNumbers n = *numbers;
    const float decay = decoupled ? 0 : tensor.decay;
    const float shrink = decoupled && tensor.decay != 0 ? n.shrink : 1;
    const Four gradient = place.read(tensor.gradient);
    Four weight = place.read(tensor.weight), mean = place.read(tensor.slot0),
         square = place.read(tensor.slot1);
    for (int k = 0; k < 4; ++k) {
      const float g = n.clip * gradient.value[k] + decay * weight.value[k];
      const float a = n.beta1 * mean.value[k] + (1 - n.beta1) * g;
      const float v = n.beta2 * square.value[k] + (1 - n.beta2) * g * g;
      mean.value[k] = a;
      square.value[k] = v;
      weight.value[k] = shrink * weight.value[k] - n.stepSize * a / (sqrtf(v) * n.squareScale + n.epsilon);
    }
    place.write(tensor.weight, weight);
    place.write(tensor.slot0, mean);
    place.write(tensor.slot1, square);
    if (!isFinite(gradient) || !isFinite(weight) || !isFinite(mean) || !isFinite(square))
      atLeast(firstBad, tensor.parameter);
  }
};

// Looks at the weights of all tensors of the table, active or not, and changes nothing: running statistics.
struct AllFinite {
  UpdateTable table;
  int32_t* firstBad;

  BYPATH_DEVICE void operator()(int64_t i) const {
    const UpdatePlace place = UpdatePlace::of(table, i);
    if (!place.there()) return;
    const UpdateTensor& tensor = table.tensors[place.chunk.tensor];
    if (!isFinite(place.read(tensor.weight))) atLeast(firstBad, tensor.parameter);
  }
};

// The gradients of micro-batches: sum = gradient in the first, sum + gradient later; in the last, gradient =
// share * sum.
struct AddGradients {
  UpdateTable table;
  float share;
  int32_t first, last;

  BYPATH_DEVICE void operator()(int64_t i) const {
    const UpdatePlace place = UpdatePlace::of(table, i);
    const UpdateTensor& tensor = table.tensors[place.chunk.tensor];
    if (!place.there() || !tensor.active) return;
    Four sum = place.read(tensor.gradient);
    if (!first) {
      const Four before = place.read(tensor.sum);
      for (int k = 0; k < 4; ++k) sum.value[k] = before.value[k] + sum.value[k];
    }
    place.write(tensor.sum, sum);
    if (!last) return;
    for (float& value : sum.value) value *= share;
    place.write(tensor.gradient, sum);
  }
};

// The sum of a chunk's squared gradients. Segments are chunks, rows chunkFours, in one column.
struct GradientSquares {
  UpdateTable table;
  double* squares;  // a chunk
  int32_t* firstBad;

  struct State {
    double sum;
    int32_t bad;
  };
  BYPATH_DEVICE State none() const { return {}; }
  BYPATH_DEVICE void add(State& state, int64_t segment, int64_t row, int32_t) const {
    const UpdatePlace place{table.chunks[segment], row};
    const UpdateTensor& tensor = table.tensors[place.chunk.tensor];
    if (!place.there() || !tensor.active) return;
    const Four gradient = place.read(tensor.gradient);
    for (const float value : gradient.value)
      state.sum += static_cast<double>(value) * static_cast<double>(value);
    if (!isFinite(gradient)) state.bad = 1;
  }
  BYPATH_DEVICE void join(State& state, const State& other) const {
    state.sum += other.sum;
    state.bad |= other.bad;
  }
  BYPATH_DEVICE void finish(const State& state, int64_t segment, int32_t) const {
    squares[segment] = state.sum;
    if (state.bad) atLeast(firstBad, table.tensors[table.chunks[segment].tensor].parameter);
  }
};

// What all gradients are to be multiplied by; nothing is updated where one of them is not finite. Rows are
// chunks, in one column; after GradientSquares.
struct ClipFactor {
  const double* squares;
  const int32_t* firstBad;
  UpdateNumbers* numbers;

  struct State {
    double sum;
  };
  BYPATH_DEVICE State none() const { return {}; }
  BYPATH_DEVICE void add(State& state, int64_t, int64_t row, int32_t) const { state.sum += squares[row]; }
  BYPATH_DEVICE void join(State& state, const State& other) const { state.sum += other.sum; }
  BYPATH_DEVICE void finish(const State& state, int64_t, int32_t) const {
    const double norm = sqrt(state.sum), factor = numbers->clipNorm / (norm + 1e-6);
    numbers->gradientNorm = norm;
    numbers->clip = factor < 1 ? static_cast<float>(factor) : 1;
    numbers->halted = *firstBad != INT32_MAX;
  }
};

#define BYPATH_UPDATE_MAPS(X) X(SgdUpdate) X(AdamUpdate) X(AllFinite) X(AddGradients)
#define BYPATH_UPDATE_REDUCTIONS(X) X(GradientSquares) X(ClipFactor)

}  // namespace bypath::gpu
