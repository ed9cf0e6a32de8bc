// The ResNet VAE of the source post: an encoder and a decoder of Keras-style bottlenecks, 28, 40, 70 or 100
// layers deep, both widening in the same order, so that the decoder's last stage has 2,048 channels at 32x32.
// Parameters, with moving statistics: 26,815,683 / 29,624,003 / 43,762,627 / 57,901,251. Widths divide by
// width_divisor.
#include <array>

#include "core/templates/graph_builder.h"
#include "core/templates/templates.h"

namespace bypath {

using namespace std::string_literals;

namespace {

struct Row {
  int64_t depth;
  std::array<int64_t, 4> blocks;
};
constexpr std::array<Row, 4> rows = {
    {{28, {1, 1, 1, 1}}, {40, {1, 2, 2, 1}}, {70, {2, 3, 4, 2}}, {100, {3, 4, 6, 3}}}};

constexpr double kerasEpsilon = 1e-3;
constexpr double kerasMomentum = 0.99;

// One stage: a conv_block (projection, stride on the first 1x1 and on the shortcut), then identity_blocks.
Graph stage(int64_t narrow, int64_t stride, int64_t blocks, const std::string& direction,
            const std::string& init) {
  Attributes common = {{"branch", "bottleneck"s}, {"channels", 4 * narrow},
                       {"mid_channels", narrow},  {"bias", true},
                       {"epsilon", kerasEpsilon}, {"momentum", kerasMomentum},
                       {"init", "glorot"s},       {"direction", direction},
                       {"stride_on", "first"s}};
  if (init != "plain") common["init_scheme"] = init;
  GraphBuilder g;
  g.start("in", "part_input");
  Attributes first = common;
  first["stride"] = stride;
  first["shortcut"] = "projection-always"s;
  g.add("conv_block", "residual_block", first);
  if (blocks > 1) {
    Attributes rest = common;
    rest["shortcut"] = "identity"s;
    rest["repeat"] = blocks - 1;
    g.add("identity_block", "residual_block", rest);
  }
  g.add("out", "part_output");
  return g.take();
}

void stages(GraphBuilder& g, const Row& row, int64_t divisor, const std::string& direction,
            const std::string& init) {
  for (int i = 0; i < 4; ++i)
    g.container("stage" + std::to_string(i + 2), "part", {},
                stage((int64_t{64} << i) / divisor, i == 0 ? 1 : 2, row.blocks[static_cast<size_t>(i)],
                      direction, init));
}

Result<NetworkSpec> build(const Attributes& parameters) {
  const AttributeReader read(resnetVaeTemplate().parameters, parameters);
  const Row* row = nullptr;
  for (const Row& r : rows)
    if (std::to_string(r.depth) == read.text("depth")) row = &r;
  const int64_t divisor = read.integer("width_divisor");
  const int64_t latent = read.integer("latent");
  const int64_t intermediate = read.integer("intermediate");
  if (64 % divisor != 0)
    return Error{ErrorKind::usage, "width_divisor " + std::to_string(divisor) +
                                       " does not divide 64: choose 1, 2, 4, 8, 16, 32 or 64."};
  if (intermediate % 16 != 0)
    return Error{
        ErrorKind::usage,
        "intermediate " + std::to_string(intermediate) +
            " is not a multiple of 16: the decoder reshapes it to 4x4 pixels. Choose 1024, for example."};
  const std::string& activation = read.text("activation");
  const Attributes batchNorm = {{"epsilon", kerasEpsilon}, {"momentum", kerasMomentum}};
  const double dropout = read.real("dropout");

  GraphBuilder encoder;
  encoder.start("x", "part_input");
  const std::string& init = read.text("init");
  stages(encoder, *row, divisor, "down", init);
  encoder
      .add("dense", "conv2d",
           {{"channels", intermediate},
            {"kernel", int64_t{1}},
            {"stride", int64_t{1}},
            {"bias", true},
            {"init", "glorot"s}})
      .add("bn", "batch_norm", batchNorm)
      .add("activation", activation)
      .add("dropout", "dropout", {{"rate", dropout}})
      .add("flatten", "flatten")
      .add("z_mean", "dense", {{"units", latent}, {"init", "glorot"s}, {"l2", 0.01}}, {"flatten"})
      .add("z_log_sigma", "dense", {{"units", latent}, {"init", "glorot"s}, {"l2", 0.1}}, {"flatten"})
      .add("mu", "part_output", {}, {"z_mean"})
      .add("logvar", "part_output", {}, {"z_log_sigma"});

  GraphBuilder decoder;
  decoder.start("z", "part_input")
      .add("dense", "dense", {{"units", intermediate}, {"init", "glorot"s}})
      .add("bn", "batch_norm", batchNorm)
      .add("activation", activation)
      .add("dropout", "dropout", {{"rate", dropout}})
      .add("reshape", "reshape", {{"shape", "4x4x" + std::to_string(intermediate / 16)}});
  stages(decoder, *row, divisor, "up", init);
  decoder
      .add("x_decoded", "conv2d_transposed",
           {{"channels", int64_t{3}},
            {"kernel", int64_t{1}},
            {"stride", int64_t{1}},
            {"bias", true},
            {"init", "glorot"s}})
      .add("sigmoid", "sigmoid")
      .add("out", "part_output");

  GraphBuilder g;
  g.start("image", "input", {{"shape", "32x32x3"s}})
      .container("encoder", "part", {}, encoder.take())
      .add("sample", "gaussian_sample", {{"sampling", read.text("sampling")}}, {"encoder:0", "encoder:1"})
      .container("decoder", "part", {}, decoder.take())
      .add("reconstruction", "bernoulli_loss", {}, {"decoder", "image"})
      .add("kl", "kl_loss", {}, {"encoder:0", "encoder:1"});
  return NetworkSpec{"", g.take()};
}

}  // namespace

const TemplateType& resnetVaeTemplate() {
  static const TemplateType type{
      .id = "resnet-vae",
      .title = "ResNet VAE",
      .summary =
          "The variational autoencoder of the source post: residual encoder and decoder, 28 to 100 layers.",
      .parameters =
          {
              {.key = "depth",
               .label = "Depth",
               .kind = AttributeKind::choice,
               .fallback = "28"s,
               .choices = {"28", "40", "70", "100"},
               .unit = "layers",
               .help = "Weight layers of encoder and decoder together."},
              {.key = "width_divisor",
               .label = "Width divisor",
               .kind = AttributeKind::integer,
               .fallback = int64_t{1},
               .minimum = 1,
               .maximum = 64,
               .help = "Divides every stage's channels; 8 trains on a CPU, 1 is the post's own size."},
              latentParameter(256),
              {.key = "intermediate",
               .label = "Intermediate size",
               .kind = AttributeKind::integer,
               .fallback = int64_t{1024},
               .minimum = 16,
               .maximum = 65536,
               .unit = "units",
               .help = "Units of the dense layers around the latent variables."},
              {.key = "activation",
               .label = "Activation",
               .kind = AttributeKind::choice,
               .fallback = "sigmoid"s,
               .choices = {"sigmoid", "relu", "tanh", "elu"},
               .help = "Of the dense layers around the latent variables."},
              {.key = "dropout",
               .label = "Dropout",
               .kind = AttributeKind::real,
               .fallback = 0.0,
               .minimum = 0,
               .maximum = 0.95,
               .help = "Rate after those activations."},
              samplingParameter(),
              {.key = "init",
               .label = "Branches start",
               .kind = AttributeKind::choice,
               .fallback = "plain"s,
               .choices = {"plain", "zero-last"},
               .help =
                   "plain as in the post; zero-last silences every branch by a last layer of zeros (Goyal "
                   "2017), so that 100 layers learn as fast as 28 from the first step."},
          },
      .build = build,
      .training = vaeTraining(),
  };
  return type;
}

}  // namespace bypath
