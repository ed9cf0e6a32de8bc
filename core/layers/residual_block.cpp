#include "core/layers/residual_block.h"

#include <algorithm>

#include "core/layers/graph_chain.h"
#include "core/network/type_ids.h"

namespace bypath {
namespace {

// What one copy of a block does, in numbers.
struct CopyPlan {
  int64_t inChannels = 0;
  int64_t channels = 0;
  int64_t middle = 0;
  int64_t stride = 1;
  bool image = true;
  bool changes = false;  // of size or channels
  bool preactivated = false;
  bool shared = false;  // the first BN-ReLU stands before the fork
  bool up = false;
};

CopyPlan planOf(const AttributeReader& a, const Shape& input, int copy) {
  CopyPlan plan;
  plan.image = input.rank() == 3;
  plan.inChannels = input.last();
  const int64_t channels = a.integer("channels");
  plan.channels = channels == 0 ? plan.inChannels : channels;
  const int64_t middle = a.integer("mid_channels");
  plan.middle = middle == 0 ? std::max<int64_t>(1, plan.channels / 4) : middle;
  plan.stride = copy == 0 ? a.integer("stride") : 1;
  plan.changes = plan.stride != 1 || plan.channels != plan.inChannels;
  plan.preactivated = a.text("order") == "full-preactivation";
  plan.shared = plan.preactivated && copy == 0 && (plan.changes || a.boolean("shared_preactivation"));
  plan.up = a.text("direction") == "up";
  return plan;
}

Node convolution(const AttributeReader& a, const CopyPlan& plan, std::string name, int64_t kernel,
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

Node batchNorm(const AttributeReader& a, std::string name) {
  return {.name = std::move(name),
          .type = "batch_norm",
          .attributes = {{"epsilon", a.real("epsilon")}, {"momentum", a.real("momentum")}}};
}

Node relu(std::string name) {
  return {.name = std::move(name), .type = "relu"};
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

Graph generatedBranch(const AttributeReader& a, const CopyPlan& plan) {
  const std::vector<BranchConvolution> convolutions = branchConvolutions(a, plan);
  GraphChain chain("x");
  for (size_t i = 0; i < convolutions.size(); ++i) {
    const std::string number = std::to_string(i + 1);
    const auto& [kernel, channels, stride] = convolutions[i];
    const auto normalise = [&] { chain.then(batchNorm(a, "bn" + number)); };
    const auto activate = [&] { chain.then(relu("relu" + number)); };
    if (plan.preactivated && !(plan.shared && i == 0)) normalise(), activate();
    chain.then(convolution(a, plan, "conv" + number, kernel, channels, stride));
    if (plan.preactivated) continue;
    normalise();
    if (i + 1 < convolutions.size()) activate();
  }
  return chain.end("y");
}

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

Graph projection(const AttributeReader& a, const CopyPlan& plan) {
  if (!plan.image)
    throw LowerFailure{
        "A projection shortcut works on images; keep the shape in the branch and use an identity "
        "shortcut, or draw the shortcut by hand with Dense and Add."};
  GraphChain chain("x");
  chain.then(convolution(a, plan, "conv", 1, plan.channels, plan.stride));
  if (!plan.preactivated) chain.then(batchNorm(a, "bn"));
  return chain.end("y");
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

// The body of the shortcut part; none for an identity.
std::vector<Graph> shortcutGraph(const ExpandRequest& request, const CopyPlan& plan) {
  const std::string& kind = request.attributes.text("shortcut");
  if (kind == "projection-always") return {projection(request.attributes, plan)};
  if (!plan.changes) return {};
  if (kind == "projection") return {projection(request.attributes, plan)};
  if (kind == "zero-pad") return {zeroPadding(plan)};
  throw LowerFailure{"The shortcut is the identity, but the block " + changeText(plan, request.inputs[0]) +
                     "; use a projection or a zero-padded shortcut."};
}

}  // namespace

Graph residualBranch(const AttributeReader& attributes, const Shape& input, int copy) {
  if (input.rank() != 3) throw LowerFailure{"A generated branch reads images (height x width x channels)."};
  return generatedBranch(attributes, planOf(attributes, input, copy));
}

Graph residualBlockGraph(const ExpandRequest& request) {
  const AttributeReader& a = request.attributes;
  const CopyPlan plan = planOf(a, request.inputs[0], request.copy);
  Graph branch = branchGraph(request, plan);
  GraphChain chain("x");
  if (plan.shared) chain.then(batchNorm(a, "bn1")).then(relu("relu1"));
  const std::string fork = chain.last();
  chain.then({.name = typeId::branch, .type = typeId::part, .body = {std::move(branch)}});
  if (a.text("shortcut") != "none") {
    std::vector<Graph> shortcut = shortcutGraph(request, plan);
    chain.then({.name = "add", .type = typeId::add});
    std::string from = fork;
    if (!shortcut.empty()) {
      from = "shortcut";
      chain.graph().wires.push_back({.from = fork, .to = from});
      chain.graph().nodes.push_back({.name = from, .type = typeId::part, .body = std::move(shortcut)});
    }
    chain.graph().wires.push_back({.from = from, .to = "add", .toPort = 1});
  }
  if (!plan.preactivated) chain.then(relu("relu"));
  return chain.end("y");
}

}  // namespace bypath
