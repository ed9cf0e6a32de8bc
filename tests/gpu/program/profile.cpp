#include "core/plan/profile.h"

#include "core/engines/cuda/cuda_engine.h"
#include "tests/gpu/program/built_network.h"
#include "tests/gpu/program/parts.h"

namespace bypath {
namespace {

constexpr int runs = 10;

std::vector<NetworkCase> cases(bool quick) {
  if (quick) return {{.network = "resnet", .depth = 8, .width = 4}};
  return {{.network = "resnet", .depth = 20, .batch = 128},
          {.network = "resnet-vae", .depth = 28, .batch = 25},
          {.network = "resnet-imagenet", .depth = 18, .batch = 128}};
}

}  // namespace

nlohmann::json measureKernels(const GpuCheck& check) {
  nlohmann::json tables = nlohmann::json::array(), failures = nlohmann::json::array();
  for (const DeviceMath math : {DeviceMath::float32, DeviceMath::tf32, DeviceMath::bf16}) {
    if (check.quick && math != DeviceMath::float32) continue;
    const auto engine = makeCudaEngine(check.gpu.device, {.math = math, .tuningFile = check.tuningFile});
    for (const NetworkCase& what : cases(check.quick)) {
      Result<BuiltNetwork> built = BuiltNetwork::make(what, *engine);
      if (!built) {
        failures.push_back(what.text() + ", " + nameOf(math) + ": " + built.error().message);
        continue;
      }
      std::vector<double> warmUp(built->plan.program->steps.size()), seconds(warmUp.size());
      built->session->measureSteps(warmUp);
      for (uint32_t s = 0; s < 3; ++s) built->step(s);
      built->session->measureSteps(seconds);
      for (uint32_t s = 0; s < runs; ++s) built->step(s);
      tables.push_back({{"network", what.text()},
                        {"math", nameOf(math)},
                        {"kernels", profileTable(profile(built->plan, seconds, ProfileBy::kernel), runs, 24)},
                        {"shapes", profileTable(profile(built->plan, seconds, ProfileBy::shape), runs, 24)}});
    }
  }
  return {{"tables", tables}, {"failures", failures}};
}

}  // namespace bypath
