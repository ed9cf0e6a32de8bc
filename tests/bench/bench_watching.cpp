// What watching costs: training steps of a template as they are and with every shortcut's gradient split,
// every layer's norm and the record of both read after each step. Alternates between the two, so that a noisy
// machine disturbs both alike.
//
//   bench_watching [template [depth [batch [rounds]]]]      resnet 56 128 40
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "core/cli/random_inputs.h"
#include "core/engines/cpu/cpu_engine.h"
#include "core/layers/catalog.h"
#include "core/network/check.h"
#include "core/plan/plan.h"
#include "core/templates/catalog.h"

using namespace bypath;

namespace {

struct Way {
  ExecutionPlan plan;
  ParameterStore store;
  std::unique_ptr<Session> session;
  std::vector<double> milliseconds{};

  double median() {
    std::ranges::sort(milliseconds);
    return milliseconds[milliseconds.size() / 2];
  }
};

std::unique_ptr<Way> prepare(const OpGraph& graph, Engine& engine, const ProbeRequest& probes) {
  Result<ExecutionPlan> plan = compile(graph, engine, {.probes = probes});
  if (!plan) std::abort();
  auto way = std::make_unique<Way>(std::move(*plan), ParameterStore(graph.parameters));
  initialise(way->store, 1);
  auto session = engine.open(way->plan.program, way->store);
  if (!session) std::abort();
  way->session = std::move(*session);
  fillRandomInputs(way->plan.program->graph, 10, *way->session);
  return way;
}

void step(Way& way, uint32_t number, bool timed) {
  const auto start = std::chrono::steady_clock::now();
  way.session->run({.seed = 1, .step = number});
  const ProbeRecord record = readProbes(way.plan, *way.session, way.store, number);
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
  if (timed) way.milliseconds.push_back(took.count());
}

}  // namespace

int main(int count, char** arguments) {
  const auto argument = [&](int i, const char* usual) { return count > i ? arguments[i] : usual; };
  const std::string name = argument(1, "resnet");
  const TemplateType* type = findTemplate(name);
  if (!type) return std::fprintf(stderr, "No template %s.\n", name.c_str()), 2;
  const auto network = type->build({{"depth", int64_t{std::atoll(argument(2, "56"))}}});
  if (!network) return std::fprintf(stderr, "%s\n", network.error().message.c_str()), 2;
  const int64_t batch = std::atoll(argument(3, "128"));
  const int rounds = std::atoi(argument(4, "40"));
  const CheckedNetwork checked = check(*network, layerCatalog(), {.batch = batch});
  const auto engine = makeCpuEngine();
  const auto plain = prepare(checked.graph, *engine, {});
  const auto watched =
      prepare(checked.graph, *engine, {.layerGradients = true, .shortcutSplit = true, .inPassing = true});
  constexpr int warmUp = 2;
  for (int round = 0; round < rounds + warmUp; ++round)
    for (Way* way : {plain.get(), watched.get()}) step(*way, static_cast<uint32_t>(round), round >= warmUp);
  const double without = plain->median(), with = watched->median();
  std::printf(
      "%s %s, batch %lld, %d rounds: %zu shortcuts watched; median step %.2f ms, watched %.2f ms: "
      "%+.1f %%; fastest %.2f and %.2f ms: %+.1f %%\n",
      name.c_str(), argument(2, "56"), static_cast<long long>(batch), rounds,
      watched->plan.shortcutProbes.size(), without, with, 100 * (with / without - 1), plain->milliseconds[0],
      watched->milliseconds[0], 100 * (watched->milliseconds[0] / plain->milliseconds[0] - 1));
}
