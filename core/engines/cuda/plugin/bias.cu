#include "core/engines/cuda/device/array.h"
#include "core/engines/cuda/plugin/launch.cuh"

namespace bypath {
namespace {

struct AddBias {
  gpu::Array y;
  const float* bias;
  int32_t channels, relu;
  int64_t count;

  BYPATH_DEVICE void operator()(int64_t i) const {
    gpu::Four v = y.four(i, count);
    const gpu::FourChannels at = gpu::channelsOfFour(i, channels);
    for (int k = 0; k < 4; ++k) {
      if (bias) v.value[k] += bias[at.channel[k]];
      if (relu) v.value[k] = v.value[k] > 0 ? v.value[k] : 0;
    }
    y.setFour(i, count, v);
  }
};

}  // namespace

cudaError_t launchBias(void* y, bool half, const float* bias, bool relu, int64_t rows, int32_t channels,
                       cudaStream_t stream) {
  const int64_t count = rows * channels;
  return launchMapOf(
      AddBias{
          .y = {y, half ? 1 : 0}, .bias = bias, .channels = channels, .relu = relu ? 1 : 0, .count = count},
      gpu::foursOf(count), stream);
}

}  // namespace bypath
