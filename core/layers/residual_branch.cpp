#include <algorithm>

#include "core/layers/graph_chain.h"
#include "core/layers/residual_block.h"
#include "core/layers/residual_plan.h"
#include "core/network/type_ids.h"

namespace bypath {
namespace {

BlockOrder orderOf(const std::string& text) {
  if (text == "bn-after-add") return BlockOrder::bnAfterAdd;
  if (text == "relu-before-add") return BlockOrder::reluBeforeAdd;
  if (text == "relu-preactivation") return BlockOrder::reluPreactivation;
  if (text == "full-preactivation") return BlockOrder::fullPreactivation;
  return BlockOrder::original;
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

Node blockNorm(const AttributeReader& a, std::string name) {
  return {.name = std::move(name),
          .type = typeId::batchNorm,
          .attributes = {{"epsilon", a.real("epsilon")}, {"momentum", a.real("momentum")}}};
}

Node blockRelu(std::string name) {
  return {.name = std::move(name), .type = typeId::relu};
}

Graph generatedBranch(const AttributeReader& a, const CopyPlan& plan) {
  const std::vector<BranchConvolution> convolutions = branchConvolutions(a, plan);
  GraphChain chain("x");
  for (size_t i = 0; i < convolutions.size(); ++i) {
    const std::string number = std::to_string(i + 1);
    const auto& [kernel, channels, stride] = convolutions[i];
    const auto normalise = [&] { chain.then(blockNorm(a, "bn" + number)); };
    const auto activate = [&] { chain.then(blockRelu("relu" + number)); };
    const bool last = i + 1 == convolutions.size(), outside = plan.shared && i == 0;
    if (plan.order == BlockOrder::fullPreactivation && !outside) normalise();
    if (plan.preactivated() && !outside) activate();
    chain.then(blockConvolution(a, plan, "conv" + number, kernel, channels, stride));
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
