#include <algorithm>
#include <cmath>

#include "core/ops/catalog.h"
#include "core/ops/gradient_builder.h"
#include "core/ops/shape_check.h"

namespace bypath {

namespace {

// A sample's logits and the distribution they are held against: the label's class, softened by `smoothing`.
struct Sample {
  std::span<const double> logits;
  int64_t label;
  double smoothing;

  Sample(const ReferenceRun& run, int64_t n)
      : logits(run.inputs[0].data.subspan(static_cast<size_t>(n * run.inputs[0].shape[1]),
                                          static_cast<size_t>(run.inputs[0].shape[1]))),
        label(static_cast<int64_t>(run.inputs[1].data[n])),
        smoothing(run.attributes.real("smoothing", 0)) {}

  double target(size_t k) const {
    return smoothing / static_cast<double>(logits.size()) +
           (static_cast<int64_t>(k) == label ? 1 - smoothing : 0);
  }
  double logSumExp() const {
    const double largest = *std::max_element(logits.begin(), logits.end());
    double sum = 0;
    for (double logit : logits) sum += std::exp(logit - largest);
    return largest + std::log(sum);
  }
};

bool logitsAndLabels(ShapeCheck& check, const OpCall& call) {
  return check.ranks({2, 1, 1}) && check.shapeIs(1, {call.inputs[0][0]}) &&
         check.shapeIs(2, {call.inputs[0][0]});
}

std::string smoothingProblem(const OpCall& call) {
  const double smoothing = call.attributes.real("smoothing", 0);
  return smoothing >= 0 && smoothing < 1
             ? ""
             : "smoothing must be at least 0 and below 1, not " + std::to_string(smoothing);
}

Result<std::vector<Shape>> forwardShapes(const OpCall& call) {
  ShapeCheck check(call, {"logits", "labels"}, 2);
  const std::string wrong = smoothingProblem(call);
  if (!check.that(wrong.empty(), wrong) || !logitsAndLabels(check, call)) return check.error();
  return std::vector<Shape>{Shape{call.inputs[0][0]}};
}

void forwardReference(const ReferenceRun& run) {
  for (int64_t n = 0; n < run.inputs[0].shape[0]; ++n) {
    const Sample sample(run, n);
    double loss = sample.logSumExp();
    for (size_t k = 0; k < sample.logits.size(); ++k) loss -= sample.target(k) * sample.logits[k];
    run.outputs[0].data[n] = loss;
  }
}

void forwardGradient(GradientBuilder& b) {
  if (b.wants(0))
    b.contribute(0, b.emit(softmaxCrossEntropyBackwardOp(), {b.input(0), b.input(1), b.outputGradient(0)},
                           {{"smoothing", b.attributes().real("smoothing", 0)}}));
}

std::vector<OpExample> forwardExamples() {
  return {{.name = "10 classes",
           .attributes = {},
           .inputs = {{7, 10}, {7}},
           .low = -3,
           .high = 3,
           .labelInputs = {1},
           .labelBound = 10,
           .notDifferentiated = {1}},
          {.name = "17 classes, smoothed",
           .attributes = {{"smoothing", 0.1}},
           .inputs = {{4, 17}, {4}},
           .labelInputs = {1},
           .labelBound = 17,
           .notDifferentiated = {1}},
          {.name = "large logits",
           .attributes = {},
           .inputs = {{3, 3}, {3}},
           .low = 400,
           .high = 405,
           .labelInputs = {1},
           .labelBound = 3,
           .notDifferentiated = {1}}};
}

Result<std::vector<Shape>> backwardShapes(const OpCall& call) {
  ShapeCheck check(call, {"logits", "labels", "dloss"}, 3);
  const std::string wrong = smoothingProblem(call);
  if (!check.that(wrong.empty(), wrong) || !logitsAndLabels(check, call)) return check.error();
  return std::vector<Shape>{call.inputs[0]};
}

void backwardReference(const ReferenceRun& run) {
  const auto classes = static_cast<size_t>(run.inputs[0].shape[1]);
  for (int64_t n = 0; n < run.inputs[0].shape[0]; ++n) {
    const Sample sample(run, n);
    const double logSum = sample.logSumExp();
    for (size_t k = 0; k < classes; ++k)
      run.outputs[0].data[static_cast<size_t>(n) * classes + k] =
          (std::exp(sample.logits[k] - logSum) - sample.target(k)) * run.inputs[2].data[n];
  }
}

std::vector<OpExample> backwardExamples() {
  std::vector<OpExample> examples = forwardExamples();
  for (OpExample& example : examples) example.inputs.push_back(example.inputs[1]);
  return examples;
}

Result<std::vector<Shape>> correctShapes(const OpCall& call) {
  ShapeCheck check(call, {"logits", "labels"}, 2);
  if (!logitsAndLabels(check, call)) return check.error();
  return std::vector<Shape>{Shape{call.inputs[0][0]}};
}

void correctReference(const ReferenceRun& run) {
  for (int64_t n = 0; n < run.inputs[0].shape[0]; ++n) {
    const Sample sample(run, n);
    const auto best = std::max_element(sample.logits.begin(), sample.logits.end()) - sample.logits.begin();
    run.outputs[0].data[n] = best == sample.label ? 1 : 0;
  }
}

std::vector<OpExample> correctExamples() {
  return {{.name = "10 classes",
           .attributes = {},
           .inputs = {{20, 10}, {20}},
           .labelInputs = {1},
           .labelBound = 10},
          {.name = "ties count for the first",
           .attributes = {},
           .inputs = {{30, 3}, {30}},
           .labelInputs = {0, 1},
           .labelBound = 3}};
}

}  // namespace

const OpType& softmaxCrossEntropyOp() {
  static const OpType type{
      .id = "softmax_cross_entropy",
      .summary =
          "log(sum(exp(logits))) - sum(target * logits) of each sample, in nats; the target is "
          "the label's class, with a share `smoothing` spread evenly over all classes.",
      .shapes = forwardShapes,
      .reference = forwardReference,
      .gradient = forwardGradient,
      .examples = forwardExamples};
  return type;
}

const OpType& softmaxCrossEntropyBackwardOp() {
  static const OpType type{.id = "softmax_cross_entropy_backward",
                           .summary = "dlogits = (softmax(logits) - target) * dloss.",
                           .shapes = backwardShapes,
                           .reference = backwardReference,
                           .examples = backwardExamples};
  return type;
}

const OpType& correctOp() {
  static const OpType type{
      .id = "correct",
      .summary = "1 for each sample whose largest logit is the label's, the first one on ties, else 0.",
      .shapes = correctShapes,
      .reference = correctReference,
      .examples = correctExamples};
  return type;
}

}  // namespace bypath
