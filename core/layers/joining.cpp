#include "core/layers/layer_help.h"
#include "core/layers/layers.h"
#include "core/ops/catalog.h"

namespace bypath {
namespace {

std::vector<ValueId> allInputs(const LowerContext& c) {
  std::vector<ValueId> inputs;
  inputs.reserve(static_cast<size_t>(c.inputCount()));
  for (int port = 0; port < c.inputCount(); ++port) inputs.push_back(c.input(port));
  return inputs;
}

// "16x16x32 and 32x32x16"
std::string shapesText(const LowerContext& c) {
  std::string text;
  for (int port = 0; port < c.inputCount(); ++port)
    text += (port == 0                    ? ""
             : port + 1 == c.inputCount() ? " and "
                                          : ", ") +
            c.shape(c.input(port)).perSample().text();
  return text;
}

void lowerAdd(LowerContext& c) {
  for (int port = 1; port < c.inputCount(); ++port)
    if (!(c.shape(c.input(port)) == c.shape(c.input(0))))
      c.fail("Only signals of one shape can be added, and these are " + shapesText(c) + ".");
  c.output(0, c.emit(addOp(), allInputs(c), {}));
}

void lowerConcat(LowerContext& c) {
  const auto withoutChannels = [&](int port) {
    std::vector<int64_t> sizes;
    const Shape shape = c.shape(c.input(port));
    for (int i = 0; i + 1 < shape.rank(); ++i) sizes.push_back(shape[i]);
    return sizes;
  };
  for (int port = 1; port < c.inputCount(); ++port)
    if (withoutChannels(port) != withoutChannels(0))
      c.fail("Only images of one height and width can be stacked, and these are " + shapesText(c) + ".");
  c.output(0, c.emit(concatOp(), allInputs(c), {}));
}

std::vector<LayerExample> addExamples() {
  return {{.name = "two", .inputs = {{3, 3, 2}, {3, 3, 2}}},
          {.name = "three rows", .inputs = {{4}, {4}, {4}}}};
}

std::vector<LayerExample> concatExamples() {
  return {{.name = "two", .inputs = {{3, 3, 2}, {3, 3, 5}}}, {.name = "three", .inputs = {{2}, {1}, {3}}}};
}

void lowerZeroPad(LowerContext& c) {
  const AttributeReader& a = c.attributes();
  const Shape x = imageInput(c, "A zero-padded shortcut");
  const int64_t channels = a.integer("channels");
  const auto stride = static_cast<double>(a.integer("stride"));
  if (channels < x.last())
    c.fail("Zero padding can only add channels, and " + std::to_string(x.last()) + " cannot become " +
           std::to_string(channels) + "; use a 1x1 convolution instead.");
  c.output(0,
           c.emit(padChannelsOp(), {c.input(0)},
                  {{"channels", static_cast<double>(channels)}, {"stride_h", stride}, {"stride_w", stride}}));
}

std::vector<LayerExample> zeroPadExamples() {
  return {{.name = "halving", .attributes = {{"channels", int64_t{4}}}, .inputs = {{4, 4, 2}}},
          {.name = "channels only",
           .attributes = {{"channels", int64_t{5}}, {"stride", int64_t{1}}},
           .inputs = {{3, 3, 2}}}};
}

}  // namespace

const LayerType& addLayer() {
  static const LayerType type{
      .id = "add",
      .title = "Add",
      .group = "Joining",
      .summary = "Adds signals of one shape: where a shortcut meets its branch.",
      .help =
          "y = F(x) + x. The gradient passes through an addition unchanged to every input, which is what "
          "lets a "
          "residual network be a thousand layers deep (He 2015). All inputs must have the same shape; a "
          "shortcut "
          "of another shape needs a projection or zero padding.",
      .inputs = {{.name = "a", .label = "Branch"}, {.name = "b", .label = "Shortcut"}},
      .outputs = {{.name = "y", .label = "Sum"}},
      .variadicInputs = true,
      .lower = lowerAdd,
      .pytorch = "torch.add(a, b)",
      .keras = "layers.Add()([a, b])",
      .examples = addExamples};
  return type;
}

const LayerType& concatLayer() {
  static const LayerType type{.id = "concat",
                              .title = "Concatenate",
                              .group = "Joining",
                              .summary = "Stacks the channels of its inputs.",
                              .help =
                                  "The images must have one height and width; the channels add up. DenseNets "
                                  "join this way where residual "
                                  "networks add.",
                              .inputs = {{.name = "a", .label = "First"}, {.name = "b", .label = "Second"}},
                              .outputs = {{.name = "y", .label = "All channels"}},
                              .variadicInputs = true,
                              .lower = lowerConcat,
                              .pytorch = "torch.cat((a, b), dim=1)",
                              .keras = "layers.Concatenate()([a, b])",
                              .examples = concatExamples};
  return type;
}

const LayerType& zeroPadShortcutLayer() {
  static const LayerType type{
      .id = "zero_pad_shortcut",
      .title = "Zero-padded shortcut",
      .group = "Residual",
      .summary = "A shortcut without weights to a smaller image with more channels.",
      .help =
          "Option A of He 2015: keeps every stride-th pixel and fills the additional channels with zeros, so "
          "that "
          "the shortcut costs no parameters. The residual networks for CIFAR-10 in the paper use it.",
      .inputs = {{.name = "x", .label = "Image"}},
      .outputs = {{.name = "y", .label = "Image"}},
      .attributes = {strideAttribute(2), channelsAttribute(32)},
      .lower = lowerZeroPad,
      .pytorch = "F.pad(x[:, :, ::{stride}, ::{stride}], (0, 0, 0, 0, 0, {channels} - x.shape[1]))",
      .keras =
          "layers.Lambda(lambda x: tf.pad(x[:, ::{stride}, ::{stride}], "
          "[[0, 0], [0, 0], [0, 0], [0, {channels} - x.shape[-1]]]))",
      .examples = zeroPadExamples};
  return type;
}

}  // namespace bypath
