#include "core/exchange/torchvision_family.h"

#include <algorithm>
#include <vector>

#include "core/exchange/module_path.h"
#include "core/ops/catalog.h"

namespace bypath {
namespace {

using Ops = std::vector<const OpNode*>;

// What stands at the top of the drawing, one after the other: a layer, or a container's copy.
struct Step {
  std::string name;
  bool container = false;
  Ops ops;
};

std::vector<Step> stepsOf(const OpGraph& graph) {
  std::vector<Step> steps;
  std::string last;
  for (const OpNode& node : graph.nodes) {
    const size_t slash = node.path.find('/');
    const std::string top = node.path.substr(0, slash);
    if (top != last || steps.empty())
      steps.push_back({.name = std::string(pathPart(top).name), .container = slash != std::string::npos});
    last = top;
    steps.back().ops.push_back(&node);
  }
  return steps;
}

bool isConvolution(const OpNode& node, const OpGraph& graph, int64_t kernel) {
  return node.type == &conv2dOp() && node.inputs.size() == 2 && graph.shape(node.inputs[1])[0] == kernel &&
         graph.shape(node.inputs[1])[1] == kernel;
}

// Convolution, norm, ReLU, convolution ... without a last ReLU, named conv1, bn1, relu1 ...
bool isBranch(const Ops& ops, const OpGraph& graph, const std::string& at) {
  const std::vector<int64_t> basic = {3, 3}, bottleneck = {1, 3, 1};
  if (ops.size() != 5 && ops.size() != 8) return false;
  const std::vector<int64_t>& kernels = ops.size() == 5 ? basic : bottleneck;
  for (size_t i = 0; i < ops.size(); ++i) {
    const std::string number = std::to_string(i / 3 + 1);
    const OpNode& node = *ops[i];
    const auto isCalled = [&](const char* name) {
      return node.path == std::string(at).append(name).append(number);
    };
    const bool fits = i % 3 == 0   ? isConvolution(node, graph, kernels[i / 3]) && isCalled("conv")
                      : i % 3 == 1 ? node.type == &batchNormInferenceOp() && isCalled("bn")
                                   : node.type == &reluOp();
    if (!fits || (i > 0 && node.inputs[0] != ops[i - 1]->outputs[0])) return false;
  }
  return true;
}

bool isProjection(const Ops& ops, const OpGraph& graph, const std::string& at) {
  return ops.size() == 2 && isConvolution(*ops[0], graph, 1) && ops[0]->path == at + "conv" &&
         ops[1]->type == &batchNormInferenceOp() && ops[1]->path == at + "bn" &&
         ops[1]->inputs[0] == ops[0]->outputs[0];
}

bool isBlock(const Step& step, const OpGraph& graph, ValueId enters) {
  const std::string at = step.ops[0]->path.substr(0, step.ops[0]->path.find('/') + 1);
  Ops branch, shortcut, own;
  for (const OpNode* node : step.ops)
    (node->path.starts_with(at + "branch/")     ? branch
     : node->path.starts_with(at + "shortcut/") ? shortcut
                                                : own)
        .push_back(node);
  if (!isBranch(branch, graph, at + "branch/") || branch[0]->inputs[0] != enters) return false;
  if (own.size() != 2 || own[0]->type != &addOp() || own[1]->type != &reluOp()) return false;
  ValueId way = enters;
  if (!shortcut.empty()) {
    if (!isProjection(shortcut, graph, at + "shortcut/") || shortcut[0]->inputs[0] != enters) return false;
    way = shortcut[1]->outputs[0];
  }
  return std::ranges::is_permutation(own[0]->inputs, std::vector<ValueId>{branch.back()->outputs[0], way}) &&
         own[1]->inputs[0] == own[0]->outputs[0];
}

class Reader {
 public:
  explicit Reader(const OpGraph& graph) : graph_(graph), steps_(stepsOf(graph)) {}

  std::optional<std::map<std::string, std::string>> names() {
    if (graph_.inputs.empty()) return {};
    last_ = graph_.inputs[0];
    if (!layer(&conv2dOp(), 2, "conv1") || !layer(&batchNormInferenceOp(), 5, "bn1") || !layer(&reluOp(), 1))
      return {};
    layer(&maxPoolOp(), 1);
    for (int stage = 1; stage <= 4; ++stage)
      if (!blocks("layer" + std::to_string(stage))) return {};
    if (!layer(&globalAveragePoolOp(), 1) || !dense()) return {};
    // Nothing else but what only trains.
    for (; at_ < steps_.size(); ++at_)
      for (const OpNode* node : steps_[at_].ops)
        if (node->type != &softmaxCrossEntropyOp() && node->type != &correctOp()) return {};
    return names_;
  }

 private:
  bool layer(const OpType* type, size_t inputs, const std::string& name = "") {
    if (at_ == steps_.size() || steps_[at_].container || steps_[at_].ops.size() != 1) return false;
    const OpNode& node = *steps_[at_].ops[0];
    if (node.type != type || node.inputs.size() != inputs || node.inputs[0] != last_) return false;
    take(name);
    return true;
  }
  bool blocks(const std::string& name) {
    const size_t first = at_;
    const auto isNext = [&] {
      return at_ < steps_.size() && steps_[at_].container && steps_[at_].name == steps_[first].name;
    };
    while (isNext()) {
      if (!isBlock(steps_[at_], graph_, last_)) return false;
      take(name);
    }
    return at_ > first;
  }
  bool dense() {
    if (at_ == steps_.size() || steps_[at_].ops.size() != 2) return false;
    const OpNode &product = *steps_[at_].ops[0], &sum = *steps_[at_].ops[1];
    if (product.type != &matmulOp() || product.inputs[0] != last_ || sum.type != &biasAddOp()) return false;
    take("fc");
    return true;
  }
  void take(const std::string& name) {
    if (!name.empty()) names_[steps_[at_].name] = name;
    last_ = steps_[at_].ops.back()->outputs[0];
    ++at_;
  }

  const OpGraph& graph_;
  std::vector<Step> steps_;
  size_t at_ = 0;
  ValueId last_ = noValue;
  std::map<std::string, std::string> names_;
};

}  // namespace

std::optional<std::map<std::string, std::string>> torchvisionNames(const OpGraph& graph) {
  return Reader(graph).names();
}

}  // namespace bypath
