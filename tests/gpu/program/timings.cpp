#include <algorithm>
#include <chrono>
#include <iostream>

#include "core/engines/cuda/cuda_engine.h"
#include "tests/gpu/program/built_network.h"
#include "tests/gpu/program/parts.h"

namespace bypath {
namespace {

constexpr int group = 10, groups = 3;

// One network open in one arithmetic, timed again and again.
struct Timed {
  nlohmann::json what;
  std::unique_ptr<Engine> engine;
  BuiltNetwork built;
};

Result<Timed> openTimed(const GpuCheck& check, const nlohmann::json& what) {
  const std::optional<DeviceMath> math = mathOf(what.value("math", "float32"));
  if (!math) return Error{ErrorKind::usage, "math is one of float32, tf32, bf16."};
  Timed timed{.what = what,
              .engine = makeCudaEngine(check.gpu.device, {.math = *math, .tuningFile = check.tuningFile})};
  Result<BuiltNetwork> built = BuiltNetwork::make(NetworkCase::of(what), *timed.engine);
  if (!built) return built.error();
  timed.built = std::move(*built);
  if (timed.built.what.training)
    if (const Result<void> taken = timed.built.takeUpdate(*timed.engine); !taken) return taken.error();
  return timed;
}

// Milliseconds of a step: the median of groups of steps, each waited for at its end only.
double millisecondsOfStep(const GpuCheck& check, BuiltNetwork& built) {
  uint32_t number = 0;
  const auto run = [&](int count) {
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < count; ++i) built.step(number++);
    check.gpu.waitForAll();
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count() /
           count;
  };
  const int count = check.quick ? 1 : group;
  const double warm = run(count);
  // Short steps are timed for a second altogether.
  const int repeats = check.quick ? 1 : std::clamp(static_cast<int>(1000 / (warm * count)), groups, 50);
  std::vector<double> times;
  for (int i = 0; i < repeats; ++i) times.push_back(run(count));
  std::ranges::sort(times);
  return times[times.size() / 2];
}

}  // namespace

nlohmann::json describeGpu(const GpuCheck& check) {
  const DeviceFacts facts = check.gpu.device->facts();
  return {{"name", facts.name},
          {"libraries", facts.libraries},
          {"capability", std::to_string(facts.major) + "." + std::to_string(facts.minor)},
          {"multiprocessors", facts.multiprocessors},
          {"memory_bytes", facts.memoryBytes},
          {"stand_in", check.gpu.standIn},
          {"failures", nlohmann::json::array()}};
}

int serveTimings(const GpuCheck& check) {
  std::optional<Timed> open;
  for (std::string line; std::getline(std::cin, line);) {
    nlohmann::json answer;
    try {
      const nlohmann::json what = nlohmann::json::parse(line);
      if (!open || open->what != what) {
        open.reset();
        Result<Timed> made = openTimed(check, what);
        if (!made) throw std::runtime_error(made.error().message);
        open.emplace(std::move(*made));
      }
      answer["step_ms"] = millisecondsOfStep(check, open->built);
      answer["predicted_bytes"] = open->built.plan.arenaBytes + open->built.plan.parameterBytes;
    } catch (const EngineLost& lost) {
      std::cout << nlohmann::json{{"error", lost.what()}}.dump() << std::endl;
      return 1;
    } catch (const std::exception& problem) {
      open.reset();
      answer["error"] = problem.what();
    }
    std::cout << answer.dump() << std::endl;
  }
  return 0;
}

}  // namespace bypath
