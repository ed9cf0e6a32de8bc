#include "core/layers/residual_block.h"

#include <algorithm>

#include "core/layers/graph_chain.h"
#include "core/layers/residual_plan.h"
#include "core/network/edit_blocks.h"
#include "core/network/type_ids.h"

namespace bypath {
namespace {

Graph branchGraph(const ExpandRequest& request, const CopyPlan& plan) {
  const AttributeReader& a = request.attributes;
  if (a.text("branch") != "free") {
    if (request.inputs[0].rank() == 0) throw LowerFailure{"The shape that enters is not known."};
    if (!plan.image)
      throw LowerFailure{"A " + a.text("branch") +
                         " residual block reads images (height x width x channels), but gets " +
                         request.inputs[0].text() + "; put a Reshape before it, or draw a free branch."};
    return generatedBranch(a, plan);
  }
  if (request.node.body.empty() || request.node.body[0].nodes.empty())
    throw LowerFailure{
        "The branch is free but empty: open the block and draw it, or choose basic or bottleneck."};
  const Graph& body = request.node.body[0];
  const auto count = [&](const char* type) {
    return std::count_if(body.nodes.begin(), body.nodes.end(), [&](const Node& n) { return n.type == type; });
  };
  if (count(typeId::partInput) != 1 || count(typeId::partOutput) != 1)
    throw LowerFailure{
        "A branch has one Part input and one Part output; open the block and leave one of each."};
  return body;
}

// Blocks that start silent, or are left out at times, need a way around the branch.
void requireAWayAround(const CopyPlan& plan, double survival) {
  if (survival < 1)
    throw LowerFailure{
        "Without a shortcut nothing goes on where the branch is left out; give the block a shortcut, or set "
        "its survival to 1."};
  if (plan.scheme != InitScheme::plain)
    throw LowerFailure{
        "Without a shortcut a block whose branch starts at zero lets nothing through; give it a shortcut, or "
        "choose plain initial weights."};
}

// A branch that ends in a ReLU of zeros learns nothing: the ReLU passes no gradient there.
void requireGradient(const CopyPlan& plan) {
  if (plan.silent && plan.order == BlockOrder::reluBeforeAdd)
    throw LowerFailure{
        "In the order relu-before-add a ReLU ends the branch, and it passes no gradient back to a branch "
        "that starts at zero; choose another order, or skipinit."};
}

// What the scheme and stochastic depth put between branch and sum.
void thenTamed(GraphChain& chain, const CopyPlan& plan, const AttributeReader& a, double survival) {
  if (plan.scheme == InitScheme::skipInit)
    chain.then({.name = "alpha", .type = typeId::scalarScale, .attributes = {{"value", 0.0}}});
  if (survival < 1)
    chain.then({.name = "survival",
                .type = typeId::stochasticDepth,
                .attributes = {{"survival", survival}, {"by", a.text("survival_by")}}});
}

// The branch, and the shortcut added to it.
void thenSum(GraphChain& chain, const ExpandRequest& request, const CopyPlan& plan) {
  const AttributeReader& a = request.attributes;
  const std::string fork = chain.last();
  const bool direct = a.text("shortcut") == "none";
  std::vector<Graph> shortcut;
  if (!direct) shortcut = shortcutBody(a, plan, request.inputs[0]);
  const std::string from = shortcut.empty() ? fork : "shortcut";
  const auto addShortcut = [&] {
    if (!shortcut.empty())
      chain.beside({.name = from, .type = typeId::part, .body = std::move(shortcut)}, {fork});
  };
  if (a.boolean("muted")) {
    if (direct)
      throw LowerFailure{"A muted block without a shortcut lets nothing through; give it a shortcut."};
    addShortcut();
    chain.standOn(from);
    return;
  }
  const double survival =
      survivalOfCopy(a.real("survival"), a.real("survival_last"), request.copy, request.copies);
  if (direct) requireAWayAround(plan, survival);
  if (a.text("branch") != "free") requireGradient(plan);
  chain.then({.name = typeId::branch, .type = typeId::part, .body = {branchGraph(request, plan)}});
  if (direct) return;
  if (const double factor = a.real("branch_factor"); a.text("shortcut") == "scaled" && factor != 1)
    chain.then({.name = "branch_scale", .type = typeId::scale, .attributes = {{"factor", factor}}});
  thenTamed(chain, plan, a, survival);
  const bool gates = a.text("shortcut") == "exclusive-gating";
  if (gates) chain.then({.name = "transform", .type = typeId::multiply});
  chain.then({.name = "add", .type = typeId::add});
  addShortcut();
  if (gates) chain.graph().wires.push_back({.from = from, .fromPort = 1, .to = "transform", .toPort = 1});
  chain.graph().wires.push_back({.from = from, .to = "add", .toPort = 1});
}

}  // namespace

Graph residualBlockGraph(const ExpandRequest& request) {
  const AttributeReader& a = request.attributes;
  const CopyPlan plan = CopyPlan::of(a, request.inputs[0], request.copy);
  GraphChain chain("x");
  if (plan.shared) {
    if (plan.order == BlockOrder::fullPreactivation) thenNorm(chain, a, plan, "bn1");
    thenRelu(chain, plan, "relu1");
  }
  thenSum(chain, request, plan);
  if (plan.order == BlockOrder::bnAfterAdd) thenNorm(chain, a, plan, "bn");
  if (plan.order == BlockOrder::original || plan.order == BlockOrder::bnAfterAdd)
    thenRelu(chain, plan, "relu");
  return chain.end("y");
}

}  // namespace bypath
