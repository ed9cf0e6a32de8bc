#include "core/layers/layer_help.h"
#include "core/layers/layers.h"
#include "core/ops/catalog.h"

namespace bypath {
namespace {

void lowerSoftmax(LowerContext& c) {
  const AttributeReader& a = c.attributes();
  const Shape logits = vectorInput(c, "A softmax loss");
  const ValueId labels = c.networkInput("labels", {logits[0]}, InputRole::label);
  c.loss("cross_entropy",
         c.emit(softmaxCrossEntropyOp(), {c.input(0), labels}, {{"smoothing", a.real("smoothing")}}),
         a.real("weight"));
  c.metric("accuracy", c.emit(correctOp(), {c.input(0), labels}, {}));
  c.namedOutput("logits", c.input(0));
}

void lowerBernoulli(LowerContext& c) {
  c.loss("reconstruction", c.emit(bernoulliLossOp(), {c.input(0), c.input(1)}, {}),
         c.attributes().real("weight"));
  c.namedOutput("reconstruction", c.input(0));
}

std::vector<LayerExample> softmaxExamples() {
  return {{.name = "plain", .inputs = {{5}}},
          {.name = "smoothed", .attributes = {{"smoothing", 0.1}}, .inputs = {{5}}}};
}

std::vector<LayerExample> bernoulliExamples() {
  return {{.name = "image", .inputs = {{3, 3, 2}, {3, 3, 2}}}, {.name = "row", .inputs = {{6}, {6}}}};
}

}  // namespace

const LayerType& softmaxLossLayer() {
  static const LayerType type{
      .id = "softmax_loss",
      .title = "Softmax loss",
      .group = "Loss",
      .summary = "Trains a classifier: cross entropy between the class scores and the image's label.",
      .help =
          "Reads one score (logit) a class and compares the softmax of the scores with the label of the data "
          "set. "
          "It also counts how often the highest score is right. Label smoothing gives every class a small "
          "share "
          "of the target.",
      .inputs = {{.name = "logits", .label = "Class scores"}},
      .attributes = {realAttribute("smoothing", "Label smoothing", 0, 0, 0.9,
                                   "Share of the target that is spread over all classes."),
                     lossWeightAttribute()},
      .lower = lowerSoftmax,
      .pytorch = "nn.CrossEntropyLoss(label_smoothing={smoothing})",
      .keras = "losses.CategoricalCrossentropy(from_logits=True, label_smoothing={smoothing})",
      .examples = softmaxExamples};
  return type;
}

const LayerType& bernoulliLossLayer() {
  static const LayerType type{
      .id = "bernoulli_loss",
      .title = "Bernoulli loss",
      .group = "Loss",
      .summary = "How badly an image is reconstructed: binary cross entropy summed over its values, in nats.",
      .help =
          "Reads a prediction between 0 and 1 (put a Sigmoid before it) and the image it should be. Because "
          "real "
          "images are not black and white, even a perfect copy does not reach zero.",
      .inputs = {{.name = "prediction", .label = "Prediction"}, {.name = "target", .label = "Target image"}},
      .attributes = {lossWeightAttribute()},
      .lower = lowerBernoulli,
      .pytorch = "{weight} * F.binary_cross_entropy(prediction, target, reduction=\"sum\") / len(target)",
      .keras = "{weight} * ops.mean(ops.sum(ops.binary_crossentropy(target, prediction), axis=[1, 2, 3]))",
      .examples = bernoulliExamples};
  return type;
}

}  // namespace bypath
