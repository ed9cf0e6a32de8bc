#include "core/engines/cpu/channel_norm.h"

#include <cassert>

#include "core/engines/cpu/channel_spans.h"
#include "core/ops/input_norm.h"

namespace bypath {

namespace {

struct Memory {
  float* mean;
  float* scale;
  float* shift;
  size_t bytes;

  Memory(int64_t period, std::byte* base) {
    WorkspaceLayout layout(base);
    mean = layout.take(period);
    scale = layout.take(period);
    shift = layout.take(period);
    bytes = layout.bytes();
  }
};

}  // namespace

void ChannelNorm::apply(const float* x, int64_t count, float* y, int64_t firstChannel) const {
  assert(firstChannel == 0 || firstChannel + count <= period);
  channelAffine(x, count, period,
                {mean + firstChannel, scale + firstChannel, shift + firstChannel, nullptr, relu}, y);
}

size_t normWorkspaceBytes(const OpCall& call) {
  if (!InputNorm::isIn(call.attributes)) return 0;
  return Memory(channelPeriod(call.inputs[0].last()), nullptr).bytes;
}

NormOfRun::NormOfRun(const KernelRun& run) : workspace(run.workspace) {
  if (!InputNorm::isIn(run.attributes)) return;
  const int64_t channels = run.inputs[0].shape.last(), period = channelPeriod(channels);
  const Memory memory(period, run.workspace);
  const auto values = run.inputs.last(InputNorm::values);
  for (int64_t c = 0; c < channels; ++c) memory.scale[c] = normScale(values[1].data[c], values[2].data[c]);
  repeatChannels(memory.scale, channels, period, memory.scale);
  repeatChannels(values[0].data, channels, period, memory.mean);
  repeatChannels(values[3].data, channels, period, memory.shift);
  norm = {.mean = memory.mean,
          .scale = memory.scale,
          .shift = memory.shift,
          .period = period,
          .relu = run.attributes.flag("normalise_relu")};
  workspace += memory.bytes;
}

}  // namespace bypath
