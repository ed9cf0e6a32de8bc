#include "core/exchange/module_writer.h"

#include <algorithm>

#include "core/exchange/module_pass.h"
#include "core/exchange/python_text.h"
#include "core/ops/catalog.h"

namespace bypath {
namespace {

// How deep the modules in it reach.
size_t heightOf(const ModuleNode& module) {
  size_t height = 0;
  for (const ModuleItem& item : module.items)
    for (const ModuleNode& copy : item.copies) height = std::max(height, heightOf(copy) + 1);
  return height;
}

void collect(const ModuleNode& module, std::vector<std::vector<const ModuleNode*>>& byHeight) {
  for (const ModuleItem& item : module.items)
    for (const ModuleNode& copy : item.copies) {
      byHeight[heightOf(copy)].push_back(&copy);
      collect(copy, byHeight);
    }
}

// What a person calls such a module.
std::string wantedName(const OpGraph& graph, const ModuleNode& module) {
  std::set<std::string> keys;
  bool up = false;
  for (const ModuleItem& item : module.items) {
    keys.insert(item.key);
    for (const int op : item.ops)
      up = up || graph.nodes[static_cast<size_t>(op)].type == &conv2dTransposedOp();
  }
  if (module.block) {
    if (!keys.contains("branch/conv1") || !keys.contains("branch/conv2")) return "ResidualBlock";
    const int first = module.items[0].ops.empty() ? 0 : module.items[0].ops[0];
    const OpType* type = graph.nodes[static_cast<size_t>(first)].type;
    const bool before = type == &batchNormInferenceOp() || type == &reluOp();
    return std::string(up ? "Up" : "") + (before ? "Preact" : "") +
           (keys.contains("branch/conv3") ? "Bottleneck" : "BasicBlock");
  }
  std::string name = pythonClassName(module.name);
  while (!name.empty() && name.back() >= '0' && name.back() <= '9') name.pop_back();
  return name.empty() ? "Part" : name;
}

}  // namespace

ModuleText ModuleWriter::textOf(const ModuleNode& module, const std::vector<std::string>& inputNames) const {
  ModuleText text = ModulePass(*this, module, false).run(inputNames);
  if (text.hasOption) text.withoutOption = ModulePass(*this, module, true).run(inputNames).key();
  return text;
}

ClassBook ModuleWriter::write(const ModuleNode& top, const std::string& name,
                              const std::vector<std::string>& inputNames,
                              const std::vector<std::string>& reserved) {
  for (const std::string& each : reserved) book_.reserve(each);
  std::vector<std::vector<const ModuleNode*>> byHeight(heightOf(top) + 1);
  collect(top, byHeight);
  // From the innermost outwards: how a module is made must be known where it stands in another.
  for (const std::vector<const ModuleNode*>& nodes : byHeight) {
    std::vector<ModuleText> texts;
    std::vector<std::string> wanted;
    for (const ModuleNode* node : nodes) {
      texts.push_back(textOf(*node, {}));
      const std::string wish = wantedName(graph_, *node);
      wanted.push_back(named_ ? named_(wish) : wish);
    }
    const std::vector<ClassUse> uses = book_.add(texts, wanted);
    for (size_t i = 0; i < nodes.size(); ++i) uses_[nodes[i]] = uses[i];
  }
  book_.add({textOf(top, inputNames)}, {name});
  return std::move(book_);
}

}  // namespace bypath
