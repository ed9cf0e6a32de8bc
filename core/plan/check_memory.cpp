#include <fstream>

#include "core/base/text.h"
#include "core/plan/pass.h"

namespace bypath {

uint64_t availableMemory() {
  std::ifstream file("/proc/meminfo");
  std::string key, unit;
  uint64_t kibibytes = 0;
  while (file >> key >> kibibytes) {
    if (key == "MemAvailable:") return kibibytes * 1024;
    std::getline(file, unit);
  }
  return 0;
}

Result<std::string> passCheckMemory(PlanDraft& draft) {
  const ExecutionPlan& plan = draft.plan;
  const bool given = draft.options.memoryLimit > 0;
  const uint64_t ofEngine = draft.engine.freeBytes();
  const uint64_t limit = given ? draft.options.memoryLimit : ofEngine > 0 ? ofEngine : availableMemory();
  const uint64_t needed = plan.arenaBytes + plan.parameterBytes;
  if (limit > 0 && needed > limit)
    return Error{ErrorKind::resources, "The network needs " + bytesText(needed) + " of memory (" +
                                           bytesText(plan.arenaBytes) + " for a batch, " +
                                           bytesText(plan.parameterBytes) + " for its parameters), but " +
                                           (given          ? "the limit is "
                                            : ofEngine > 0 ? "the GPU has only "
                                                           : "the machine has only ") +
                                           bytesText(limit) + (given ? "" : " free") +
                                           "; use a smaller batch or a narrower network."};
  return bytesText(needed) + (limit > 0 ? " of " + bytesText(limit) : "");
}

}  // namespace bypath
