#include "core/cli/layer_check.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>
#include <vector>

#include "core/base/random.h"
#include "core/base/text.h"
#include "core/cli/random_inputs.h"
#include "core/engines/reference/reference_engine.h"
#include "core/layers/catalog.h"
#include "core/network/check.h"
#include "core/network/type_ids.h"
#include "core/plan/plan.h"

namespace bypath {
namespace {

constexpr int64_t batchSize = 3;
constexpr int64_t inputUnits = 6;
constexpr int64_t classes = 3;
constexpr uint64_t seed = 20151210;
constexpr StepKey stepKey{.seed = seed, .step = 1};

Node nodeOf(std::string name, std::string type, Attributes attributes = {}) {
  return {.name = std::move(name), .type = std::move(type), .attributes = std::move(attributes), .body = {}};
}

std::string numbered(const char* name, size_t number) {
  return name + std::to_string(number);
}

// Puts the node behind the output port of `from`; gives its name.
std::string append(Graph& graph, Node node, const std::string& from, int port = 0) {
  graph.wires.push_back({from, port, node.name, 0});
  graph.nodes.push_back(std::move(node));
  return graph.nodes.back().name;
}

// The example's network with random weights.
struct Setup {
  CheckedNetwork checked;
  ParameterStore store;

  static Result<Setup> of(const LayerType& type, const LayerExample& example) {
    Setup setup{check(networkAround(type, example), layerCatalog(), {.batch = batchSize}), {}};
    if (!setup.checked.ok()) return Error{ErrorKind::data, summarise(setup.checked.diagnostics)};
    setup.store = ParameterStore(setup.checked.graph.parameters);
    initialise(setup.store, seed);
    return setup;
  }
};

// The loss in double precision, with the parameters as they stand in the session.
double lossOf(const ExecutionPlan& plan, ReferenceSession& session) {
  session.run(stepKey);
  double loss = 0;
  for (const LossTerm& term : plan.losses) {
    const std::span<double> values = session.values(term.value);
    loss += term.weight * std::accumulate(values.begin(), values.end(), 0.0) / double(values.size());
  }
  return loss;
}

using Gradients = std::vector<std::vector<float>>;  // one a parameter; empty for running statistics

Gradients gradientsOf(const ParameterStore& store) {
  Gradients all;
  for (int p = 0; p < store.size(); ++p)
    all.emplace_back(store.gradients(p).begin(), store.gradients(p).end());
  return all;
}

double dot(std::span<const float> a, std::span<const float> b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += static_cast<double>(a[i]) * b[i];
  return sum;
}

double norm(std::span<const float> values) {
  return std::sqrt(dot(values, values));
}

double wholeNorm(const Gradients& gradients) {
  double sum = 0;
  for (const auto& one : gradients) sum += dot(one, one);
  return std::sqrt(sum);
}

// Half along the gradient, half anywhere: of length one to two.
std::vector<float> directionFor(std::span<const float> gradient, uint32_t which) {
  std::vector<float> anywhere(gradient.size());
  const RandomKey key{.seed = seed, .stream = streamOf("direction"), .step = which};
  for (size_t i = 0; i < anywhere.size(); ++i) anywhere[i] = normal(key, static_cast<uint32_t>(i));
  const double length = norm(anywhere), size = norm(gradient);
  for (size_t i = 0; i < anywhere.size(); ++i)
    anywhere[i] = static_cast<float>(anywhere[i] / length + (size > 0 ? gradient[i] / size : 0));
  return anywhere;
}

double slopeAlong(const ExecutionPlan& plan, ReferenceSession& session, ValueId parameter,
                  std::span<const float> direction, double step) {
  const std::span<double> values = session.values(parameter);
  const std::vector<double> before(values.begin(), values.end());
  const auto lossAt = [&](double distance) {
    for (size_t i = 0; i < values.size(); ++i)
      values[i] = before[i] + distance * static_cast<double>(direction[i]);
    return lossOf(plan, session);
  };
  const double near = lossAt(step) - lossAt(-step), far = lossAt(2 * step) - lossAt(-2 * step);
  std::ranges::copy(before, values.begin());
  return (8 * near - far) / (12 * step);
}

LayerCheck failed(const std::string& message) {
  return {.passed = false, .worst = 0, .message = message};
}

}  // namespace

NetworkSpec networkAround(const LayerType& type, const LayerExample& example) {
  NetworkSpec network{.name = example.name, .graph = {}};
  Graph& graph = network.graph;
  Node subject{.name = "subject", .type = type.id, .attributes = example.attributes, .body = example.body};
  size_t outputs = type.outputs.size();
  if (type.id == typeId::partInput || type.id == typeId::partOutput) {
    subject.type = typeId::part;
    subject.attributes.clear();
    Graph body;
    body.nodes = {nodeOf("x", typeId::partInput), nodeOf("y", typeId::partOutput)};
    body.wires = {{"x", 0, "y", 0}};
    subject.body = {body};
    outputs = 1;
  }
  if (type.id == typeId::input) {
    graph.nodes = {subject};
  } else {
    // A target is given, not computed: it is the network's own input.
    const auto isTarget = [&](size_t port) {
      return port < type.inputs.size() && type.inputs[port].name == "target";
    };
    Shape shape{inputUnits};
    for (size_t i = 0; i < example.inputs.size(); ++i)
      if (isTarget(i)) shape = example.inputs[i];
    graph.nodes = {nodeOf("input", typeId::input, {{"shape", shape.text()}}), subject};
    append(graph, nodeOf("row", typeId::flatten), "input");
    for (size_t i = 0; i < example.inputs.size(); ++i) {
      const std::string dense = numbered("dense", i);
      std::string last = "input";
      if (!isTarget(i)) {
        append(graph, nodeOf(dense, "dense", {{"units", example.inputs[i].count()}}), "row");
        last = append(graph, nodeOf(numbered("shape", i), "reshape", {{"shape", example.inputs[i].text()}}),
                      dense);
        // Losses on pictures want numbers between 0 and 1.
        if (type.group == "Loss") last = append(graph, nodeOf(numbered("sigmoid", i), "sigmoid"), last);
      }
      graph.wires.push_back({last, 0, "subject", static_cast<int>(i)});
    }
  }
  if (type.isContainer() && !subject.body.empty())
    outputs = static_cast<size_t>(
        std::ranges::count(subject.body.front().nodes, std::string(typeId::partOutput), &Node::type));
  for (size_t o = 0; o < outputs; ++o) {
    const std::string flat =
        append(graph, nodeOf(numbered("flat", o), typeId::flatten), "subject", static_cast<int>(o));
    const std::string scores =
        append(graph, nodeOf(numbered("read", o), "dense", {{"units", classes}}), flat);
    append(graph, nodeOf(numbered("loss", o), "softmax_loss"), scores);
  }
  return network;
}

LayerCheck checkLayerGradient(const LayerType& type, const LayerExample& example) {
  constexpr double allowed = 1e-6, floor = 1e-8;  // gradients come back as float32
  Result<Setup> setup = Setup::of(type, example);
  if (!setup) return failed(setup.error().message);
  const auto engine = makeReferenceEngine();
  const Result<ExecutionPlan> plan = compile(setup->checked.graph, *engine, {.training = true});
  if (!plan) return failed(plan.error().message);
  Result<std::unique_ptr<ReferenceSession>> session = openReference(plan->program, setup->store);
  if (!session) return failed(session.error().message);
  fillRandomInputs(plan->program->graph, classes, **session);
  (*session)->run(stepKey);
  (*session)->readParametersFromStore(false);
  const Gradients gradients = gradientsOf(setup->store);
  const double whole = wholeNorm(gradients);
  const OpGraph& graph = plan->program->graph;
  LayerCheck outcome;
  for (int p = 0; p < setup->store.size(); ++p) {
    const ParameterInfo& info = setup->store.info(p);
    if (!info.trainable()) continue;
    const std::vector<float>& gradient = gradients[static_cast<size_t>(p)];
    const ValueId value = graph.parameterValues[static_cast<size_t>(p)];
    const double scale = std::max(norm(gradient), floor / allowed * whole);
    for (uint32_t which = 0; which < 2; ++which) {
      const std::vector<float> direction = directionFor(gradient, which);
      const double claimed = dot(gradient, direction);
      // A step that crosses a kink of ReLU or of a maximum says nothing; a shorter one does.
      double error = 1e300;
      for (const double step : {1e-3, 1e-4, 1e-5})
        if (error > allowed)
          error = std::min(error,
                           std::abs(slopeAlong(*plan, **session, value, direction, step) - claimed) / scale);
      outcome.worst = std::max(outcome.worst, error);
      if (!(error <= allowed))
        return failed("the gradient of " + info.name + " is off by " + fixedText(error * 100, 6) +
                      " % from finite differences");
    }
  }
  return outcome;
}

LayerCheck checkLayerOnEngine(const LayerType& type, const LayerExample& example, Engine& tested) {
  constexpr double allowed = 1e-4, floor = 1e-2;
  const auto exact = makeReferenceEngine();
  std::map<std::string, double> losses[2];
  Gradients gradients[2];
  Result<Setup> setup = Setup::of(type, example);
  for (const int which : {0, 1}) {
    if (!setup) return failed(setup.error().message);
    Engine& engine = which ? *exact : tested;
    const Result<ExecutionPlan> plan = compile(setup->checked.graph, engine, {.training = true});
    if (!plan) return failed(plan.error().message);
    Result<std::unique_ptr<Session>> session = engine.open(plan->program, setup->store);
    if (!session) return failed(session.error().message);
    fillRandomInputs(plan->program->graph, classes, **session);
    (*session)->run(stepKey);
    for (const LossTerm& term : plan->losses) {
      std::vector<float> values(static_cast<size_t>(plan->program->graph.shape(term.value).count()));
      (*session)->read(term.value, values);
      losses[which][term.name] += std::accumulate(values.begin(), values.end(), 0.0);
    }
    gradients[which] = gradientsOf(setup->store);
    if (which == 0) setup = Setup::of(type, example);
  }
  LayerCheck outcome;
  for (const auto& [name, right] : losses[1]) {
    const double error = std::abs(losses[0][name] - right) / std::max(1.0, std::abs(right));
    outcome.worst = std::max(outcome.worst, error);
    if (!(error <= allowed)) return failed("the loss " + name + " differs");
  }
  const double whole = wholeNorm(gradients[1]);
  for (size_t p = 0; p < gradients[1].size(); ++p) {
    const std::vector<float>&seen = gradients[0][p], &right = gradients[1][p];
    double difference = 0;
    for (size_t i = 0; i < right.size(); ++i)
      difference += std::pow(static_cast<double>(seen[i]) - static_cast<double>(right[i]), 2);
    const double error = std::sqrt(difference) / std::max({norm(right), floor * whole, 1e-12});
    outcome.worst = std::max(outcome.worst, error);
    if (!(error <= allowed))
      return failed("the gradient of " + setup->store.info(static_cast<int>(p)).name + " differs by " +
                    fixedText(error * 100, 4) + " %");
  }
  return outcome;
}

}  // namespace bypath
