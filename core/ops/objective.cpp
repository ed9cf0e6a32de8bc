#include "core/ops/catalog.h"
#include "core/ops/gradient_builder.h"
#include "core/ops/shape_check.h"

namespace bypath {

namespace {

std::string weightKey(size_t term) {
  return "weight" + std::to_string(term);
}

Result<std::vector<Shape>> forwardShapes(const OpCall& call) {
  ShapeCheck check = ShapeCheck::several(call, "term", 1);
  if (!check.everyRank(1)) return check.error();
  return std::vector<Shape>{Shape{1}};
}

void forwardReference(const ReferenceRun& run) {
  for (size_t t = 0; t < run.inputs.size(); ++t) {
    double sum = 0;
    for (double value : run.inputs[t].data) sum += value;
    run.outputs[0].data[0] +=
        run.attributes.real(weightKey(t)) * sum / static_cast<double>(run.inputs[t].data.size());
  }
}

void forwardGradient(GradientBuilder& b) {
  for (int t = 0; t < static_cast<int>(b.node().inputs.size()); ++t)
    if (b.wants(t))
      b.contribute(t, b.emit(objectiveBackwardOp(), {b.outputGradient(0)},
                             {{"weight", b.attributes().real(weightKey(static_cast<size_t>(t)))},
                              {"count", static_cast<double>(b.shape(b.input(t)).count())}}));
}

std::vector<OpExample> forwardExamples() {
  return {{.name = "one loss", .attributes = {{"weight0", 1}}, .inputs = {{17}}},
          {.name = "two losses and a penalty",
           .attributes = {{"weight0", 3}, {"weight1", 0.5}, {"weight2", 0.01}},
           .inputs = {{5}, {5}, {1}}}};
}

Result<std::vector<Shape>> backwardShapes(const OpCall& call) {
  ShapeCheck check(call, {"dobjective"}, 1);
  if (!check.ranks({1}) || !check.shapeIs(0, {1}) || !check.positive({"count"})) return check.error();
  return std::vector<Shape>{Shape{call.attributes.integer("count")}};
}

void backwardReference(const ReferenceRun& run) {
  const double share = run.attributes.real("weight") / run.attributes.real("count");
  for (double& value : run.outputs[0].data) value = share * run.inputs[0].data[0];
}

std::vector<OpExample> backwardExamples() {
  return {{.name = "17 samples", .attributes = {{"weight", 3}, {"count", 17}}, .inputs = {{1}}},
          {.name = "a penalty", .attributes = {{"weight", 0.01}, {"count", 1}}, .inputs = {{1}}}};
}

}  // namespace

const OpType& objectiveOp() {
  static const OpType type{.id = "objective",
                           .summary = "The number that training lowers: the sum of weight_i * mean(term_i).",
                           .shapes = forwardShapes,
                           .reference = forwardReference,
                           .gradient = forwardGradient,
                           .examples = forwardExamples};
  return type;
}

const OpType& objectiveBackwardOp() {
  static const OpType type{.id = "objective_backward",
                           .summary = "Every sample's share of a term: weight / count * dobjective.",
                           .shapes = backwardShapes,
                           .reference = backwardReference,
                           .examples = backwardExamples};
  return type;
}

}  // namespace bypath
