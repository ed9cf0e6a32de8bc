// What kernels of the device read and write, in code that nvcc compiles for the GPU and any C++ compiler for
// the host: there the same functions run on plain memory, which is how tests check them without a GPU.
//
//   struct Relu {
//     gpu::Array x, y;
//     int64_t count;
//     BYPATH_DEVICE void operator()(int64_t i) const {
//       gpu::Four v = x.four(i, count);
//       for (float& value : v.value) value = value > 0 ? value : 0;
//       y.setFour(i, count, v);
//     }
//   };
#pragma once

#include <cstdint>
#include <cstring>

#if defined(__CUDACC__)
#define BYPATH_DEVICE __host__ __device__ __forceinline__
#else
#define BYPATH_DEVICE inline
#endif

namespace bypath::gpu {

// bfloat16 is the upper half of a float32, rounded to nearest even; a NaN stays one.
BYPATH_DEVICE float fromBits(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}
BYPATH_DEVICE uint32_t toBits(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}
BYPATH_DEVICE float fromBf16(uint16_t half) {
  return fromBits(static_cast<uint32_t>(half) << 16);
}
BYPATH_DEVICE uint16_t toBf16(float value) {
  const uint32_t bits = toBits(value);
  if ((bits & 0x7fffffffu) > 0x7f800000u) return static_cast<uint16_t>((bits >> 16) | 0x40u);
  return static_cast<uint16_t>((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16);
}

struct Four {
  float value[4];
};
struct alignas(16) FourFloats {
  float value[4];
};
struct alignas(8) FourHalves {
  uint16_t value[4];
};

// A tensor's numbers, float32 or bfloat16; arithmetic is float32. Memory is aligned to 64 bytes.
struct Array {
  void* data = nullptr;
  int32_t half = 0;  // 1: bfloat16

  BYPATH_DEVICE bool there() const { return data != nullptr; }
  BYPATH_DEVICE float get(int64_t i) const {
    return half ? fromBf16(static_cast<const uint16_t*>(data)[i]) : static_cast<const float*>(data)[i];
  }
  BYPATH_DEVICE void set(int64_t i, float value) const {
    if (half)
      static_cast<uint16_t*>(data)[i] = toBf16(value);
    else
      static_cast<float*>(data)[i] = value;
  }
  // Values 4 * i to 4 * i + 3 of `count`; zero beyond the end.
  BYPATH_DEVICE Four four(int64_t i, int64_t count) const {
    Four out;
    if (4 * i + 4 <= count) {
      if (half) {
        const FourHalves read = static_cast<const FourHalves*>(data)[i];
        for (int v = 0; v < 4; ++v) out.value[v] = fromBf16(read.value[v]);
      } else {
        const FourFloats read = static_cast<const FourFloats*>(data)[i];
        for (int v = 0; v < 4; ++v) out.value[v] = read.value[v];
      }
      return out;
    }
    for (int v = 0; v < 4; ++v) out.value[v] = 4 * i + v < count ? get(4 * i + v) : 0.0f;
    return out;
  }
  BYPATH_DEVICE void setFour(int64_t i, int64_t count, const Four& values) const {
    if (4 * i + 4 <= count) {
      if (half) {
        FourHalves write;
        for (int v = 0; v < 4; ++v) write.value[v] = toBf16(values.value[v]);
        static_cast<FourHalves*>(data)[i] = write;
      } else {
        FourFloats write;
        for (int v = 0; v < 4; ++v) write.value[v] = values.value[v];
        static_cast<FourFloats*>(data)[i] = write;
      }
      return;
    }
    for (int v = 0; v < 4 && 4 * i + v < count; ++v) set(4 * i + v, values.value[v]);
  }
};

// Of values 4 * i to 4 * i + 3 of a tensor (..., channels): their channels. One division for the four, and
// in 32 bits where the tensor allows it.
struct FourChannels {
  int32_t channel[4];
};
BYPATH_DEVICE FourChannels channelsOfFour(int64_t i, int32_t channels) {
  const int64_t first = 4 * i;
  FourChannels out;
  int32_t c = first <= INT32_MAX
                  ? static_cast<int32_t>(static_cast<uint32_t>(first) % static_cast<uint32_t>(channels))
                  : static_cast<int32_t>(first % channels);
  for (int v = 0; v < 4; ++v) {
    out.channel[v] = c;
    if (++c == channels) c = 0;
  }
  return out;
}

// How many calls a map over `count` values makes when each call takes four.
constexpr int64_t foursOf(int64_t count) {
  return (count + 3) / 4;
}

}  // namespace bypath::gpu
