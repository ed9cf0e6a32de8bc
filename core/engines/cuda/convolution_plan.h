// How one of our convolutions becomes a call of the library: with which padding, in which arithmetic, with
// what of the extras, and what of it lies in the workspace.
//
//   const ConvolutionCase c = ConvolutionCase::of(ConvolutionPart::forward, attributes, shapes, output);
//   const std::optional<ConvolutionPlan> plan = planConvolution(c, math, {.x = true, .y = true}, ways);
#pragma once

#include <optional>

#include "core/engines/cuda/convolution_choices.h"
#include "core/engines/cuda/device_kernel.h"
#include "core/ops/window.h"

namespace bypath {

// One use of conv2d, conv2d_transposed or conv2d_weights: x (N,H,W,C), w (KH,KW,C,K), y (N,OH,OW,K), one of
// them computed, and what is done to the sums (ConvolutionExtras).
struct ConvolutionCase {
  ConvolutionPart part = ConvolutionPart::forward;
  Window window;
  Shape x, w, y;
  size_t bias = 0, plus = 0, mask = 0;  // places among the inputs; 0: not there
  bool relu = false, split = false;
  bool fusesBias = true;  // bias is float32, as the library adds it
  bool inPlace = false;   // plus or mask may be the memory of the result

  static ConvolutionCase of(ConvolutionPart part, const OpCall& call);
  // With what is known of the memory.
  static ConvolutionCase of(ConvolutionPart part, const DeviceRun& run);

  const Shape& result() const;
  // Why no device takes it; empty when one may.
  std::string problem() const;
};

// Which of the two images are bfloat16.
struct HalfImages {
  bool x = false, y = false;
};

struct ConvolutionPlan {
  ConvolutionCall call;                 // without memory; bias is not null where the library adds it
  bool half = false;                    // all three tensors of the call are bfloat16
  bool padded = false;                  // the call's x is an image with x's padding inside it
  gpu::ImageOverlay overlay;            // from what x's part reads to what it makes, where padded
  bool xApart = false, yApart = false;  // the call's image is not the op's own memory but in the workspace
  uint64_t libraryBytes = 0, filterBytes = 0, xBytes = 0, yBytes = 0;  // of the workspace

  uint64_t workspaceBytes() const;
};

// Remembers what convolutionWays() said. May be used from several threads.
class ConvolutionWays {
 public:
  ConvolutionWays(Device& device, bool fast) : device_(device), fast_(fast) {}
  const std::vector<ConvolutionAlgorithm>& of(const ConvolutionCall& call);

 private:
  Device& device_;
  const bool fast_;
  std::mutex mutex_;
  std::map<std::string, std::vector<ConvolutionAlgorithm>> known_;
};

// Nothing: the library has no way to do it.
std::optional<ConvolutionPlan> planConvolution(const ConvolutionCase& c, DeviceMath math, HalfImages halves,
                                               ConvolutionWays& ways);

}  // namespace bypath
