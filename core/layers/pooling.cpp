#include "core/layers/layer_help.h"
#include "core/layers/layers.h"
#include "core/ops/catalog.h"

namespace bypath {
namespace {

void lowerWindow(LowerContext& c, const OpType& op, const std::string& who) {
  const AttributeReader& a = c.attributes();
  imageInput(c, who);
  const auto kernel = static_cast<double>(a.integer("kernel"));
  OpAttributes window = windowAttributes(a.integer("kernel"), a.integer("stride"), a.text("padding"));
  window.set("kernel_h", kernel);
  window.set("kernel_w", kernel);
  c.output(0, c.emit(op, {c.input(0)}, window));
}

std::vector<LayerExample> examples() {
  return {{.name = "halves", .inputs = {{4, 6, 3}}},
          {.name = "overlapping",
           .attributes = {{"kernel", int64_t{3}}, {"stride", int64_t{2}}, {"padding", "same"}},
           .inputs = {{5, 5, 2}}}};
}

LayerType pooling(std::string id, std::string title, std::string summary, std::string help) {
  return {.id = std::move(id),
          .title = std::move(title),
          .group = "Pooling",
          .summary = std::move(summary),
          .help = std::move(help),
          .inputs = {{.name = "x", .label = "Image"}},
          .outputs = {{.name = "y", .label = "Image"}},
          .attributes = {kernelAttribute(2), strideAttribute(2), paddingAttribute("valid")},
          .examples = examples};
}

std::vector<LayerExample> globalExamples() {
  return {{.name = "image", .inputs = {{3, 4, 5}}}};
}

}  // namespace

const LayerType& maxPoolLayer() {
  static const LayerType type = [] {
    LayerType t =
        pooling("max_pool", "Max pooling", "Keeps the largest value of every window and channel.",
                "Makes the image smaller without weights. The gradient goes to the pixel that won. ResNets "
                "for large images begin with a 3x3 window and a stride of 2 (He 2015).");
    t.lower = [](LowerContext& c) { lowerWindow(c, maxPoolOp(), "Max pooling"); };
    t.pytorch = "nn.MaxPool2d({kernel}, stride={stride})";
    t.keras = "layers.MaxPooling2D({kernel}, strides={stride}, padding=\"{padding}\")";
    return t;
  }();
  return type;
}

const LayerType& averagePoolLayer() {
  static const LayerType type = [] {
    LayerType t = pooling("average_pool", "Average pooling", "Averages every window and channel.",
                          "Makes the image smaller without weights. Pixels beyond the border do not count.");
    t.lower = [](LowerContext& c) { lowerWindow(c, averagePoolOp(), "Average pooling"); };
    t.pytorch = "nn.AvgPool2d({kernel}, stride={stride}, count_include_pad=False)";
    t.keras = "layers.AveragePooling2D({kernel}, strides={stride}, padding=\"{padding}\")";
    return t;
  }();
  return type;
}

const LayerType& globalAveragePoolLayer() {
  static const LayerType type{.id = "global_average_pool",
                              .title = "Global average pooling",
                              .group = "Pooling",
                              .summary = "Averages each channel over the whole image: one number a channel.",
                              .help =
                                  "The usual bridge from the last residual stage to the classifier: it needs "
                                  "no weights and takes images "
                                  "of any size (Lin 2013).",
                              .inputs = {{.name = "x", .label = "Image"}},
                              .outputs = {{.name = "y", .label = "Row"}},
                              .lower =
                                  [](LowerContext& c) {
                                    imageInput(c, "Global average pooling");
                                    lowerElementWise(c, globalAveragePoolOp());
                                  },
                              .pytorch = "nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())",
                              .keras = "layers.GlobalAveragePooling2D()",
                              .examples = globalExamples};
  return type;
}

}  // namespace bypath
