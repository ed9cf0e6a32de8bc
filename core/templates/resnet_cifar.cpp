// The CIFAR networks of He et al. 2015, section 4.2: 6n+2 layers, stages of 16, 32 and 64 channels; and their
// plain twins, the same without shortcuts. Parameters at width 16 and option A: 269,722 (20), 853,018 (56),
// 1,727,962 (110).
#include "core/templates/graph_builder.h"
#include "core/templates/templates.h"

namespace bypath {

using namespace std::string_literals;

namespace {

struct Design {
  int64_t depth, width, classes;
  std::string shortcut, order;
};

Result<NetworkSpec> build(const Design& design) {
  if ((design.depth - 2) % 6 != 0 || design.depth < 8)
    return Error{ErrorKind::usage,
                 "depth " + std::to_string(design.depth) +
                     " is not 6n+2: choose 8, 14, 20, 32, 44, 56, 110 or 1202, for example."};
  const int64_t blocks = (design.depth - 2) / 6;
  const bool preactivated = design.order == "full-preactivation";
  GraphBuilder g;
  g.start("image", "input", {{"shape", "32x32x3"s}});
  if (preactivated)
    g.add("stem_conv", "conv2d", {{"channels", design.width}, {"kernel", int64_t{3}}, {"bias", false}});
  else
    g.convolutionUnit("stem", design.width, 3, 1);
  for (int64_t stage = 1; stage <= 3; ++stage) {
    Attributes block = {
        {"branch", "basic"s},    {"channels", design.width << (stage - 1)}, {"shortcut", design.shortcut},
        {"order", design.order}, {"stride", int64_t{stage == 1 ? 1 : 2}},   {"repeat", blocks}};
    // He 2016: the first activation of the stack comes right after the stem, before the first split.
    if (preactivated && stage == 1) block["shared_preactivation"] = true;
    g.add("stage" + std::to_string(stage), "residual_block", block);
  }
  if (preactivated) g.add("final_bn", "batch_norm").add("final_relu", "relu");
  g.classifierHead(design.classes);
  return NetworkSpec{"", g.take()};
}

AttributeDescription depthParameter() {
  return {.key = "depth",
          .label = "Depth",
          .kind = AttributeKind::integer,
          .fallback = int64_t{20},
          .minimum = 8,
          .maximum = 6002,
          .unit = "layers",
          .help = "Weight layers, 6n+2: 20, 32, 44, 56, 110, 1202."};
}

AttributeDescription widthParameter() {
  return {.key = "width",
          .label = "Width",
          .kind = AttributeKind::integer,
          .fallback = int64_t{16},
          .minimum = 1,
          .maximum = 4096,
          .unit = "channels",
          .help = "Channels of the first stage; each stage doubles them."};
}

Result<NetworkSpec> buildResnet(const Attributes& parameters) {
  const AttributeReader read(resnetTemplate().parameters, parameters);
  const std::string& option = read.text("shortcut");
  return build({read.integer("depth"), read.integer("width"), read.integer("classes"),
                option == "A"   ? "zero-pad"
                : option == "B" ? "projection"
                                : "projection-always",
                read.text("order")});
}

Result<NetworkSpec> buildPlain(const Attributes& parameters) {
  const AttributeReader read(plainTemplate().parameters, parameters);
  return build({read.integer("depth"), read.integer("width"), read.integer("classes"), "none", "original"});
}

}  // namespace

const TemplateType& resnetTemplate() {
  static const TemplateType type{
      .id = "resnet",
      .title = "ResNet for CIFAR",
      .summary = "The 6n+2-layer residual networks of He et al. 2015 for 32x32 pictures.",
      .parameters =
          {
              depthParameter(),
              {.key = "shortcut",
               .label = "Shortcut",
               .kind = AttributeKind::choice,
               .fallback = "A"s,
               .choices = {"A", "B", "C"},
               .help = "A pads with zeros where the size changes, B projects there, C projects everywhere."},
              {.key = "order",
               .label = "Order",
               .kind = AttributeKind::choice,
               .fallback = "original"s,
               .choices = {"original", "full-preactivation"},
               .help = "Where batch norm and ReLU stand: after the convolution (He 2015) or before it (He "
                       "2016)."},
              widthParameter(),
              classesParameter(10),
          },
      .build = buildResnet,
      .training = residualTraining(),
  };
  return type;
}

const TemplateType& plainTemplate() {
  static const TemplateType type{
      .id = "plain",
      .title = "Plain twin",
      .summary = "The same 6n+2 layers without shortcuts: what degrades as it gets deeper (He et al. 2015).",
      .parameters = {depthParameter(), widthParameter(), classesParameter(10)},
      .build = buildPlain,
      .training = residualTraining(),
  };
  return type;
}

}  // namespace bypath
