#include "core/layers/layer_help.h"
#include "core/layers/layers.h"

namespace bypath {
namespace {

void lower(LowerContext& c) {
  const Shape shape = shapeFromText(c.attributes().text("shape"));
  if (shape.rank() != 1 && shape.rank() != 3)
    c.fail("An input is an image such as 32x32x3 or a row such as 256, and '" + c.attributes().text("shape") +
           "' is neither; change its shape.");
  c.output(0, c.networkInput("image", shape.withBatch(c.batch()), InputRole::image));
}

std::vector<LayerExample> examples() {
  return {{.name = "image", .attributes = {{"shape", "4x4x3"}}},
          {.name = "row", .attributes = {{"shape", "7"}}}};
}

}  // namespace

const LayerType& inputLayer() {
  static const LayerType type{
      .id = "input",
      .title = "Input",
      .group = "Input and output",
      .summary = "Where the images of the data set enter the network.",
      .help =
          "Every network begins here. The shape is height x width x channels of one image, for example "
          "32x32x3 "
          "for CIFAR-10 or 28x28x1 for MNIST; a single number is a row of numbers. Several Input nodes of "
          "one "
          "shape bring the same images.",
      .outputs = {{.name = "image", .label = "Image"}},
      .attributes = {shapeAttribute("shape", "Shape", "32x32x3", "Height x width x channels of one image.")},
      .lower = lower,
      .pytorch = "# input: (N, C, H, W) for the shape {shape}",
      .keras = "keras.Input(({shape}))",
      .examples = examples};
  return type;
}

}  // namespace bypath
