// Small graphs for the tests of the plan, made op by op, and a way to run them.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <random>

#include "core/engines/reference/reference_engine.h"
#include "core/ops/catalog.h"
#include "core/plan/plan.h"

namespace bypath {

struct GraphMaker {
  OpGraph graph;

  std::vector<ValueId> all(const OpType& type, std::vector<ValueId> inputs, OpAttributes attributes,
                           const std::string& path) {
    auto outputs = graph.add(type, std::move(inputs), std::move(attributes), path);
    if (!outputs) qFatal("%s", outputs.error().message.c_str());
    return *outputs;
  }
  ValueId op(const OpType& type, std::vector<ValueId> inputs, OpAttributes attributes,
             const std::string& path) {
    return all(type, std::move(inputs), std::move(attributes), path)[0];
  }
  ValueId parameter(const std::string& name, Shape shape, ParameterRole role = ParameterRole::weight) {
    return graph.addParameter({.name = name, .shape = shape, .role = role});
  }

  ValueId convolution(ValueId x, int64_t channels, int64_t kernel, int64_t stride, const std::string& path,
                      bool bias = false) {
    const ValueId w = parameter(path + "/weight", {kernel, kernel, graph.shape(x).last(), channels});
    const auto padding = static_cast<double>(kernel / 2), step = static_cast<double>(stride);
    ValueId y = op(conv2dOp(), {x, w},
                   {{"stride_h", step},
                    {"stride_w", step},
                    {"pad_top", padding},
                    {"pad_left", padding},
                    {"pad_bottom", padding},
                    {"pad_right", padding}},
                   path);
    if (bias) y = op(biasAddOp(), {y, parameter(path + "/bias", {channels}, ParameterRole::bias)}, {}, path);
    return y;
  }
  ValueId batchNorm(ValueId x, const std::string& path) {
    const int64_t channels = graph.shape(x).last();
    const auto y = all(batchNormOp(),
                       {x, parameter(path + "/scale", {channels}, ParameterRole::scale),
                        parameter(path + "/shift", {channels}, ParameterRole::shift)},
                       {{"epsilon", 1e-3}}, path);
    all(batchNormTrackOp(),
        {parameter(path + "/running_mean", {channels}, ParameterRole::runningMean),
         parameter(path + "/running_variance", {channels}, ParameterRole::runningVariance), y[1], y[2]},
        {{"momentum", 0.9},
         {"epsilon", 1e-3},
         {"count", static_cast<double>(graph.shape(x).rows())},
         {"unbiased", 1}},
        path);
    return y[0];
  }
  ValueId relu(ValueId x, const std::string& path) { return op(reluOp(), {x}, {}, path); }
  ValueId dense(ValueId x, int64_t units, const std::string& path) {
    const ValueId w = parameter(path + "/weight", {graph.shape(x).last(), units});
    const ValueId b = parameter(path + "/bias", {units}, ParameterRole::bias);
    return op(biasAddOp(), {op(matmulOp(), {x, w}, {}, path), b}, {}, path);
  }

  // Post-activation block; a projection where the channels or the image change.
  ValueId block(ValueId x, int64_t channels, int64_t stride, const std::string& path) {
    ValueId f = convolution(x, channels, 3, stride, path + "/branch/conv1");
    f = relu(batchNorm(f, path + "/branch/norm1"), path + "/branch/relu1");
    f = batchNorm(convolution(f, channels, 3, 1, path + "/branch/conv2"), path + "/branch/norm2");
    const bool projects = stride != 1 || graph.shape(x).last() != channels;
    const ValueId h = projects ? convolution(x, channels, 1, stride, path + "/shortcut/conv") : x;
    const ValueId sum = op(addOp(), {f, h}, {}, path + "/add");
    graph.shortcuts.push_back({.path = path,
                               .fork = x,
                               .branchEnd = f,
                               .shortcutEnd = h,
                               .branchConsumers = {path + "/branch/conv1"},
                               .shortcutConsumers = {projects ? path + "/shortcut/conv" : path + "/add"}});
    return relu(sum, path + "/relu");
  }
  void classify(ValueId features, int64_t classes) {
    const ValueId pooled = op(globalAveragePoolOp(), {features}, {}, "pool");
    const ValueId logits = dense(pooled, classes, "fc");
    const ValueId labels = graph.addInput("label", {graph.shape(pooled)[0]}, InputRole::label);
    graph.outputs.push_back({"logits", logits});
    graph.losses.push_back({"cross_entropy", op(softmaxCrossEntropyOp(), {logits, labels}, {}, "loss"), 1});
    graph.metrics.push_back({"accuracy", op(correctOp(), {logits, labels}, {}, "loss")});
  }
};

// stem, `blocks` blocks of which every third halves the image while it is larger than 2, head.
inline OpGraph residualNetwork(int64_t batch, int64_t side, int64_t channels, int blocks) {
  GraphMaker make;
  ValueId x = make.graph.addInput("image", {batch, side, side, 3}, InputRole::image);
  x = make.relu(make.batchNorm(make.convolution(x, channels, 3, 1, "stem/conv", true), "stem/norm"),
                "stem/relu");
  for (int i = 0; i < blocks; ++i) {
    const bool halves = i % 3 == 1 && make.graph.shape(x)[1] > 2;
    x = make.block(x, halves ? 2 * make.graph.shape(x).last() : make.graph.shape(x).last(), halves ? 2 : 1,
                   "block[" + std::to_string(i) + "]");
  }
  make.classify(x, 4);
  return make.graph;
}

// Ends, as decoders do, in a block whose results are far larger than all before it; the shortcut's
// convolution has few products.
inline OpGraph wideAtTheEnd() {
  GraphMaker make;
  ValueId x = make.graph.addInput("image", {2, 8, 8, 3}, InputRole::image);
  for (int i = 0; i < 4; ++i)
    x = make.relu(
        make.batchNorm(make.convolution(x, 8, 3, 1, "stem" + std::to_string(i)), "norm" + std::to_string(i)),
        "relu" + std::to_string(i));
  ValueId f =
      make.relu(make.batchNorm(make.convolution(x, 16, 3, 1, "branch/conv1"), "branch/norm1"), "branch/relu");
  f = make.batchNorm(make.convolution(f, 64, 3, 1, "branch/conv2"), "branch/norm2");
  const ValueId h = make.batchNorm(make.convolution(x, 64, 1, 1, "shortcut/conv"), "shortcut/norm");
  x = make.relu(make.op(addOp(), {f, h}, {}, "add"), "relu");
  make.classify(make.convolution(x, 4, 1, 1, "last"), 4);
  return make.graph;
}

inline ExecutionPlan compiled(const OpGraph& graph, const Engine& engine, const PlanOptions& options = {}) {
  Result<ExecutionPlan> plan = compile(graph, engine, options);
  if (!plan) qFatal("%s", plan.error().message.c_str());
  return std::move(*plan);
}

inline const PassReport& report(const ExecutionPlan& plan, const std::string& pass) {
  for (const PassReport& one : plan.passes)
    if (one.name == pass) return one;
  qFatal("no pass %s", pass.c_str());
}

// Weights in [-0.7, 0.7], scales and variances in [0.5, 1.5]; the numbers depend on the seed alone.
inline ParameterStore randomStore(const OpGraph& graph, unsigned seed) {
  ParameterStore store(graph.parameters);
  std::mt19937 random(seed);
  for (int p = 0; p < store.size(); ++p) {
    const ParameterRole role = store.info(p).role;
    const bool positive = role == ParameterRole::scale || role == ParameterRole::runningVariance;
    std::uniform_real_distribution<float> draw(positive ? 0.5f : -0.7f, positive ? 1.5f : 0.7f);
    for (float& value : store.values(p)) value = draw(random);
  }
  return store;
}

// Images in [-1, 1], labels below `classes`.
inline std::vector<std::pair<ValueId, std::vector<float>>> randomInputs(const OpGraph& graph, unsigned seed,
                                                                        int classes) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> pixel(-1, 1);
  std::vector<std::pair<ValueId, std::vector<float>>> inputs;
  for (ValueId id : graph.inputs) {
    const InputRole role = graph.value(id).role;
    if (role == InputRole::seed) continue;
    std::vector<float> values(static_cast<size_t>(graph.shape(id).count()));
    for (float& value : values)
      value = role == InputRole::image ? pixel(random)
                                       : static_cast<float>(random() % static_cast<unsigned>(classes));
    inputs.emplace_back(id, std::move(values));
  }
  return inputs;
}

inline std::unique_ptr<ReferenceSession> openedReference(const ExecutionPlan& plan, ParameterStore& store,
                                                         unsigned seed, int classes = 4) {
  auto session = openReference(plan.program, store);
  if (!session) qFatal("%s", session.error().message.c_str());
  for (const auto& [id, values] : randomInputs(plan.program->graph, seed, classes))
    (*session)->setInput(id, values);
  return std::move(*session);
}

inline std::vector<double> copyOf(std::span<double> values) {
  return {values.begin(), values.end()};
}

// Largest difference as a share of the largest value.
inline double relativeError(std::span<const double> seen, std::span<const double> right) {
  double largest = 1e-30, worst = 0;
  for (size_t i = 0; i < right.size(); ++i) {
    largest = std::max(largest, std::abs(right[i]));
    worst = std::max(worst, std::abs(seen[i] - right[i]));
  }
  return worst / largest;
}

// Values written to a place of kind gradient, by parameter.
inline ValueId gradientOf(const ExecutionPlan& plan, int parameter) {
  const auto& places = plan.program->places;
  for (size_t id = 0; id < places.size(); ++id)
    if (places[id].kind == PlaceKind::gradient && places[id].parameter == parameter)
      return static_cast<ValueId>(id);
  return noValue;
}

}  // namespace bypath
