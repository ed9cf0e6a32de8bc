#include "core/layers/graph_chain.h"
#include "core/layers/layer_help.h"
#include "core/layers/layers.h"

namespace bypath {
namespace {

Graph expand(const ExpandRequest& request) {
  if (request.node.body.empty() || request.node.body[0].nodes.empty())
    throw LowerFailure{
        "The part is empty: open it and draw what is inside, from a Part input to a Part output."};
  return request.node.body[0];
}

// Boundaries are carried out by the part around them; here they stand in the open.
void refuse(LowerContext& c) {
  c.fail(
      "A part input or output marks the border of a part and does nothing outside one; remove it, or group "
      "the "
      "layers into a part.");
}

std::vector<LayerExample> examples() {
  GraphChain chain("x");
  chain.then({.name = "conv", .type = "conv2d", .attributes = {{"channels", int64_t{3}}}})
      .then({.name = "relu", .type = "relu"});
  const Graph body = chain.end("y");
  return {
      {.name = "once", .inputs = {{4, 4, 2}}, .body = {body}},
      {.name = "three times", .attributes = {{"repeat", int64_t{3}}}, .inputs = {{4, 4, 2}}, .body = {body}}};
}

std::vector<LayerExample> boundaryExamples() {
  return {{.name = "image", .inputs = {{4, 4, 2}}}};
}

}  // namespace

const LayerType& partLayer() {
  static const LayerType type{
      .id = "part",
      .title = "Part",
      .group = "Residual",
      .summary =
          "A named sub-graph, such as an encoder or a stage, that can be opened, repeated and run alone.",
      .help =
          "Its ports are the Part inputs and Part outputs inside, in the order in which they stand. "
          "Repeated, the "
          "copies stand one after another, each with its own weights.",
      .attributes = {repeatAttribute()},
      .expand = expand,
      .opensAsGraph = true,
      .examples = examples};
  return type;
}

const LayerType& partInputLayer() {
  static const LayerType type{
      .id = "part_input",
      .title = "Part input",
      .group = "Boundary",
      .summary = "Where a signal enters the part: a port of the part seen from outside.",
      .help = "Its name is the name of the port.",
      .outputs = {{.name = "x", .label = "Signal"}},
      .lower = refuse,
      .pytorch = "def forward(self, x):",
      .keras = "def call(self, x):",
      .examples = boundaryExamples};
  return type;
}

const LayerType& partOutputLayer() {
  static const LayerType type{
      .id = "part_output",
      .title = "Part output",
      .group = "Boundary",
      .summary = "Where a signal leaves the part: a port of the part seen from outside.",
      .help = "Its name is the name of the port.",
      .inputs = {{.name = "y", .label = "Signal"}},
      .lower = refuse,
      .pytorch = "return y",
      .keras = "return y",
      .examples = boundaryExamples};
  return type;
}

}  // namespace bypath
