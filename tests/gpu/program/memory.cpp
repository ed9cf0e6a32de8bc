#include "core/engines/cuda/cuda_engine.h"
#include "tests/gpu/program/built_network.h"
#include "tests/gpu/program/parts.h"

namespace bypath {
namespace {

constexpr int64_t mostKept = int64_t{2} << 20;

std::vector<NetworkCase> cases(bool quick) {
  if (quick) return {{.network = "resnet", .depth = 8, .width = 4}};
  return {{.network = "resnet", .depth = 20, .batch = 128},
          {.network = "resnet", .depth = 110, .batch = 128},
          {.network = "resnet-imagenet", .depth = 18, .batch = 128},
          {.network = "resnet-vae", .depth = 28, .batch = 25},
          {.network = "resnet-vae", .depth = 100, .batch = 25}};
}

int64_t lessThan(uint64_t before, uint64_t now) {
  return static_cast<int64_t>(before) - static_cast<int64_t>(now);
}

nlohmann::json measure(const GpuCheck& check, const NetworkCase& what, Engine& engine) {
  const uint64_t before = check.gpu.freeBytes();
  nlohmann::json line = {{"network", what.text()}};
  {
    Result<BuiltNetwork> built = BuiltNetwork::make(what, engine);
    if (!built) throw std::runtime_error(built.error().message);
    line["predicted"] = built->plan.arenaBytes + built->plan.parameterBytes;
    line["session"] = lessThan(before, check.gpu.freeBytes());
    if (const Result<void> taken = built->takeUpdate(engine); !taken)
      throw std::runtime_error(taken.error().message);
    for (uint32_t s = 0; s < 3; ++s) built->step(s);
    check.gpu.waitForAll();
    line["with_update"] = lessThan(before, check.gpu.freeBytes());
  }
  line["kept"] = lessThan(before, check.gpu.freeBytes());
  return line;
}

}  // namespace

nlohmann::json measureMemory(const GpuCheck& check) {
  nlohmann::json lines = nlohmann::json::array(), failures = nlohmann::json::array();
  for (const DeviceMath math : {DeviceMath::float32, DeviceMath::bf16}) {
    const auto engine = makeCudaEngine(check.gpu.device, {.math = math, .tuningFile = check.tuningFile});
    for (const NetworkCase& what : cases(check.quick)) {
      // The libraries load their own code when they are first used; what that takes is not the network's.
      measure(check, what, *engine);
      nlohmann::json line = measure(check, what, *engine);
      line["math"] = nameOf(math);
      if (line["kept"].get<int64_t>() > mostKept)
        failures.push_back(what.text() + ", " + nameOf(math) + ": " +
                           std::to_string(line["kept"].get<int64_t>()) + " bytes are not given back");
      lines.push_back(std::move(line));
    }
  }
  return {{"lines", lines}, {"failures", failures}};
}

}  // namespace bypath
