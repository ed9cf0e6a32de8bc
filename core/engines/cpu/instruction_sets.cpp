#include <hwy/highway.h>
#include <hwy/targets.h>

#include "core/engines/cpu/cpu_engine.h"

namespace bypath {
namespace {

// What the kernel files compile (highway_targets.h), best first.
#if HWY_ARCH_X86
constexpr int64_t compiled[] = {HWY_AVX3, HWY_AVX2, HWY_SSE4};
#elif HWY_ARCH_ARM
constexpr int64_t compiled[] = {HWY_NEON};
#else
constexpr int64_t compiled[] = {HWY_STATIC_TARGET};
#endif

void useTargets(int64_t targets) {
  hwy::SetSupportedTargetsForTest(targets);
  // Kernels remember the choice made at the first call.
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

}  // namespace

std::vector<std::string> cpuInstructionSets() {
  std::vector<std::string> names;
  for (const int64_t target : compiled)
    if (hwy::SupportedTargets() & target) names.emplace_back(hwy::TargetName(target));
  if (names.empty()) names.emplace_back("baseline");
  return names;
}

bool restrictCpuInstructionSet(const std::string& name) {
  useTargets(0);
  if (name.empty()) return true;
  for (const int64_t target : compiled)
    if (name == hwy::TargetName(target) && (hwy::SupportedTargets() & target)) {
      useTargets(target);
      return true;
    }
  return name == cpuInstructionSets().front();
}

}  // namespace bypath
