#include "core/layers/layer_help.h"
#include "core/layers/layers.h"
#include "core/ops/catalog.h"

namespace bypath {
namespace {

void emitReshape(LowerContext& c, const Shape& perSample) {
  c.output(0, c.emit(reshapeOp(), {c.input(0)}, reshapeAttributes(perSample)));
}

void lowerFlatten(LowerContext& c) {
  emitReshape(c, {c.shape(c.input(0)).perSample().count()});
}

void lowerReshape(LowerContext& c) {
  const Shape from = c.shape(c.input(0)).perSample();
  const Shape to = shapeFromText(c.attributes().text("shape"));
  if (to.rank() < 1 || to.rank() > 3)
    c.fail("A sample has one to three sizes, such as 4x4x64, and '" + c.attributes().text("shape") +
           "' has more; change the shape.");
  double count = 1;
  for (int axis = 0; axis < to.rank(); ++axis) count *= static_cast<double>(to[axis]);
  if (count != static_cast<double>(from.count()))
    c.fail("A reshape keeps the number of values: " + from.text() + " has " + std::to_string(from.count()) +
           " and cannot become " + to.text() + "; change the shape or the layer before.");
  emitReshape(c, to);
}

std::vector<LayerExample> flattenExamples() {
  return {{.name = "image", .inputs = {{3, 2, 4}}}, {.name = "row", .inputs = {{5}}}};
}

std::vector<LayerExample> reshapeExamples() {
  return {{.name = "to an image", .attributes = {{"shape", "2x3x2"}}, .inputs = {{12}}},
          {.name = "to a row", .attributes = {{"shape", "12"}}, .inputs = {{2, 3, 2}}}};
}

}  // namespace

const LayerType& flattenLayer() {
  static const LayerType type{
      .id = "flatten",
      .title = "Flatten",
      .group = "Shape",
      .summary = "Lays the pixels and channels of an image out in one row.",
      .help =
          "Rows first, then columns, then channels. A dense layer after it has a weight for every pixel and "
          "channel; global average pooling is the frugal alternative.",
      .inputs = {{.name = "x", .label = "Image"}},
      .outputs = {{.name = "y", .label = "Row"}},
      .lower = lowerFlatten,
      .pytorch = "nn.Flatten()",
      .keras = "layers.Flatten()",
      .examples = flattenExamples};
  return type;
}

const LayerType& reshapeLayer() {
  static const LayerType type{
      .id = "reshape",
      .title = "Reshape",
      .group = "Shape",
      .summary = "Reads the same values as another shape, for example a row as an image.",
      .help =
          "The number of values must stay the same: a row of 1024 can become 4x4x64. Decoders use it to turn "
          "a "
          "dense layer's output into a small image.",
      .inputs = {{.name = "x", .label = "Signal"}},
      .outputs = {{.name = "y", .label = "Signal"}},
      .attributes = {shapeAttribute("shape", "Shape", "4x4x64", "Shape of one sample after it.")},
      .lower = lowerReshape,
      .pytorch = "nn.Unflatten(1, ({shape}))",
      .keras = "layers.Reshape(({shape}))",
      .examples = reshapeExamples};
  return type;
}

}  // namespace bypath
