// The small residual network of the first run: three residual blocks, minutes on a laptop.
#include "core/templates/graph_builder.h"
#include "core/templates/templates.h"

namespace bypath {

using namespace std::string_literals;

namespace {

Result<NetworkSpec> build(const Attributes& parameters) {
  const AttributeReader read(starterTemplate().parameters, parameters);
  const int64_t width = read.integer("width");
  GraphBuilder g;
  g.start("image", "input", {{"shape", "32x32x3"s}}).convolutionUnit("stem", width, 3, 1);
  for (int64_t stage = 1; stage <= 3; ++stage)
    g.add("block" + std::to_string(stage), "residual_block",
          {{"channels", width << (stage - 1)},
           {"stride", int64_t{stage == 1 ? 1 : 2}},
           {"shortcut", "projection"s},
           {"repeat", read.integer("repeat")}});
  g.classifierHead(read.integer("classes"));
  return NetworkSpec{"starter", g.take()};
}

}  // namespace

const TemplateType& starterTemplate() {
  static const TemplateType type{
      .id = "starter",
      .title = "Starter",
      .summary = "Three residual blocks that learn the built-in shapes in a minute: the place to begin.",
      .parameters =
          {
              {.key = "width",
               .label = "Width",
               .kind = AttributeKind::integer,
               .fallback = int64_t{16},
               .minimum = 1,
               .maximum = 1024,
               .unit = "channels",
               .help = "Channels of the first stage; each stage doubles them."},
              {.key = "repeat",
               .label = "Blocks a stage",
               .kind = AttributeKind::integer,
               .fallback = int64_t{1},
               .minimum = 1,
               .maximum = 200,
               .help = "How often each residual block is repeated."},
              classesParameter(10),
          },
      .build = build,
      .training = {{"optimizer", "sgd"s},
                   {"learning_rate", 0.1},
                   {"momentum", 0.9},
                   {"weight_decay", 1e-4},
                   {"batch", int64_t{64}},
                   {"epochs", int64_t{5}},
                   {"schedule", "cosine"s},
                   {"data", "shapes"s}},
  };
  return type;
}

}  // namespace bypath
