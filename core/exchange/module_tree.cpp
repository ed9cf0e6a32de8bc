#include "core/exchange/module_tree.h"

#include <algorithm>

#include "core/exchange/module_path.h"
#include "core/ops/catalog.h"

namespace bypath {
namespace {

std::string withoutCopy(const ModuleStep& step) {
  return step.copy == 0 ? step.path : step.path.substr(0, step.path.rfind('['));
}

bool isNumber(const std::string& text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// "layer1.0" is the attribute layer1, a list.
struct Attribute {
  std::string name;
  bool list = false;
};
Attribute attributeOf(const std::string& module) {
  const size_t dot = module.rfind('.');
  const std::string last = module.substr(dot == std::string::npos ? 0 : dot + 1);
  if (!isNumber(last) || dot == std::string::npos) return {last};
  const std::string above = module.substr(0, dot);
  return {above.substr(above.rfind('.') + 1), true};
}

class TreeMaker {
 public:
  TreeMaker(const LeavingModel& model, const ModuleNames& names)
      : graph_(model.graph), names_(names), numbers_(model.graph) {
    for (const OpNode& node : graph_.nodes) {
      steps_.push_back(moduleSteps(node.path));
      for (size_t d = 0; d + 1 < steps_.back().size(); ++d)
        if (const auto found = names.modules.find(steps_.back()[d].path); found != names.modules.end())
          containers_[withoutCopy(steps_.back()[d])] = attributeOf(found->second);
    }
    for (size_t i = 0; i < steps_.size(); ++i) steps_[i] = withoutIdle(steps_[i]);
    for (const Border& border : model.outputs) leaving_.insert(border.value);
    for (size_t i = 0; i < graph_.nodes.size(); ++i)
      for (const ValueId id : graph_.nodes[i].inputs) readers_[id].push_back(static_cast<int>(i));
  }

  ModuleNode whole(const LeavingModel& model) {
    std::vector<int> all(graph_.nodes.size());
    for (size_t i = 0; i < all.size(); ++i) all[i] = static_cast<int>(i);
    ModuleNode top;
    fill(top, all, 0);
    top.inputs.clear();
    top.outputs.clear();
    for (const Border& border : model.inputs) top.inputs.push_back(border.value);
    for (const Border& border : model.outputs) top.outputs.push_back(border.value);
    return top;
  }

 private:
  const OpNode& node(int op) const { return graph_.nodes[static_cast<size_t>(op)]; }

  // Containers in which nothing is trained go.
  std::vector<ModuleStep> withoutIdle(const std::vector<ModuleStep>& steps) const {
    std::vector<ModuleStep> kept;
    for (size_t d = 0; d < steps.size(); ++d)
      if (d + 1 == steps.size() || containers_.contains(withoutCopy(steps[d]))) kept.push_back(steps[d]);
    return kept;
  }

  void fill(ModuleNode& module, const std::vector<int>& ops, size_t depth) {
    for (size_t i = 0; i < ops.size();) {
      const std::vector<ModuleStep>& steps = steps_[static_cast<size_t>(ops[i])];
      if (depth + 1 >= steps.size()) {
        module.block = module.block || steps[depth].key.starts_with("branch/");
        addLayer(module, ops[i], steps[depth].key);
        ++i;
        continue;
      }
      std::vector<int> inside;
      const std::string& path = steps[depth].path;
      for (; i < ops.size(); ++i) {
        const std::vector<ModuleStep>& other = steps_[static_cast<size_t>(ops[i])];
        if (depth + 1 >= other.size() || other[depth].path != path) break;
        inside.push_back(ops[i]);
      }
      addModule(module, inside, depth);
    }
    borders(module, ops);
  }

  void addLayer(ModuleNode& module, int op, const std::string& key) {
    if (numbers_.skips(op) || taken_.contains(op)) return;
    const auto found = names_.modules.find(node(op).path);
    ModuleItem item{.key = key, .ops = {op}, .copies = {}};
    const bool trained = std::ranges::any_of(
        node(op).inputs, [&](ValueId id) { return id != noValue && graph_.value(id).parameter >= 0; });
    const bool named = found != names_.modules.end() && (trained || numbers_.at(op));
    if (named) item.attribute = attributeOf(found->second).name;
    if (named && found->second.ends_with(".downsample.0")) {
      item.kind = ModuleItem::Kind::projection;
      item.attribute = "downsample";
      for (const int reader : readers_[node(op).outputs[0]]) {
        const auto norm = names_.modules.find(node(reader).path);
        if (norm != names_.modules.end() && norm->second.ends_with(".downsample.1")) follow(item, reader);
      }
    }
    if (node(op).type == &matmulOp())
      for (const int reader : readers_[node(op).outputs[0]])
        if (node(reader).type == &biasAddOp() && node(reader).path == node(op).path) follow(item, reader);
    module.items.push_back(std::move(item));
  }

  void follow(ModuleItem& item, int op) {
    item.ops.push_back(op);
    taken_.insert(op);
  }

  void addModule(ModuleNode& module, const std::vector<int>& ops, size_t depth) {
    const ModuleStep& step = steps_[static_cast<size_t>(ops[0])][depth];
    const Attribute& attribute = containers_.at(withoutCopy(step));
    const bool again = !module.items.empty() && module.items.back().kind == ModuleItem::Kind::modules &&
                       module.items.back().attribute == attribute.name;
    if (!again)
      module.items.push_back({.kind = ModuleItem::Kind::modules,
                              .key = step.key,
                              .attribute = attribute.name,
                              .ops = {},
                              .copies = {},
                              .repeated = attribute.list});
    ModuleNode& copy = module.items.back().copies.emplace_back();
    copy.path = step.path;
    copy.name = step.key;
    copy.place = std::max(step.copy, 1) - 1;
    fill(copy, ops, depth + 1);
  }

  void borders(ModuleNode& module, const std::vector<int>& ops) {
    const std::set<int> inside(ops.begin(), ops.end());
    std::set<ValueId> made;
    for (const int op : ops) {
      for (const ValueId id : node(op).inputs)
        if (!made.contains(id) && graph_.value(id).parameter < 0 &&
            std::ranges::find(module.inputs, id) == module.inputs.end())
          module.inputs.push_back(id);
      for (const ValueId id : node(op).outputs) {
        if (id == noValue) continue;
        made.insert(id);
        const std::vector<int>& readers = readers_[id];
        const bool leaves =
            std::ranges::any_of(readers, [&](int reader) { return !inside.contains(reader); });
        if (leaves || leaving_.contains(id)) module.outputs.push_back(id);
      }
    }
  }

  const OpGraph& graph_;
  const ModuleNames& names_;
  AddedNumbers numbers_;
  std::vector<std::vector<ModuleStep>> steps_;   // by op
  std::map<std::string, Attribute> containers_;  // with parameters, by path without copy
  std::map<ValueId, std::vector<int>> readers_;
  std::set<ValueId> leaving_;
  std::set<int> taken_;  // ops that stand in an item with others
};

}  // namespace

ModuleNode moduleTree(const LeavingModel& model, const ModuleNames& names) {
  return TreeMaker(model, names).whole(model);
}

}  // namespace bypath
