#include "core/exchange/module_names.h"

#include <algorithm>
#include <set>

#include "core/exchange/module_path.h"
#include "core/exchange/python_text.h"
#include "core/exchange/torchvision_family.h"
#include "core/ops/catalog.h"

namespace bypath {
namespace {

// Who reads a parameter, and as which of its inputs.
struct Use {
  const OpNode* node = nullptr;
  size_t input = 0;
};

bool convolves(const OpNode& node) {
  return node.type == &conv2dOp() || node.type == &conv2dTransposedOp();
}

bool layerReads(const OpNode& node, size_t input) {
  if (convolves(node) || node.type == &batchNormInferenceOp()) return input >= 1;
  return input == 1 &&
         (node.type == &matmulOp() || node.type == &biasAddOp() || node.type == &scaleByScalarOp());
}

class Namer {
 public:
  Namer(const OpGraph& graph, NameStyle style) : graph_(graph), uses_(graph.parameters.size()) {
    if (style == NameStyle::own) return;
    if (auto names = torchvisionNames(graph)) {
      top_ = std::move(*names);
      result_.torchvision = true;
    }
  }

  Result<ModuleNames> run() {
    findUses();
    findProjections();
    for (size_t i = 0; i < graph_.parameters.size(); ++i) {
      const ParameterInfo& info = graph_.parameters[i];
      if (!uses_[i].node)
        return Error{ErrorKind::data,
                     "The parameter " + info.name +
                         " belongs to no layer that PyTorch has, so that it has no name there."};
      const std::string module = moduleOf(info.name.substr(0, info.name.rfind('/')));
      const std::string local = localName(uses_[i]);
      std::string name = module;
      if (!local.empty()) name.append(".").append(local);
      result_.tensors.push_back({std::move(name), outsideShape(uses_[i], info.shape)});
      if (local == "running_mean") result_.norms.push_back(module);
    }
    return std::move(result_);
  }

 private:
  void findUses() {
    for (const OpNode& node : graph_.nodes)
      for (size_t k = 0; k < node.inputs.size(); ++k) {
        if (node.inputs[k] == noValue) continue;
        const int parameter = graph_.value(node.inputs[k]).parameter;
        if (parameter < 0 || uses_[static_cast<size_t>(parameter)].node || !layerReads(node, k)) continue;
        uses_[static_cast<size_t>(parameter)] = {&node, k};
        if (node.type == &matmulOp()) dense_.insert(node.path);
      }
  }

  // The convolution of a shortcut and the norm that alone reads it are downsample.0 and .1.
  void findProjections() {
    std::map<ValueId, int> readers;
    std::map<std::string, const OpNode*> byPath;
    for (const OpNode& node : graph_.nodes) {
      byPath[node.path] = &node;
      for (const ValueId id : node.inputs) ++readers[id];
    }
    for (const auto& [path, node] : byPath) {
      if (!convolves(*node) || !path.ends_with("/shortcut/conv")) continue;
      const std::string norm = path.substr(0, path.size() - 4) + "bn";
      const auto found = byPath.find(norm);
      const bool alone = found == byPath.end();
      const bool chained = !alone && found->second->type == &batchNormInferenceOp() &&
                           found->second->inputs[0] == node->outputs[0] && readers[node->outputs[0]] == 1;
      if (!alone && !chained) continue;
      projected_[path] = "downsample.0";
      if (chained) projected_[norm] = "downsample.1";
    }
  }

  // The module of a layer, and on the way those it stands in.
  std::string moduleOf(const std::string& layer) {
    if (const auto known = result_.modules.find(layer); known != result_.modules.end()) return known->second;
    std::string module;
    for (const ModuleStep& step : moduleSteps(layer)) {
      std::string& known = result_.modules[step.path];
      if (known.empty()) known = (module.empty() ? "" : module + ".") + attribute(module, step);
      module = known;
    }
    return module;
  }

  std::string attribute(const std::string& module, const ModuleStep& step) {
    if (const auto found = projected_.find(step.path); found != projected_.end()) return found->second;
    const auto top = module.empty() ? top_.find(step.key) : top_.end();
    std::string& name = byKey_[module][step.key];
    if (name.empty()) name = top == top_.end() ? freeName(module, step.key) : top->second;
    const bool stage = top != top_.end() && name.starts_with("layer");
    if (step.copy > 0 || stage) return name + "." + std::to_string(std::max(step.copy, 1) - 1);
    return name;
  }

  std::string freeName(const std::string& module, const std::string& key) {
    std::set<std::string>& taken = taken_[module];
    const std::string branch = "branch/";
    std::string name = pythonName(key.starts_with(branch) ? key.substr(branch.size()) : key);
    taken.insert("downsample");
    if (taken.contains(name)) name = pythonName(key);
    const std::string base = name;
    for (int number = 2; taken.contains(name); ++number) name = base + "_" + std::to_string(number);
    taken.insert(name);
    return name;
  }

  std::string localName(const Use& use) const {
    if (use.node->type == &batchNormInferenceOp()) {
      static const char* const names[] = {"", "weight", "bias", "running_mean", "running_var"};
      return names[use.input];
    }
    if (convolves(*use.node)) return use.input == 1 ? "weight" : "bias";
    if (use.node->type == &matmulOp()) return "weight";
    if (use.node->type == &biasAddOp() && dense_.contains(use.node->path)) return "bias";
    return "";
  }

  static std::vector<int64_t> outsideShape(const Use& use, const Shape& shape) {
    if (shape.rank() == 4 && convolves(*use.node)) return {shape[3], shape[2], shape[0], shape[1]};
    if (shape.rank() == 2) return {shape[1], shape[0]};
    return shape.sizes();
  }

  const OpGraph& graph_;
  std::vector<Use> uses_;
  std::map<std::string, std::string> top_, projected_;
  std::set<std::string> dense_;
  std::map<std::string, std::map<std::string, std::string>> byKey_;  // by module, attribute by key
  std::map<std::string, std::set<std::string>> taken_;               // by module
  ModuleNames result_;
};

}  // namespace

Result<ModuleNames> moduleNames(const OpGraph& graph, NameStyle style) {
  return Namer(graph, style).run();
}

}  // namespace bypath
