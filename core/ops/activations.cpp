// The element-wise functions. Each is a formula and its derivative in terms of the result y, so that x may be
// overwritten; everything else about them is shared.
#include <algorithm>
#include <cmath>

#include "core/ops/catalog.h"
#include "core/ops/gradient_builder.h"
#include "core/ops/shape_check.h"

namespace bypath {

namespace {

struct Relu {
  explicit Relu(const OpAttributes&) {}
  double value(double x) const { return std::max(x, 0.0); }
  double slope(double y) const { return y > 0 ? 1 : 0; }
};

struct Elu {
  explicit Elu(const OpAttributes& attributes) : alpha(attributes.real("alpha", 1)) {}
  double value(double x) const { return x > 0 ? x : alpha * std::expm1(x); }
  double slope(double y) const { return y > 0 ? 1 : y + alpha; }
  double alpha;
};

struct Sigmoid {
  explicit Sigmoid(const OpAttributes&) {}
  double value(double x) const { return 1 / (1 + std::exp(-x)); }
  double slope(double y) const { return y * (1 - y); }
};

struct Tanh {
  explicit Tanh(const OpAttributes&) {}
  double value(double x) const { return std::tanh(x); }
  double slope(double y) const { return 1 - y * y; }
};

Result<std::vector<Shape>> forwardShapes(const OpCall& call) {
  ShapeCheck check(call, {"x"}, 1);
  if (!check.ranks({0})) return check.error();
  return std::vector<Shape>{call.inputs[0]};
}

Result<std::vector<Shape>> backwardShapes(const OpCall& call) {
  ShapeCheck check(call, {"y", "dy"}, 2);
  if (!check.ranks({0, 0}) || !check.same(0, 1)) return check.error();
  return std::vector<Shape>{call.inputs[0]};
}

template <class Function>
void forwardReference(const ReferenceRun& run) {
  const Function function(run.attributes);
  for (size_t i = 0; i < run.inputs[0].data.size(); ++i)
    run.outputs[0].data[i] = function.value(run.inputs[0].data[i]);
}

template <class Function>
void backwardReference(const ReferenceRun& run) {
  const Function function(run.attributes);
  for (size_t i = 0; i < run.inputs[0].data.size(); ++i)
    run.outputs[0].data[i] = function.slope(run.inputs[0].data[i]) * run.inputs[1].data[i];
}

template <const OpType& (*backward)()>
void gradient(GradientBuilder& b) {
  b.contribute(0, b.emit(backward(), {b.output(0), b.outputGradient(0)}, b.attributes()));
}

std::vector<OpExample> forwardExamples() {
  return {{.name = "an image", .attributes = {}, .inputs = {{2, 3, 5, 17}}, .low = -4, .high = 4},
          {.name = "rows", .attributes = {}, .inputs = {{3, 16}}},
          {.name = "a layer of ResNet-20", .attributes = {}, .inputs = {{5, 32, 32, 16}}},
          {.name = "one value", .attributes = {}, .inputs = {{1, 1}}, .low = 0.5, .high = 1}};
}

std::vector<OpExample> backwardExamples() {
  return {{.name = "an image", .attributes = {}, .inputs = {{2, 3, 5, 17}, {2, 3, 5, 17}}},
          {.name = "rows", .attributes = {}, .inputs = {{3, 16}, {3, 16}}},
          {.name = "a layer of ResNet-20", .attributes = {}, .inputs = {{5, 32, 32, 16}, {5, 32, 32, 16}}},
          {.name = "one value", .attributes = {}, .inputs = {{1, 1}, {1, 1}}, .low = 0.5, .high = 0.9}};
}

std::vector<OpExample> withAlpha(std::vector<OpExample> examples) {
  double alpha = 1;
  for (OpExample& example : examples) {
    example.attributes.set("alpha", alpha);
    alpha /= 2;
  }
  return examples;
}

template <class Function, const OpType& (*backward)()>
OpType forward(const char* id, const char* summary, std::vector<OpExample> (*examples)() = forwardExamples) {
  return {.id = id,
          .summary = summary,
          .shapes = forwardShapes,
          .reference = forwardReference<Function>,
          .gradient = gradient<backward>,
          .examples = examples,
          .inPlaceInputs = {0}};
}

template <class Function>
OpType backward(const char* id, const char* summary,
                std::vector<OpExample> (*examples)() = backwardExamples) {
  return {.id = id,
          .summary = summary,
          .shapes = backwardShapes,
          .reference = backwardReference<Function>,
          .examples = examples,
          .inPlaceInputs = {1}};
}

}  // namespace

const OpType& reluOp() {
  static const OpType type = forward<Relu, reluBackwardOp>("relu", "Rectifier: y = max(0, x).");
  return type;
}
const OpType& reluBackwardOp() {
  static const OpType type = backward<Relu>("relu_backward", "dx = dy where y > 0, else 0.");
  return type;
}

const OpType& eluOp() {
  static const OpType type = forward<Elu, eluBackwardOp>(
      "elu", "Exponential linear unit: y = x where x > 0, else alpha * (exp(x) - 1).",
      [] { return withAlpha(forwardExamples()); });
  return type;
}
const OpType& eluBackwardOp() {
  static const OpType type = backward<Elu>("elu_backward", "dx = dy where y > 0, else (y + alpha) * dy.",
                                           [] { return withAlpha(backwardExamples()); });
  return type;
}

const OpType& sigmoidOp() {
  static const OpType type =
      forward<Sigmoid, sigmoidBackwardOp>("sigmoid", "Logistic function: y = 1 / (1 + exp(-x)).");
  return type;
}
const OpType& sigmoidBackwardOp() {
  static const OpType type = backward<Sigmoid>("sigmoid_backward", "dx = y * (1 - y) * dy.");
  return type;
}

const OpType& tanhOp() {
  static const OpType type = forward<Tanh, tanhBackwardOp>("tanh", "Hyperbolic tangent: y = tanh(x).");
  return type;
}
const OpType& tanhBackwardOp() {
  static const OpType type = backward<Tanh>("tanh_backward", "dx = (1 - y^2) * dy.");
  return type;
}

}  // namespace bypath
