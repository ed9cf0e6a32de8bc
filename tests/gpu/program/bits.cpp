#include <cstring>

#include "core/engines/cuda/cuda_engine.h"
#include "tests/gpu/program/built_network.h"
#include "tests/gpu/program/parts.h"

namespace bypath {
namespace {

constexpr uint32_t steps = 6;

bool sameBits(const std::vector<float>& one, const std::vector<float>& other) {
  return one.size() == other.size() && std::memcmp(one.data(), other.data(), one.size() * sizeof(float)) == 0;
}

std::vector<float> slotsOf(BuiltNetwork& built) {
  std::vector<float> all;
  const int count = isAutoencoder(built.what.network) ? 2 : 1;
  for (int slot = 0; slot < count; ++slot)
    for (int p = 0; p < built.store->size(); ++p) {
      if (!built.store->info(p).trainable()) continue;
      std::vector<float> one(static_cast<size_t>(built.store->info(p).shape.count()));
      built.update->readSlot(slot, p, one);
      all.insert(all.end(), one.begin(), one.end());
    }
  return all;
}

// A case in one arithmetic: what differs.
class BitsCheck {
 public:
  BitsCheck(const NetworkCase& what, Engine& engine) : what_(what), engine_(engine) {}

  std::vector<std::string> run() {
    comparePlainSteps();
    compareUpdates();
    return differences_;
  }

 private:
  BuiltNetwork made(bool updates) {
    Result<BuiltNetwork> built = BuiltNetwork::make(what_, engine_);
    if (!built) throw std::runtime_error(built.error().message);
    if (updates)
      if (const Result<void> taken = built->takeUpdate(engine_); !taken)
        throw std::runtime_error(taken.error().message);
    return std::move(*built);
  }

  void expect(bool same, const std::string& text) {
    if (!same) differences_.push_back(text);
  }

  // Without updates a step depends on its number alone.
  void comparePlainSteps() {
    BuiltNetwork once = made(false), often = made(false);
    once.step(steps);
    for (uint32_t s = 0; s <= steps; ++s) often.step(s);
    const std::vector<float> replayed = often.gradients();
    expect(sameBits(once.gradients(), replayed), "a queued and a replayed step");
    expect(sameBits(once.loss(0), often.loss(0)), "losses of a queued and a replayed step");
    often.step(steps);
    expect(sameBits(often.gradients(), replayed), "the same step again");
  }

  void compareUpdates() {
    BuiltNetwork one = made(true), other = made(true), queued = made(true);
    std::vector<double> seconds(queued.plan.program->steps.size());
    queued.session->measureSteps(seconds);
    for (uint32_t s = 0; s < steps; ++s)
      for (BuiltNetwork* built : {&one, &other, &queued}) built->step(s);
    expect(sameBits(one.values(), other.values()), "parameters of two sessions after updates");
    expect(sameBits(slotsOf(one), slotsOf(other)), "what the optimizer remembers in two sessions");
    expect(sameBits(one.values(), queued.values()), "parameters of replayed and of queued steps");
    expect(sameBits(slotsOf(one), slotsOf(queued)), "what the optimizer remembers, replayed and queued");
  }

  NetworkCase what_;
  Engine& engine_;
  std::vector<std::string> differences_;
};

std::vector<NetworkCase> cases(bool quick) {
  if (quick) return {{.network = "resnet", .depth = 8, .width = 4}};
  return {{.network = "resnet", .depth = 20, .batch = 128},
          {.network = "preact-resnet", .depth = 20, .batch = 128},
          {.network = "conv-vae", .batch = 128},
          {.network = "resnet-imagenet", .depth = 18, .batch = 16},
          {.network = "resnet-vae", .depth = 28, .batch = 25}};
}

}  // namespace

nlohmann::json checkBits(const GpuCheck& check) {
  nlohmann::json lines = nlohmann::json::array(), failures = nlohmann::json::array();
  for (const DeviceMath math : {DeviceMath::float32, DeviceMath::tf32, DeviceMath::bf16}) {
    if (check.quick && math == DeviceMath::tf32) continue;
    const auto engine = makeCudaEngine(check.gpu.device, {.math = math, .tuningFile = check.tuningFile});
    for (const NetworkCase& what : cases(check.quick)) {
      const std::vector<std::string> differences = BitsCheck(what, *engine).run();
      lines.push_back(
          {{"network", what.text()}, {"math", nameOf(math)}, {"differences", differences.size()}});
      for (const std::string& difference : differences)
        failures.push_back(what.text() + ", " + nameOf(math) + ": other bits: " + difference);
    }
  }
  return {{"lines", lines}, {"failures", failures}};
}

}  // namespace bypath
