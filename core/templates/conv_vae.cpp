// The convolutional VAE without residual blocks that the source post's author had used before (128, 64 and 32
// filters, 3x3, strides 1, 2, 2): the baseline of the ResNet VAE.
#include "core/templates/graph_builder.h"
#include "core/templates/templates.h"

namespace bypath {

using namespace std::string_literals;

namespace {

Result<NetworkSpec> build(const Attributes& parameters) {
  const AttributeReader read(convVaeTemplate().parameters, parameters);
  const int64_t latent = read.integer("latent");
  GraphBuilder encoder;
  encoder.start("x", "part_input")
      .convolutionUnit("down1", 128, 3, 1)
      .convolutionUnit("down2", 64, 3, 2)
      .convolutionUnit("down3", 32, 3, 2)
      .add("flatten", "flatten")
      .add("z_mean", "dense", {{"units", latent}, {"init", "glorot"s}}, {"flatten"})
      .add("z_log_var", "dense", {{"units", latent}, {"init", "glorot"s}}, {"flatten"})
      .add("mu", "part_output", {}, {"z_mean"})
      .add("logvar", "part_output", {}, {"z_log_var"});

  GraphBuilder decoder;
  const auto up = [&](const std::string& name, int64_t channels, int64_t stride) {
    decoder
        .add(name + "_conv", "conv2d_transposed",
             {{"channels", channels}, {"kernel", int64_t{3}}, {"stride", stride}, {"bias", false}})
        .add(name + "_bn", "batch_norm")
        .add(name + "_relu", "relu");
  };
  decoder.start("z", "part_input")
      .add("dense", "dense", {{"units", int64_t{8 * 8 * 32}}})
      .add("reshape", "reshape", {{"shape", "8x8x32"s}});
  up("up1", 32, 2);
  up("up2", 64, 2);
  up("up3", 128, 1);
  decoder
      .add("x_decoded", "conv2d_transposed",
           {{"channels", int64_t{3}},
            {"kernel", int64_t{3}},
            {"stride", int64_t{1}},
            {"bias", true},
            {"init", "glorot"s}})
      .add("sigmoid", "sigmoid")
      .add("out", "part_output");

  GraphBuilder g;
  g.start("image", "input", {{"shape", "32x32x3"s}})
      .container("encoder", "part", {}, encoder.take())
      .add("sample", "gaussian_sample", {{"sampling", "correct"s}}, {"encoder:0", "encoder:1"})
      .container("decoder", "part", {}, decoder.take())
      .add("reconstruction", "bernoulli_loss", {}, {"decoder", "image"})
      .add("kl", "kl_loss", {}, {"encoder:0", "encoder:1"});
  return NetworkSpec{"", g.take()};
}

Attributes training() {
  Attributes settings = vaeTraining();
  settings["batch"] = int64_t{128};
  return settings;
}

}  // namespace

const TemplateType& convVaeTemplate() {
  static const TemplateType type{
      .id = "conv-vae",
      .title = "Convolutional VAE",
      .summary =
          "A variational autoencoder without shortcuts: the baseline the ResNet VAE is measured against.",
      .parameters = {latentParameter(128)},
      .build = build,
      .training = training(),
  };
  return type;
}

}  // namespace bypath
