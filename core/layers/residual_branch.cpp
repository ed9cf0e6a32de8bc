#include <algorithm>
#include <cmath>

#include "core/layers/graph_chain.h"
#include "core/layers/residual_block.h"
#include "core/layers/residual_plan.h"
#include "core/network/type_ids.h"

namespace bypath {
namespace {

BlockOrder orderOf(const std::string& text) {
  if (text == "bn-after-add") return BlockOrder::bnAfterAdd;
  if (text == "relu-before-add") return BlockOrder::reluBeforeAdd;
  if (text == "relu-only-preactivation") return BlockOrder::reluPreactivation;
  if (text == "full-preactivation") return BlockOrder::fullPreactivation;
  return BlockOrder::original;
}

InitScheme schemeOf(const std::string& text) {
  if (text == "zero-last") return InitScheme::zeroLast;
  if (text == "fixup") return InitScheme::fixup;
  if (text == "skipinit") return InitScheme::skipInit;
  return InitScheme::plain;
}

struct BranchConvolution {
  int64_t kernel;
  int64_t channels;
  int64_t stride;
};

std::vector<BranchConvolution> branchConvolutions(const AttributeReader& a, const CopyPlan& plan) {
  if (a.text("branch") == "basic") return {{3, plan.channels, plan.stride}, {3, plan.channels, 1}};
  const bool onFirst = a.text("stride_on") == "first";
  return {{1, plan.middle, onFirst ? plan.stride : 1},
          {3, plan.middle, onFirst ? 1 : plan.stride},
          {1, plan.channels, 1}};
}

// Fixup's factor of all weights of a branch but the last: L^(-1 / (2m - 2)) with L branches of m layers.
double fixupGain(int64_t branches, size_t layers) {
  return std::pow(static_cast<double>(branches), -1 / (2 * static_cast<double>(layers) - 2));
}

// How convolution `number` of `count` starts.
Node started(Node convolution, const CopyPlan& plan, size_t number, size_t count) {
  const bool last = number + 1 == count, fixup = plan.scheme == InitScheme::fixup;
  if (last && plan.silent && !plan.normalisesBeforeAdd())
    convolution.attributes["init"] = "zero";
  else if (fixup)
    convolution.attributes["init_gain"] = fixupGain(plan.residualBranches, count);
  return convolution;
}

}  // namespace

CopyPlan CopyPlan::of(const AttributeReader& a, const Shape& input, int copy) {
  CopyPlan plan;
  plan.image = input.rank() == 3;
  plan.inChannels = input.last();
  const int64_t channels = a.integer("channels");
  plan.channels = channels == 0 ? plan.inChannels : channels;
  const int64_t middle = a.integer("mid_channels");
  plan.middle = middle == 0 ? std::max<int64_t>(1, plan.channels / 4) : middle;
  plan.stride = copy == 0 ? a.integer("stride") : 1;
  plan.changes = plan.stride != 1 || plan.channels != plan.inChannels;
  plan.order = orderOf(a.text("order"));
  plan.shared = plan.preactivated() && copy == 0 && (plan.changes || a.boolean("shared_preactivation"));
  plan.up = a.text("direction") == "up";
  plan.scheme = schemeOf(a.text("init_scheme"));
  const bool addsZeros = a.text("shortcut") == "zero-pad" && plan.channels > plan.inChannels;
  plan.silent = (plan.scheme == InitScheme::zeroLast || plan.scheme == InitScheme::fixup) && !addsZeros;
  const int64_t branches = a.integer("fixup_depth");
  plan.residualBranches = branches == 0 ? a.integer("repeat") : branches;
  return plan;
}

Node blockConvolution(const AttributeReader& a, const CopyPlan& plan, std::string name, int64_t kernel,
                      int64_t channels, int64_t stride) {
  const bool transposed = plan.up && stride > 1;
  return {.name = std::move(name),
          .type = transposed ? typeId::conv2dTransposed : typeId::conv2d,
          .attributes = {{"channels", channels},
                         {"kernel", kernel},
                         {"stride", stride},
                         {"bias", a.boolean("bias")},
                         {"init", a.text("init")}}};
}

void thenNorm(GraphChain& chain, const AttributeReader& a, const CopyPlan& plan, std::string name,
              double initialScale) {
  if (!plan.normalised()) return;
  Node norm{.name = std::move(name),
            .type = typeId::batchNorm,
            .attributes = {{"epsilon", a.real("epsilon")}, {"momentum", a.real("momentum")}}};
  if (initialScale != 1) norm.attributes["scale_value"] = initialScale;
  chain.then(std::move(norm));
}

void thenBiased(GraphChain& chain, const CopyPlan& plan, Node node) {
  if (!plan.normalised()) chain.then({.name = "before_" + node.name, .type = typeId::scalarBias});
  chain.then(std::move(node));
}

void thenRelu(GraphChain& chain, const CopyPlan& plan, std::string name) {
  thenBiased(chain, plan, {.name = std::move(name), .type = typeId::relu});
}

Graph generatedBranch(const AttributeReader& a, const CopyPlan& plan) {
  const std::vector<BranchConvolution> convolutions = branchConvolutions(a, plan);
  GraphChain chain("x");
  for (size_t i = 0; i < convolutions.size(); ++i) {
    const std::string number = std::to_string(i + 1);
    const auto& [kernel, channels, stride] = convolutions[i];
    const bool last = i + 1 == convolutions.size(), outside = plan.shared && i == 0;
    const bool silent = last && plan.silent && plan.normalisesBeforeAdd();
    const auto normalise = [&] { thenNorm(chain, a, plan, "bn" + number, silent ? 0 : 1); };
    const auto activate = [&] { thenRelu(chain, plan, "relu" + number); };
    if (plan.order == BlockOrder::fullPreactivation && !outside) normalise();
    if (plan.preactivated() && !outside) activate();
    const Node convolution = blockConvolution(a, plan, "conv" + number, kernel, channels, stride);
    thenBiased(chain, plan, started(convolution, plan, i, convolutions.size()));
    if (last && !plan.normalised()) chain.then({.name = "multiplier", .type = typeId::scalarScale});
    if (plan.order == BlockOrder::fullPreactivation) continue;
    if (!last || plan.normalisesBeforeAdd()) normalise();
    if (plan.preactivated()) continue;
    if (!last || plan.order == BlockOrder::reluBeforeAdd) activate();
  }
  return chain.end("y");
}

Graph residualBranch(const AttributeReader& attributes, const Shape& input, int copy) {
  if (input.rank() != 3) throw LowerFailure{"A generated branch reads images (height x width x channels)."};
  return generatedBranch(attributes, CopyPlan::of(attributes, input, copy));
}

}  // namespace bypath
