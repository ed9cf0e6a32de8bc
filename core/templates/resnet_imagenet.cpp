// The ImageNet family of He et al. 2015, table 1, projections on change (option B) and the stride of a
// bottleneck on its 3x3 convolution, as torchvision has it. Parameters: 11,689,512 (18) ... 60,192,808 (152).
#include <array>

#include "core/templates/graph_builder.h"
#include "core/templates/templates.h"

namespace bypath {

using namespace std::string_literals;

namespace {

struct Row {
  int64_t depth;
  std::array<int64_t, 4> blocks;
  bool bottleneck;
};
constexpr std::array<Row, 5> rows = {{{18, {2, 2, 2, 2}, false},
                                      {34, {3, 4, 6, 3}, false},
                                      {50, {3, 4, 6, 3}, true},
                                      {101, {3, 4, 23, 3}, true},
                                      {152, {3, 8, 36, 3}, true}}};

Result<NetworkSpec> build(const Attributes& parameters) {
  const AttributeReader read(resnetImagenetTemplate().parameters, parameters);
  const Row* row = nullptr;
  for (const Row& r : rows)
    if (std::to_string(r.depth) == read.text("depth")) row = &r;
  const bool cifar = read.text("stem") == "cifar";
  GraphBuilder g;
  g.start("image", "input", {{"shape", cifar ? "32x32x3"s : "224x224x3"s}});
  if (cifar)
    g.convolutionUnit("stem", 64, 3, 1);
  else
    g.convolutionUnit("stem", 64, 7, 2)
        .add("stem_pool", "max_pool", {{"kernel", int64_t{3}}, {"stride", int64_t{2}}, {"padding", "same"s}});
  for (int stage = 0; stage < 4; ++stage) {
    const int64_t narrow = int64_t{64} << stage;
    Attributes block = {{"branch", row->bottleneck ? "bottleneck"s : "basic"s},
                        {"channels", row->bottleneck ? 4 * narrow : narrow},
                        {"shortcut", "projection"s},
                        {"stride", int64_t{stage == 0 ? 1 : 2}},
                        {"repeat", row->blocks[static_cast<size_t>(stage)]}};
    if (row->bottleneck) {
      block["mid_channels"] = narrow;
      block["stride_on"] = "middle"s;
    }
    g.add("stage" + std::to_string(stage + 1), "residual_block", block);
  }
  g.classifierHead(read.integer("classes"));
  return NetworkSpec{"", g.take()};
}

}  // namespace

const TemplateType& resnetImagenetTemplate() {
  static const TemplateType type{
      .id = "resnet-imagenet",
      .title = "ResNet for ImageNet",
      .summary =
          "ResNet-18, -34, -50, -101 and -152 (He et al. 2015), with the ImageNet stem or one for 32x32 "
          "pictures.",
      .parameters =
          {
              {.key = "depth",
               .label = "Depth",
               .kind = AttributeKind::choice,
               .fallback = "18"s,
               .choices = {"18", "34", "50", "101", "152"},
               .help = "Number of weight layers."},
              {.key = "stem",
               .label = "Stem",
               .kind = AttributeKind::choice,
               .fallback = "imagenet"s,
               .choices = {"imagenet", "cifar"},
               .help = "imagenet: 7x7 stride 2 and max pooling on 224x224; cifar: 3x3 on 32x32."},
              classesParameter(1000),
          },
      .build = build,
      .training = residualTraining(),
  };
  return type;
}

}  // namespace bypath
