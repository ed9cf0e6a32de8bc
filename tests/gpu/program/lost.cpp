#include <algorithm>

#include "core/engines/cuda/cuda_engine.h"
#include "tests/gpu/program/built_network.h"
#include "tests/gpu/program/parts.h"

namespace bypath {
namespace {

constexpr int steps = 8;

struct State {
  std::vector<float> values;
  std::vector<std::vector<float>> slot;  // by parameter
};

BuiltNetwork made(const GpuCheck& check, Engine& engine) {
  const NetworkCase what{.network = "resnet",
                         .depth = check.quick ? 8 : 20,
                         .width = check.quick ? 4 : 0,
                         .batch = check.quick ? 4 : 128};
  Result<BuiltNetwork> built = BuiltNetwork::make(what, engine);
  if (!built) throw std::runtime_error(built.error().message);
  if (const Result<void> taken = built->takeUpdate(engine); !taken)
    throw std::runtime_error(taken.error().message);
  return std::move(*built);
}

std::vector<std::vector<float>> emptySlot(const ParameterStore& store) {
  std::vector<std::vector<float>> slot(static_cast<size_t>(store.size()));
  for (int p = 0; p < store.size(); ++p)
    if (store.info(p).trainable())
      slot[static_cast<size_t>(p)].resize(static_cast<size_t>(store.info(p).shape.count()));
  return slot;
}

State stateOf(BuiltNetwork& built) {
  State state{.values = built.values(), .slot = emptySlot(*built.store)};
  for (size_t p = 0; p < state.slot.size(); ++p)
    if (!state.slot[p].empty()) built.update->readSlot(0, static_cast<int>(p), state.slot[p]);
  return state;
}

// Steps until one says that the device is lost; false: none did.
bool stepsAreLost(BuiltNetwork& built) {
  try {
    for (uint32_t s = steps; s < steps + 4; ++s) {
      built.step(s);
      static_cast<void>(built.update->outcome());
    }
  } catch (const EngineLost&) {
    return true;
  }
  return false;
}

}  // namespace

nlohmann::json loseTheDevice(const GpuCheck& check) {
  nlohmann::json failures = nlohmann::json::array();
  const auto engine = makeCudaEngine(check.gpu.device, {.tuningFile = check.tuningFile});
  // What every update leaves behind, from a session that nothing happens to.
  std::vector<State> undisturbed;
  {
    BuiltNetwork built = made(check, *engine);
    undisturbed.push_back(stateOf(built));
    for (uint32_t s = 0; s < steps; ++s) {
      built.step(s);
      undisturbed.push_back(stateOf(built));
    }
  }
  BuiltNetwork built = made(check, *engine);
  for (uint32_t s = 0; s < steps; ++s) {
    built.step(s);
    static_cast<void>(built.update->outcome());
  }
  check.gpu.lose();
  if (!stepsAreLost(built)) failures.push_back("no step says that the device is lost");
  std::vector<std::vector<float>> slot = emptySlot(*built.store);
  std::vector<std::vector<std::span<float>>> slots(1);
  for (std::vector<float>& one : slot) slots[0].emplace_back(one);
  const int64_t number = built.update->recover(slots);
  if (number < steps - 1 || number > steps)
    failures.push_back("the state that came home is of update " + std::to_string(number) + ", not of " +
                       std::to_string(steps - 1) + " or " + std::to_string(steps));
  else if (const State& right = undisturbed[static_cast<size_t>(number)];
           built.values() != right.values || slot != right.slot)
    failures.push_back("the state that came home is not that of update " + std::to_string(number));
  return {{"updates", steps}, {"came_home", number}, {"failures", failures}};
}

}  // namespace bypath
