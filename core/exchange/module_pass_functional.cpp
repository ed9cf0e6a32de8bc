// How modules are called in dialects that have functions instead of classes.
#include "core/exchange/module_pass.h"

namespace bypath {

std::string ModulePass::nameText(const std::string& attribute) const {
  return module_.path.empty() ? "\"" + attribute + "\"" : "name + \"." + attribute + "\"";
}

std::string ModulePass::functionName(const ModuleNode& copy) const {
  return writer_.book_.classes()[writer_.uses_.at(&copy).which].name;
}

// The projection, or zeros in its place, in lines that only some modules have.
void ModulePass::optionLines(const ModuleItem& item) {
  const bool option = &item == option_;
  if (option) text_.hasOption = true;
  const auto mark = [&](Slot slot) {
    return option ? text_.optionMark(std::move(slot)) : text_.mark(std::move(slot));
  };
  const ValueId from = same(operandsOf(item)[0]);
  const Expression entering = take(from, pending_.contains(from));
  std::vector<std::string> freed;
  release(entering, freed);
  std::string name = entering.text;
  if (freed.empty()) {
    name = freshName();
    text_.forward.push_back(name + " = " + entering.text);
  } else {
    live_.insert(name);
  }
  std::string lines;
  for (size_t i = 0; i < item.ops.size(); ++i) {
    const bool several = item.kind == ModuleItem::Kind::projection;
    const std::string attribute = nameText(item.attribute + (several ? "." + std::to_string(i) : ""));
    const Expression made = writer_.dialect_.applied(item.ops[i], attribute, {{.text = name}}, mark);
    lines += (lines.empty() ? "" : "\n") + name + " = " + made.text;
  }
  variables_[resultOf(item)] = name;
  text_.forward.push_back(option ? ModuleText::conditional(lines) : lines);
}

void ModulePass::functions(const ModuleItem& item) {
  const bool chain = isChain(item);
  for (size_t i = 0; i < item.copies.size();) {
    size_t end = i + 1;
    while (chain && end < item.copies.size() && alike(item, i, end)) ++end;
    if (end - i > 1 && loop(item, i, end)) {
      i = end;
      continue;
    }
    functionCall(item, item.copies[i]);
    ++i;
  }
}

// A loop over copies that follow each other; not where what enters is read again later.
bool ModulePass::loop(const ModuleItem& item, size_t begin, size_t end) {
  const ValueId from = same(item.copies[begin].inputs[0]);
  if (pending_.contains(from)) {
    Expression waiting = take(from, true);
  }
  if (reads_[from] != 1) return false;
  reads_[from] = 0;
  const std::string variable = variables_.at(from);
  const ModuleNode &first = item.copies[begin], &last = item.copies[end - 1];
  const std::string place = "." + item.attribute + ".{k}";
  const std::string name =
      module_.path.empty() ? "f\"" + item.attribute + ".{k}\"" : "name + f\"" + place + "\"";
  const std::string range =
      (first.place == 0 ? "" : std::to_string(first.place) + ", ") + std::to_string(last.place + 1);
  text_.forward.push_back("for k in range(" + range + "):\n    " + variable + " = " + functionName(first) +
                          "(" + variable + ", " + name + argumentsOf(first, false) + ")");
  variables_[last.outputs[0]] = variable;
  return true;
}

void ModulePass::functionCall(const ModuleItem& item, const ModuleNode& copy) {
  Expression made{.heavy = true, .module = true};
  std::string operands;
  for (const ValueId id : copy.inputs) {
    const Expression operand = take(same(id), pending_.contains(same(id)));
    operands += operand.text + ", ";
    made.reads.insert(made.reads.end(), operand.reads.begin(), operand.reads.end());
  }
  const std::string attribute = item.attribute + (item.repeated ? "." + std::to_string(copy.place) : "");
  made.text = functionName(copy) + "(" + operands + nameText(attribute) + argumentsOf(copy, false) + ")";
  made.depth = 1;
  if (copy.outputs.size() == 1) return finish(copy.outputs[0], std::move(made));
  std::vector<std::string> freed;
  release(made, freed);
  std::string names;
  for (const ValueId id : copy.outputs) {
    const std::string name = freshName();
    if (reads_[id] == 0) live_.erase(live_.find(name));
    variables_[id] = name;
    names += (names.empty() ? "" : ", ") + name;
  }
  text_.forward.push_back(names + " = " + made.text);
}

}  // namespace bypath
