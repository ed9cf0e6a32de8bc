#include "core/layers/layer_help.h"
#include "core/layers/layers.h"
#include "core/ops/catalog.h"

namespace bypath {
namespace {

// The convolution whose adjoint this is must lead from stride * size back to size.
OpAttributes windowOf(int64_t kernel, int64_t stride) {
  OpAttributes window = windowAttributes(kernel, stride, "same");
  if (kernel < stride || (kernel - stride) % 2 != 0) return window;
  const int64_t pad = (kernel - stride) / 2;
  for (const char* side : {"pad_top", "pad_left", "pad_bottom", "pad_right"})
    window.set(side, static_cast<double>(pad));
  return window;
}

void lower(LowerContext& c) {
  const AttributeReader& a = c.attributes();
  const Shape y = imageInput(c, "A transposed convolution");
  const int64_t kernel = a.integer("kernel"), stride = a.integer("stride"), channels = a.integer("channels");
  const int64_t in = y.last();
  std::vector<ValueId> inputs = {
      c.input(0),
      weightParameter(c, {kernel, kernel, channels, in}, kernel * kernel * channels, kernel * kernel * in)};
  if (a.boolean("bias"))
    inputs.push_back(c.parameter("bias", {channels}, ParameterRole::bias, biasInitialiser(a)));
  OpAttributes attributes = windowOf(kernel, stride);
  attributes.set("height", static_cast<double>(y[1] * stride));
  attributes.set("width", static_cast<double>(y[2] * stride));
  c.output(0, c.emit(conv2dTransposedOp(), inputs, attributes));
}

std::vector<LayerExample> examples() {
  const auto with = [](const std::string& name, int64_t kernel, int64_t stride, bool bias) {
    return LayerExample{
        .name = name,
        .attributes = {{"channels", int64_t{2}}, {"kernel", kernel}, {"stride", stride}, {"bias", bias}},
        .inputs = {{3, 4, 3}}};
  };
  return {with("1x1 doubling", 1, 2, true), with("3x3 doubling", 3, 2, false),
          with("4x4 doubling", 4, 2, true), with("same size", 3, 1, true), with("3x3 tripling", 3, 3, true)};
}

}  // namespace

const LayerType& conv2dTransposedLayer() {
  static const LayerType type{
      .id = "conv2d_transposed",
      .title = "Transposed convolution",
      .group = "Convolution",
      .summary = "A convolution read backwards: it makes the image larger by the stride.",
      .help =
          "The adjoint of a convolution in its image, used to scale up in decoders. The output is exactly "
          "stride "
          "times as large for every kernel. With a kernel of 1 and a stride of 2, as in the blog post's "
          "residual "
          "blocks, three of four output pixels receive nothing but the bias; a kernel of 3 or 4 reaches them "
          "all.",
      .inputs = {{.name = "x", .label = "Image"}},
      .outputs = {{.name = "y", .label = "Image"}},
      .attributes = {channelsAttribute(16), kernelAttribute(3), strideAttribute(2), biasAttribute(true),
                     initAttribute(), initGainAttribute(), biasValueAttribute()},
      .lower = lower,
      .pytorch =
          "nn.LazyConvTranspose2d({channels}, {kernel}, stride={stride}, padding=({kernel} - 1) // 2, "
          "output_padding={stride} - {kernel} + ({kernel} - 1) // 2 * 2, bias={bias})",
      .keras =
          "layers.Conv2DTranspose({channels}, {kernel}, strides={stride}, padding=\"same\", use_bias={bias})",
      .examples = examples};
  return type;
}

}  // namespace bypath
