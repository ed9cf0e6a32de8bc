#include <cmath>
#include <map>

#include "core/engines/cuda/cuda_engine.h"
#include "core/engines/reference/op_check.h"
#include "core/ops/catalog.h"
#include "tests/gpu/program/built_network.h"
#include "tests/gpu/program/parts.h"

namespace bypath {
namespace {

// Only convolutions and matrix products have more than one arithmetic.
bool hasArithmetics(std::string_view op) {
  return op.starts_with("conv2d") || op.starts_with("matmul");
}

// In a coarser arithmetic the distance to the reference is a finding, everything else a failure.
bool isMeasuredOnly(DeviceMath math, const OpCheck& outcome) {
  return math != DeviceMath::float32 && std::isfinite(outcome.worst) &&
         outcome.message.find("the reference says") != std::string::npos;
}

}  // namespace

nlohmann::json checkKernels(const GpuCheck& check) {
  nlohmann::json lines = nlohmann::json::array(), failures = nlohmann::json::array();
  int checked = 0;
  for (const DeviceMath math : {DeviceMath::float32, DeviceMath::tf32, DeviceMath::bf16}) {
    if (check.quick && math == DeviceMath::tf32) continue;
    const auto kernels = makeCudaKernels(*check.gpu.device, {.math = math});
    for (const auto& kernel : kernels->list()) {
      if (math != DeviceMath::float32 && !hasArithmetics(kernel->op())) continue;
      const OpType* type = findOp(kernel->op());
      if (!type) continue;
      double worst = 0, allowed = 0;
      int examples = 0;
      for (const OpExample& example : type->examples()) {
        if (check.quick && examples == 2) break;
        const OpCheck outcome = checkKernel(*kernel, *type, example, 1);
        if (!outcome.applies) continue;
        ++examples;
        worst = std::max(worst, outcome.worst);
        allowed = std::max(allowed, outcome.allowed);
        if (!outcome.passed && !isMeasuredOnly(math, outcome))
          failures.push_back(type->id + " [" + std::string(kernel->id()) + ", " + nameOf(math) + "] " +
                             example.name + ": " + outcome.message);
      }
      checked += examples;
      lines.push_back({{"op", type->id},
                       {"kernel", kernel->id()},
                       {"math", nameOf(math)},
                       {"examples", examples},
                       {"worst", worst},
                       {"allowed", allowed}});
    }
  }
  return {{"checked", checked}, {"lines", lines}, {"failures", failures}};
}

}  // namespace bypath
