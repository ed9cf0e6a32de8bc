#include "core/layers/layer_help.h"
#include "core/layers/layers.h"
#include "core/ops/catalog.h"

namespace bypath {
namespace {

void lower(LowerContext& c) {
  const Shape x = imageInput(c, "A crop");
  const int64_t height = c.attributes().integer("height"), width = c.attributes().integer("width");
  if (height > x[1] || width > x[2])
    c.fail("A crop cannot make an image larger, and " + std::to_string(x[1]) + "x" + std::to_string(x[2]) +
           " pixels cannot become " + std::to_string(height) + "x" + std::to_string(width) +
           "; lower its height and width.");
  c.output(0, c.emit(padChannelsOp(), {c.input(0)},
                     {{"channels", static_cast<double>(x.last())},
                      {"height", static_cast<double>(height)},
                      {"width", static_cast<double>(width)}}));
}

std::vector<LayerExample> examples() {
  return {{.name = "a row and a column less",
           .attributes = {{"height", int64_t{3}}, {"width", int64_t{4}}},
           .inputs = {{4, 5, 2}}}};
}

}  // namespace

const LayerType& cropLayer() {
  static const LayerType type{
      .id = "crop",
      .title = "Crop",
      .group = "Shape",
      .summary = "Keeps the upper left part of an image.",
      .help =
          "Where two images that meet in a sum differ by a few pixels, cropping the larger one makes them "
          "fit. "
          "Rows at the bottom and columns on the right go; the gradient of what goes is zero.",
      .inputs = {{.name = "x", .label = "Image"}},
      .outputs = {{.name = "y", .label = "Image"}},
      .attributes = {integerAttribute("height", "Height", 8, 1, 65536, "Rows of pixels that stay."),
                     integerAttribute("width", "Width", 8, 1, 65536, "Columns of pixels that stay.")},
      .lower = lower,
      .pytorch = "x[:, :, :{height}, :{width}]",
      .keras = "layers.Lambda(lambda x: x[:, :{height}, :{width}])",
      .examples = examples};
  return type;
}

}  // namespace bypath
