// The pre-activation networks of He et al. 2016 for CIFAR: bottlenecks with 9n+2 layers (164, 1001) or basic
// blocks with 6n+2 (110). The first activation comes right after the stem, the last after the final add.
#include "core/templates/deep_training.h"
#include "core/templates/graph_builder.h"
#include "core/templates/templates.h"

namespace bypath {

using namespace std::string_literals;

namespace {

Result<NetworkSpec> build(const Attributes& parameters) {
  const AttributeReader read(preactResnetTemplate().parameters, parameters);
  const int64_t depth = read.integer("depth");
  const int64_t width = read.integer("width");
  const bool bottleneck = read.text("branch") == "bottleneck";
  const int64_t layers = bottleneck ? 9 : 6;
  if ((depth - 2) % layers != 0)
    return Error{ErrorKind::usage,
                 "depth " + std::to_string(depth) + " is not " + std::to_string(layers) + "n+2: choose " +
                     (bottleneck ? "11, 29, 164 or 1001" : "8, 20, 56 or 110") + ", for example."};
  const int64_t blocks = (depth - 2) / layers;
  const DeepTraining deep = DeepTraining::of(read, 3 * blocks);
  GraphBuilder g;
  g.start("image", "input", {{"shape", "32x32x3"s}})
      .add("stem_conv", "conv2d", {{"channels", width}, {"kernel", int64_t{3}}, {"bias", false}});
  for (int64_t stage = 1; stage <= 3; ++stage) {
    const int64_t narrow = width << (stage - 1);
    Attributes block = {{"branch", bottleneck ? "bottleneck"s : "basic"s},
                        {"channels", bottleneck ? 4 * narrow : narrow},
                        {"shortcut", "projection"s},
                        {"order", "full-preactivation"s},
                        {"stride", int64_t{stage == 1 ? 1 : 2}},
                        {"repeat", blocks}};
    if (bottleneck) {
      block["mid_channels"] = narrow;
      block["stride_on"] = "middle"s;
    }
    if (stage == 1) block["shared_preactivation"] = true;
    deep.addTo(block, (stage - 1) * blocks, blocks);
    g.add("stage" + std::to_string(stage), "residual_block", block);
  }
  deep.normalised() ? g.add("final_bn", "batch_norm") : g.add("final_scalar_bias", "scalar_bias");
  g.add("final_relu", "relu").classifierHead(read.integer("classes"), deep.normalised());
  return NetworkSpec{"", g.take()};
}

}  // namespace

const TemplateType& preactResnetTemplate() {
  static const TemplateType type{
      .id = "preact-resnet",
      .title = "Pre-activation ResNet",
      .summary =
          "Batch norm and ReLU before each convolution, so that the shortcut stays clean: up to 1,001 layers "
          "(He et al. 2016).",
      .parameters =
          {
              {.key = "depth",
               .label = "Depth",
               .kind = AttributeKind::integer,
               .fallback = int64_t{164},
               .minimum = 8,
               .maximum = 6002,
               .unit = "layers",
               .help = "9n+2 with bottlenecks (164, 1001), 6n+2 with basic blocks (110)."},
              {.key = "branch",
               .label = "Branch",
               .kind = AttributeKind::choice,
               .fallback = "bottleneck"s,
               .choices = {"bottleneck", "basic"},
               .help = "Three convolutions with a narrow middle, or two 3x3."},
              {.key = "width",
               .label = "Width",
               .kind = AttributeKind::integer,
               .fallback = int64_t{16},
               .minimum = 1,
               .maximum = 4096,
               .unit = "channels",
               .help = "Channels of the first stage's 3x3 convolutions; each stage doubles them."},
              classesParameter(10),
              survivalParameter(),
              initParameter(),
          },
      .build = build,
      .training = residualTraining(),
  };
  return type;
}

}  // namespace bypath
