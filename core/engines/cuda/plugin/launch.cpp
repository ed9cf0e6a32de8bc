#include "core/engines/cuda/plugin/launch.h"

#include <array>
#include <utility>

#include "core/engines/cuda/device/kernels.h"

namespace bypath {
namespace {

constexpr size_t kernelCount = static_cast<size_t>(gpu::KernelNumber::count);

template <int... part>
std::array<LaunchEntry, kernelCount> makeTable(std::integer_sequence<int, part...>) {
  std::array<LaunchEntry, kernelCount> table;
  constexpr LaunchEntry (*entries[])(int32_t) = {&launchEntryOfPart<part>...};
  for (size_t number = 0; number < kernelCount; ++number)
    table[number] = entries[number % launchParts](static_cast<int32_t>(number));
  return table;
}

}  // namespace

cudaError_t launchKernel(const KernelLaunch& launch, const LaunchPlace& place) {
  static const std::array<LaunchEntry, kernelCount> table =
      makeTable(std::make_integer_sequence<int, launchParts>());
  if (launch.number < 0 || static_cast<size_t>(launch.number) >= kernelCount)
    return cudaErrorInvalidDeviceFunction;
  const LaunchEntry& entry = table[static_cast<size_t>(launch.number)];
  if (!entry.launch || entry.argumentBytes != launch.argumentBytes) return cudaErrorInvalidDeviceFunction;
  return entry.launch(launch, place);
}

}  // namespace bypath
