// The CIFAR networks of He et al. 2015, section 4.2: 6n+2 layers, stages of 16, 32 and 64 channels; and their
// plain twins, the same without shortcuts. Parameters at width 16 and option A: 269,722 (20), 853,018 (56),
// 1,727,962 (110).
#include "core/network/edit_blocks.h"
#include "core/templates/deep_training.h"
#include "core/templates/graph_builder.h"
#include "core/templates/templates.h"

namespace bypath {

using namespace std::string_literals;

namespace {

struct Design {
  int64_t depth, width, classes;
  std::string shortcut, order;
  DeepTraining deep{};
};

Result<NetworkSpec> build(Design design) {
  if ((design.depth - 2) % 6 != 0 || design.depth < 8)
    return Error{ErrorKind::usage,
                 "depth " + std::to_string(design.depth) +
                     " is not 6n+2: choose 8, 14, 20, 32, 44, 56, 110 or 1202, for example."};
  const int64_t blocks = (design.depth - 2) / 6;
  design.deep.blocks = 3 * blocks;
  const bool normalised = design.deep.normalised();
  GraphBuilder g;
  g.start("image", "input", {{"shape", "32x32x3"s}}).convolutionUnit("stem", design.width, 3, 1, normalised);
  for (int64_t stage = 1; stage <= 3; ++stage) {
    Attributes block = {{"branch", "basic"s},
                        {"channels", design.width << (stage - 1)},
                        {"shortcut", design.shortcut},
                        {"stride", int64_t{stage == 1 ? 1 : 2}},
                        {"repeat", blocks}};
    design.deep.addTo(block, (stage - 1) * blocks, blocks);
    g.add("stage" + std::to_string(stage), "residual_block", block);
  }
  g.classifierHead(design.classes, normalised);
  NetworkSpec network{"", g.take()};
  if (Result<void> ordered = setBlockOrder(network, "", "stage1", design.order); !ordered)
    return ordered.error();
  return network;
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
                : option == "C" ? "projection-always"
                                : option,
                read.text("order"), DeepTraining::of(read)});
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
               .choices = {"A", "B", "C", "scaled", "exclusive-gating", "shortcut-gating", "convolution",
                           "dropout"},
               .help =
                   "A pads with zeros where the size changes, B projects there, C projects everywhere (He "
                   "2015); the others put something in the signal's way (He 2016, table 1)."},
              {.key = "order",
               .label = "Order",
               .kind = AttributeKind::choice,
               .fallback = "original"s,
               .choices = {"original", "full-preactivation", "bn-after-add", "relu-before-add",
                           "relu-only-preactivation"},
               .help = "Where batch norm and ReLU stand: after the convolution (He 2015), before it, or at "
                       "the other places of He 2016, figure 4."},
              widthParameter(),
              classesParameter(10),
              survivalParameter(),
              initParameter(),
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
