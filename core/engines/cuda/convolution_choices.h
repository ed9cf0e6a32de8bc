// Which of the library's algorithms runs each convolution: found by trying them once, kept as text so that a
// later process need not try again. May be used from several threads.
//
//   Result<ConvolutionChoices> choices = ConvolutionChoices::parse(text);
//   choices->tune(queue, call, false);
//   call.algorithm = choices->number(call);
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/engines/cuda/device.h"
#include "core/engines/cuda/device_queue.h"

namespace bypath {

// An algorithm that wants more is never chosen.
inline constexpr uint64_t largestConvolutionWorkspace = uint64_t{512} << 20;

// The library's ways to run it, its first choice first: those that give the same bits every time (all with
// `fast`) and keep to the workspace above. Empty: there is none, or the device is lost.
std::vector<ConvolutionAlgorithm> convolutionWays(Device& device, const ConvolutionCall& call, bool fast);

class ConvolutionChoices {
 public:
  // All of a call that matters: "forward float32 n128 h32 w32 c16 k16 3x3 s1x1 p1x1", and then " bias",
  // " relu", " add" where these are asked for.
  static std::string key(const ConvolutionCall& call);

  // -1: it was never tried.
  int32_t number(const ConvolutionCall& call) const;
  // Tries each way that keeps to call.workspaceBytes, unless one of them is chosen already. All pointers
  // must be valid; the result is written over. Throws as DeviceQueue does.
  void tune(const DeviceQueue& queue, ConvolutionCall call, bool fast);

  // One line an entry, "KEY = NUMBER", sorted.
  std::string text() const;
  // Errors (data): a line that text() does not write, a key twice, more than 1 MiB.
  static Result<ConvolutionChoices> parse(std::string_view text);

 private:
  std::map<std::string, int32_t, std::less<>> numbers_;
  std::unique_ptr<std::mutex> mutex_ = std::make_unique<std::mutex>();
};

}  // namespace bypath
