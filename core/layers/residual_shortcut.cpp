#include "core/layers/graph_chain.h"
#include "core/layers/residual_plan.h"
#include "core/network/type_ids.h"

namespace bypath {
namespace {

void requireImage(const CopyPlan& plan, const std::string& what) {
  if (!plan.image)
    throw LowerFailure{what +
                       " works on images; keep the shape in the branch and use an identity shortcut, or draw "
                       "the shortcut by hand with Dense and Add."};
}

void thenProjection(GraphChain& chain, const AttributeReader& a, const CopyPlan& plan) {
  requireImage(plan, "A projection shortcut");
  thenBiased(chain, plan, blockConvolution(a, plan, "conv", 1, plan.channels, plan.stride));
  if (plan.normalisesBeforeAdd()) thenNorm(chain, a, plan, "bn");
}

Graph zeroPadding(const CopyPlan& plan) {
  if (plan.up && plan.stride > 1)
    throw LowerFailure{"A zero-padded shortcut cannot make an image larger; use a projection shortcut."};
  if (plan.channels < plan.inChannels)
    throw LowerFailure{"A zero-padded shortcut can only add channels, and " +
                       std::to_string(plan.inChannels) + " cannot become " + std::to_string(plan.channels) +
                       "; use a projection shortcut."};
  GraphChain chain("x");
  chain.then({.name = "pad",
              .type = typeId::zeroPadShortcut,
              .attributes = {{"stride", plan.stride}, {"channels", plan.channels}}});
  return chain.end("y");
}

// x, projected where the shape changes, times 1 - g with g = sigmoid(1x1 convolution of x), which is
// sigmoid(-a) (He 2016, section 3.1). Exclusive gating multiplies the branch by g, the second output.
Graph gated(const AttributeReader& a, const CopyPlan& plan, bool exclusive) {
  requireImage(plan, "A gated shortcut");
  GraphChain chain("x");
  Node gate = blockConvolution(a, plan, "gate", 1, plan.channels, plan.stride);
  gate.attributes["bias"] = true;
  gate.attributes["bias_value"] = a.real("gate_bias");
  chain.beside(std::move(gate), {"x"})
      .beside({.name = "flip", .type = typeId::scale, .attributes = {{"factor", -1.0}}}, {"gate"})
      .beside({.name = "closed", .type = typeId::sigmoid}, {"flip"});
  if (plan.changes) thenProjection(chain, a, plan);
  chain.then({.name = "carry", .type = typeId::multiply});
  chain.graph().wires.push_back({.from = "closed", .to = "carry", .toPort = 1});
  if (!exclusive) return chain.end("y");
  chain.beside({.name = "open", .type = typeId::sigmoid}, {"gate"});
  Graph graph = chain.end("y");
  graph.nodes.push_back({.name = "g", .type = typeId::partOutput});
  graph.wires.push_back({.from = "open", .to = "g"});
  return graph;
}

std::string changeText(const CopyPlan& plan, const Shape& input) {
  std::string text;
  if (plan.channels != plan.inChannels)
    text = "turns " + std::to_string(plan.inChannels) + " channels into " + std::to_string(plan.channels);
  if (plan.stride != 1)
    text +=
        std::string(text.empty() ? "" : " and ") + (plan.up ? "enlarges " : "shrinks ") +
        (plan.image ? std::to_string(input[0]) + "x" + std::to_string(input[1]) + " pixels" : input.text()) +
        " by " + std::to_string(plan.stride);
  return text;
}

}  // namespace

std::vector<Graph> shortcutBody(const AttributeReader& a, const CopyPlan& plan, const Shape& input) {
  const std::string& kind = a.text("shortcut");
  if (kind == "exclusive-gating" || kind == "shortcut-gating")
    return {gated(a, plan, kind == "exclusive-gating" && !a.boolean("muted"))};
  if (kind == "zero-pad" && plan.changes) return {zeroPadding(plan)};
  if (kind == "identity" && plan.changes)
    throw LowerFailure{"The shortcut is the identity, but the block " + changeText(plan, input) +
                       "; use a projection or a zero-padded shortcut."};
  GraphChain chain("x");
  if (kind == "convolution") {
    requireImage(plan, "A convolution on the shortcut");
    thenBiased(chain, plan, blockConvolution(a, plan, "conv", 1, plan.channels, plan.stride));
  } else if (plan.changes || kind == "projection-always") {
    thenProjection(chain, a, plan);
  }
  if (kind == "scaled")
    chain.then(
        {.name = "scale", .type = typeId::scale, .attributes = {{"factor", a.real("shortcut_factor")}}});
  if (kind == "dropout")
    chain.then(
        {.name = "dropout", .type = typeId::dropout, .attributes = {{"rate", a.real("shortcut_dropout")}}});
  if (chain.graph().wires.empty()) return {};
  return {chain.end("y")};
}

}  // namespace bypath
