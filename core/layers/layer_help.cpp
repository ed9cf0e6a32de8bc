#include "core/layers/layer_help.h"

#include <charconv>

#include "core/base/random.h"
#include "core/ops/catalog.h"

namespace bypath {
namespace {

AttributeDescription described(std::string key, std::string label, AttributeKind kind,
                               AttributeValue fallback, std::string help) {
  AttributeDescription description;
  description.key = std::move(key);
  description.label = std::move(label);
  description.kind = kind;
  description.fallback = std::move(fallback);
  description.help = std::move(help);
  return description;
}

}  // namespace

AttributeDescription integerAttribute(std::string key, std::string label, int64_t fallback, int64_t minimum,
                                      int64_t maximum, std::string help, std::string least) {
  AttributeDescription description =
      described(std::move(key), std::move(label), AttributeKind::integer, fallback, std::move(help));
  description.minimum = static_cast<double>(minimum);
  description.maximum = static_cast<double>(maximum);
  description.least = std::move(least);
  return description;
}

AttributeDescription realAttribute(std::string key, std::string label, double fallback, double minimum,
                                   double maximum, std::string help) {
  AttributeDescription description =
      described(std::move(key), std::move(label), AttributeKind::real, fallback, std::move(help));
  description.minimum = minimum;
  description.maximum = maximum;
  return description;
}

AttributeDescription booleanAttribute(std::string key, std::string label, bool fallback, std::string help) {
  return described(std::move(key), std::move(label), AttributeKind::boolean, fallback, std::move(help));
}

AttributeDescription choiceAttribute(std::string key, std::string label, std::vector<std::string> choices,
                                     std::string help) {
  AttributeDescription description =
      described(std::move(key), std::move(label), AttributeKind::choice, choices.front(), std::move(help));
  description.choices = std::move(choices);
  return description;
}

AttributeDescription shapeAttribute(std::string key, std::string label, std::string fallback,
                                    std::string help) {
  return described(std::move(key), std::move(label), AttributeKind::shape, std::move(fallback),
                   std::move(help));
}

AttributeDescription channelsAttribute(int64_t fallback) {
  return integerAttribute("channels", "Channels", fallback, 1, 65536, "Number of channels of the output.");
}

AttributeDescription kernelAttribute(int64_t fallback) {
  AttributeDescription description = integerAttribute(
      "kernel", "Kernel", fallback, 1, 255, "Height and width of the window that slides over the image.");
  description.unit = "px";
  return description;
}

AttributeDescription strideAttribute(int64_t fallback) {
  AttributeDescription description = integerAttribute("stride", "Stride", fallback, 1, 64,
                                                      "Pixels from one position of the window to the next.");
  description.unit = "px";
  return description;
}

AttributeDescription paddingAttribute(std::string fallback) {
  AttributeDescription description =
      choiceAttribute("padding", "Padding", {"same", "valid"},
                      "same: as many positions as pixels divided by the stride; valid: only whole windows.");
  description.fallback = std::move(fallback);
  return description;
}

AttributeDescription biasAttribute(bool fallback) {
  return booleanAttribute(
      "bias", "Bias", fallback,
      "Adds a trained number to each output channel; batch normalisation right after makes it idle.");
}

AttributeDescription biasValueAttribute() {
  return realAttribute("bias_value", "Initial bias", 0, -1e6, 1e6, "What the bias starts from.");
}

AttributeDescription initAttribute() {
  return choiceAttribute(
      "init", "Initial weights", {"he", "glorot", "lecun", "zero"},
      "How the weights are drawn before training: he suits ReLU (He 2015), glorot suits tanh and "
      "sigmoid (Glorot 2010), zero makes the layer start silent.");
}

AttributeDescription initGainAttribute() {
  return realAttribute("init_gain", "Weight factor", 1, 0, 1e6,
                       "What the drawn weights are multiplied by, as in Fixup (Zhang 2019).");
}

AttributeDescription dropConnectAttribute() {
  return realAttribute("drop_connect", "DropConnect", 0, 0, 0.99,
                       "Share of the weights that is set to zero, anew at every training step (Wan 2013).");
}

AttributeDescription repeatAttribute() {
  return integerAttribute("repeat", "Repeat", 1, 1, 10000,
                          "How many copies stand one after another, each with its own weights.");
}

AttributeDescription lossWeightAttribute() {
  return realAttribute("weight", "Weight", 1, 0, 1e6, "What the term is multiplied by in the objective.");
}

Initialiser startingAt(double value) {
  if (value == 1) return {.kind = InitialiserKind::one};
  return {.kind = value == 0 ? InitialiserKind::zero : InitialiserKind::constant, .value = value};
}

Initialiser biasInitialiser(const AttributeReader& attributes) {
  return startingAt(attributes.real("bias_value"));
}

ValueId weightParameter(LowerContext& context, const Shape& shape, int64_t fanIn, int64_t fanOut) {
  const std::string& name = context.attributes().text("init");
  const InitialiserKind kind = name == "he"       ? InitialiserKind::he
                               : name == "glorot" ? InitialiserKind::glorot
                               : name == "lecun"  ? InitialiserKind::lecun
                                                  : InitialiserKind::zero;
  return context.parameter(
      "weight", shape, ParameterRole::weight,
      {.kind = kind, .fanIn = fanIn, .fanOut = fanOut, .gain = context.attributes().real("init_gain")});
}

ValueId dropConnected(LowerContext& context, ValueId weight) {
  const double rate = context.attributes().real("drop_connect");
  if (rate == 0 || context.mode() == Mode::evaluation) return weight;
  return context.emit(dropoutOp(), {weight},
                      dropoutAttributes(context.path() + "/weight", rate, DropoutReach::weight));
}

OpAttributes reshapeAttributes(const Shape& perSample) {
  OpAttributes attributes{{"rank", perSample.rank() + 1.0}};
  for (int axis = 0; axis < perSample.rank(); ++axis)
    attributes.set("d" + std::to_string(axis + 1), static_cast<double>(perSample[axis]));
  return attributes;
}

OpAttributes dropoutAttributes(std::string_view stream, double rate, DropoutReach reach) {
  OpAttributes attributes{{"rate", rate}, {"stream", static_cast<double>(streamOf(stream))}};
  if (reach != DropoutReach::value) attributes.set("reach", static_cast<double>(reach));
  return attributes;
}

Shape shapeFromText(std::string_view text) {
  int64_t sizes[4] = {};
  int rank = 0;
  while (rank < 4) {
    const size_t cross = text.find('x');
    const std::string_view part = text.substr(0, cross);
    const auto [end, problem] = std::from_chars(part.data(), part.data() + part.size(), sizes[rank]);
    if (problem != std::errc{} || end != part.data() + part.size() || sizes[rank] < 1) return {};
    ++rank;
    if (cross == std::string_view::npos) break;
    if (rank == 4) return {};
    text.remove_prefix(cross + 1);
  }
  switch (rank) {
    case 1:
      return {sizes[0]};
    case 2:
      return {sizes[0], sizes[1]};
    case 3:
      return {sizes[0], sizes[1], sizes[2]};
    default:
      return {sizes[0], sizes[1], sizes[2], sizes[3]};
  }
}

OpAttributes windowAttributes(int64_t kernel, int64_t stride, const std::string& padding) {
  const int64_t total = padding == "same" ? kernel - 1 : 0;
  const int64_t smaller = total / 2;
  const auto front = static_cast<double>(smaller);
  const auto back = static_cast<double>(total - smaller);
  const auto step = static_cast<double>(stride);
  return {{"stride_h", step},  {"stride_w", step},   {"pad_top", front},
          {"pad_left", front}, {"pad_bottom", back}, {"pad_right", back}};
}

Shape imageInput(const LowerContext& context, const std::string& who) {
  const Shape shape = context.shape(context.input(0));
  if (shape.rank() != 4)
    context.fail(who + " reads images (height x width x channels), but gets " + shape.perSample().text() +
                 "; put a Reshape before it, or use it before the image is flattened.");
  return shape;
}

Shape vectorInput(const LowerContext& context, const std::string& who) {
  const Shape shape = context.shape(context.input(0));
  if (shape.rank() != 2)
    context.fail(who + " reads one row of numbers, but gets " + shape.perSample().text() +
                 "; put a Flatten or a Global average pooling before it.");
  return shape;
}

void lowerElementWise(LowerContext& context, const OpType& op) {
  context.output(0, context.emit(op, {context.input(0)}, {}));
}

}  // namespace bypath
