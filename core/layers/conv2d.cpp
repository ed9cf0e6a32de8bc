#include "core/layers/layer_help.h"
#include "core/layers/layers.h"
#include "core/ops/catalog.h"

namespace bypath {
namespace {

void lower(LowerContext& c) {
  const AttributeReader& a = c.attributes();
  const int64_t in = imageInput(c, "A convolution").last();
  const int64_t kernel = a.integer("kernel"), channels = a.integer("channels");
  std::vector<ValueId> inputs = {
      c.input(0), dropConnected(c, weightParameter(c, {kernel, kernel, in, channels}, kernel * kernel * in,
                                                   kernel * kernel * channels))};
  if (a.boolean("bias"))
    inputs.push_back(c.parameter("bias", {channels}, ParameterRole::bias, biasInitialiser(a)));
  c.output(0, c.emit(conv2dOp(), inputs, windowAttributes(kernel, a.integer("stride"), a.text("padding"))));
}

std::vector<LayerExample> examples() {
  return {{.name = "3x3", .attributes = {{"channels", int64_t{4}}}, .inputs = {{5, 5, 3}}},
          {.name = "strided 1x1 without bias",
           .attributes =
               {{"channels", int64_t{2}}, {"kernel", int64_t{1}}, {"stride", int64_t{2}}, {"bias", false}},
           .inputs = {{6, 6, 3}}},
          {.name = "valid",
           .attributes = {{"channels", int64_t{2}}, {"padding", "valid"}},
           .inputs = {{5, 6, 2}}},
          {.name = "even kernel",
           .attributes = {{"channels", int64_t{2}}, {"kernel", int64_t{4}}, {"stride", int64_t{2}}},
           .inputs = {{6, 6, 2}}},
          {.name = "weights dropped",
           .attributes = {{"channels", int64_t{4}}, {"drop_connect", 0.3}, {"init_gain", 0.5}},
           .inputs = {{4, 4, 2}}}};
}

}  // namespace

const LayerType& conv2dLayer() {
  static const LayerType type{
      .id = "conv2d",
      .title = "Convolution",
      .group = "Convolution",
      .summary = "Slides small filters over the image; each makes one channel of the output.",
      .help =
          "The filter of channel k sums kernel x kernel pixels of all input channels, with the same weights "
          "at "
          "every position. A kernel of 3 with padding same keeps the size; a stride of 2 halves it; a kernel "
          "of "
          "1 mixes channels only, which is what projections and bottlenecks use.",
      .inputs = {{.name = "x", .label = "Image"}},
      .outputs = {{.name = "y", .label = "Image"}},
      .attributes = {channelsAttribute(16), kernelAttribute(3), strideAttribute(1), paddingAttribute("same"),
                     biasAttribute(true), initAttribute(), initGainAttribute(), biasValueAttribute(),
                     dropConnectAttribute()},
      .lower = lower,
      .pytorch = "nn.LazyConv2d({channels}, {kernel}, stride={stride}, padding={kernel} // 2, bias={bias})",
      .keras =
          "layers.Conv2D({channels}, {kernel}, strides={stride}, padding=\"{padding}\", use_bias={bias})",
      .examples = examples};
  return type;
}

}  // namespace bypath
