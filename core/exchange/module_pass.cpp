#include "core/exchange/module_pass.h"

#include <algorithm>

#include "core/ops/catalog.h"

namespace bypath {
namespace {

// No deeper than relu(bn(conv(x))).
constexpr int deepest = 3;

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : ", ") + text;
  return all;
}

}  // namespace

ModulePass::ModulePass(const ModuleWriter& writer, const ModuleNode& module, bool elide)
    : writer_(writer), module_(module), elide_(elide), functional_(writer.dialect_.functional()) {
  text_.functional = functional_;
  for (const ModuleItem& item : module.items)
    if (!option_ && isOption(item)) option_ = &item;
  if (option_ && elide_) alias_[resultOf(*option_)] = operandsOf(*option_)[0];
}

bool ModulePass::isOption(const ModuleItem& item) const {
  const auto plain = [&](int op) { return writer_.dialect_.isPlain(op); };
  if (item.kind == ModuleItem::Kind::projection) return functional_ || std::ranges::all_of(item.ops, plain);
  return item.kind == ModuleItem::Kind::layer && item.key == "shortcut/pad" &&
         writer_.graph_.nodes[static_cast<size_t>(item.ops[0])].type == &padChannelsOp() &&
         plain(item.ops[0]);
}

// Copies that follow each other, one value going through: one call.
bool ModulePass::isChain(const ModuleItem& item) const {
  for (size_t i = 0; i < item.copies.size(); ++i) {
    const ModuleNode& copy = item.copies[i];
    if (copy.inputs.size() != 1 || copy.outputs.size() != 1) return false;
    if (i == 0) continue;
    const ValueId before = item.copies[i - 1].outputs[0];
    if (copy.inputs[0] != before) return false;
    if (std::ranges::count(module_.outputs, before) > 0) return false;
    for (const ModuleItem& other : module_.items)
      if (&other != &item)
        for (const ValueId id : operandsOf(other))
          if (id == before) return false;
    for (size_t k = i + 1; k < item.copies.size(); ++k)
      if (std::ranges::count(item.copies[k].inputs, before) > 0) return false;
  }
  return item.repeated;
}

// Data only, in the order of the first op.
std::vector<ValueId> ModulePass::operandsOf(const ModuleItem& item) const {
  std::vector<ValueId> all;
  if (item.kind == ModuleItem::Kind::modules) {
    for (const ModuleNode& copy : item.copies) all.insert(all.end(), copy.inputs.begin(), copy.inputs.end());
    return all;
  }
  if (const AddedNumbers::Sum* sum = writer_.numbers_.at(item.ops[0])) return {sum->x};
  for (const ValueId id : writer_.graph_.nodes[static_cast<size_t>(item.ops[0])].inputs)
    if (writer_.graph_.value(id).parameter < 0) all.push_back(id);
  return all;
}

ValueId ModulePass::resultOf(const ModuleItem& item) const {
  return writer_.graph_.nodes[static_cast<size_t>(item.ops.back())].outputs[0];
}

ValueId ModulePass::same(ValueId id) const {
  const auto found = alias_.find(id);
  return found == alias_.end() ? id : found->second;
}

void ModulePass::countUses() {
  for (const ModuleItem& item : module_.items) {
    if (elide_ && &item == option_) continue;
    if (item.kind == ModuleItem::Kind::modules && isChain(item) && !functional_) {
      ++reads_[same(item.copies[0].inputs[0])];
      continue;
    }
    for (const ValueId id : operandsOf(item)) ++reads_[same(id)];
  }
  for (const ValueId id : module_.outputs) ++reads_[same(id)];
}

ModuleText ModulePass::run(const std::vector<std::string>& inputNames) {
  countUses();
  for (size_t i = 0; i < module_.inputs.size(); ++i) {
    const std::string name = i < inputNames.size()        ? inputNames[i]
                             : module_.inputs.size() == 1 ? "x"
                                                          : "x" + std::to_string(i + 1);
    text_.inputs += (i ? ", " : "") + name;
    variables_[module_.inputs[i]] = name;
    live_.insert(name);
  }
  for (const ModuleItem& item : module_.items) {
    if (elide_ && &item == option_) continue;
    key_ = item.key;
    if (item.kind == ModuleItem::Kind::layer) layer(item);
    if (item.kind == ModuleItem::Kind::projection) projection(item);
    if (item.kind == ModuleItem::Kind::modules) functional_ ? functions(item) : modules(item);
  }
  std::vector<std::string> results;
  for (const ValueId id : module_.outputs)
    results.push_back(take(same(id), functional_ && pending_.contains(same(id))).text);
  text_.forward.push_back("return " + joined(results));
  return std::move(text_);
}

void ModulePass::construct(const std::string& attribute, const std::string& made) {
  if (!made.empty()) text_.construct.push_back("self." + attribute + " = " + made);
}

void ModulePass::layer(const ModuleItem& item) {
  if (&item == option_ && functional_) return optionLines(item);
  const bool option = &item == option_;
  if (option) text_.hasOption = true;
  if (option) text_.optionIsExpression = true;
  const auto mark = [&](Slot slot) {
    return option ? text_.optionMark(std::move(slot)) : text_.mark(std::move(slot));
  };
  const int op = item.ops[0];
  if (!item.attribute.empty() && !functional_)
    construct(item.attribute, writer_.dialect_.constructed(op, mark));
  const OpNode& node = writer_.graph_.nodes[static_cast<size_t>(op)];
  const bool heavy =
      node.type == &conv2dOp() || node.type == &conv2dTransposedOp() || node.type == &matmulOp();
  const std::vector<ValueId> ids = operandsOf(item);
  const bool joins = ids.size() > 1;
  std::vector<Expression> operands;
  for (const ValueId id : ids) {
    const auto waiting = pending_.find(same(id));
    const bool settled =
        waiting != pending_.end() &&
        (functional_ || waiting->second.module || waiting->second.depth >= (joins ? deepest - 1 : deepest) ||
         (heavy && waiting->second.heavy));
    operands.push_back(take(same(id), settled));
  }
  const std::string name = functional_ ? nameText(item.attribute) : item.attribute;
  Expression made = writer_.dialect_.applied(op, name, operands, mark);
  made.heavy = heavy;
  made.depth = 0;
  for (const Expression& operand : operands) {
    made.depth = std::max(made.depth, operand.depth);
    made.heavy = made.heavy || operand.heavy;
    made.reads.insert(made.reads.end(), operand.reads.begin(), operand.reads.end());
  }
  ++made.depth;
  // Long ones stand in lines of their own.
  if (option || made.text.size() > 70) made.depth = std::max(made.depth, deepest - 1);
  finish(resultOf(item), std::move(made));
}

void ModulePass::projection(const ModuleItem& item) {
  if (functional_) return optionLines(item);
  const bool option = &item == option_;
  const auto mark = [&](Slot slot) {
    return option ? text_.optionMark(std::move(slot)) : text_.mark(std::move(slot));
  };
  std::vector<std::string> layers;
  for (const int op : item.ops) layers.push_back(writer_.dialect_.constructed(op, mark));
  const std::string all =
      layers.size() == 1 ? layers[0] : "\n    " + layers[0] + ",\n    " + layers[1] + ",\n";
  const std::string line = "self." + item.attribute + " = nn.Sequential(" + all + ")";
  if (option) {
    text_.hasOption = true;
    text_.optionAt = text_.construct.size();
    text_.optionLine = line;
  } else {
    text_.construct.push_back(line);
  }
  const ValueId from = same(operandsOf(item)[0]);
  const auto waiting = pending_.find(from);
  Expression made =
      take(from, waiting != pending_.end() && (waiting->second.heavy || waiting->second.depth >= 2));
  if (option) {
    made.text = "self." + item.attribute + "(" + made.text + ")";
  } else {
    for (size_t i = 0; i < item.ops.size(); ++i) {
      const std::string name = item.attribute + "[" + std::to_string(i) + "]";
      made.text = writer_.dialect_.applied(item.ops[i], name, {made}, mark).text;
    }
  }
  made.atomic = made.heavy = true;
  ++made.depth;
  finish(resultOf(item), std::move(made));
}

void ModulePass::modules(const ModuleItem& item) {
  construct(item.attribute, item.repeated ? listOf(item) : instance(item.copies[0]));
  const std::string callee = "self." + item.attribute;
  if (isChain(item)) {
    const ValueId from = same(item.copies[0].inputs[0]);
    Expression made =
        take(from, pending_.contains(from) && (pending_[from].heavy || pending_[from].depth >= deepest));
    made.text = callee + "(" + made.text + ")";
    made.heavy = made.atomic = made.module = true;
    ++made.depth;
    return finish(item.copies.back().outputs[0], std::move(made));
  }
  for (const ModuleNode& copy : item.copies)
    call(copy, callee + (item.repeated ? "[" + std::to_string(copy.place) + "]" : ""));
}

void ModulePass::call(const ModuleNode& copy, const std::string& callee) {
  Expression made{.heavy = true, .module = true};
  std::vector<std::string> operands;
  for (const ValueId id : copy.inputs) {
    const Expression operand = take(same(id), pending_.contains(same(id)));
    operands.push_back(operand.text);
    made.reads.insert(made.reads.end(), operand.reads.begin(), operand.reads.end());
  }
  made.text = callee + "(" + joined(operands) + ")";
  made.depth = 1;
  if (copy.outputs.size() == 1) return finish(copy.outputs[0], std::move(made));
  std::vector<std::string> freed, names;
  release(made, freed);
  for (const ValueId id : copy.outputs) {
    names.push_back(freshName());
    if (reads_[id] == 0) live_.erase(live_.find(names.back()));
    variables_[id] = names.back();
  }
  text_.forward.push_back(joined(names) + " = " + made.text);
}

std::string ModulePass::instance(const ModuleNode& copy) {
  return writer_.book_.classes()[writer_.uses_.at(&copy).which].name + "(" + argumentsOf(copy, true) + ")";
}

// `first`: nothing stands before them.
std::string ModulePass::argumentsOf(const ModuleNode& copy, bool first) {
  const ClassUse& use = writer_.uses_.at(&copy);
  const CodeClass& made = writer_.book_.classes()[use.which];
  std::string text;
  for (size_t a = 0; a < made.arguments.size(); ++a) {
    const ClassArgument& argument = made.arguments[a];
    const bool alone = first && a == 0;
    std::string before = alone ? "" : ", ";
    if (!argument.fallback.empty()) before += argument.name + "=";
    // The first of all cannot be left out: the comma of the next would stand alone.
    text += text_.mark({.kind = argument.kind,
                        .role = argument.name,
                        .value = use.values[a],
                        .prefix = before,
                        .dropped = alone ? "" : argument.fallback});
  }
  return text;
}

bool ModulePass::alike(const ModuleItem& item, size_t one, size_t other) const {
  const ModuleNode &a = item.copies[one], &b = item.copies[other];
  const ClassUse &first = writer_.uses_.at(&a), &second = writer_.uses_.at(&b);
  return first.which == second.which && first.values == second.values &&
         b.place == a.place + static_cast<int>(other - one);
}

std::string ModulePass::listOf(const ModuleItem& item) {
  std::vector<std::string> parts;
  int place = 0;
  for (size_t i = 0; i < item.copies.size();) {
    for (; place < item.copies[i].place; ++place) parts.emplace_back("nn.Identity()");
    size_t end = i + 1;
    while (end < item.copies.size() && alike(item, i, end)) ++end;
    const size_t count = end - i;
    const std::string one = instance(item.copies[i]);
    if (count > 2 || (count == 2 && item.copies.size() > 2))
      parts.push_back("*[" + one + " for _ in range(" + std::to_string(count) + ")]");
    else
      for (size_t k = 0; k < count; ++k) parts.push_back(k == 0 ? one : instance(item.copies[i + k]));
    place += static_cast<int>(count);
    i = end;
  }
  const bool chain = isChain(item);
  std::string text = chain ? "nn.Sequential(" : "nn.ModuleList([";
  if (parts.size() == 1)
    text += parts[0];
  else
    for (const std::string& part : parts) text += "\n    " + part + ",";
  return text + (parts.size() == 1 ? "" : "\n") + (chain ? ")" : "])");
}

Expression ModulePass::take(ValueId id, bool settled) {
  const auto waiting = pending_.find(id);
  if (waiting == pending_.end()) return {.text = variables_.at(id), .reads = {id}};
  Expression expression = std::move(waiting->second);
  pending_.erase(waiting);
  return settled ? settle(id, expression) : expression;
}

Expression ModulePass::settle(ValueId id, const Expression& expression) {
  std::vector<std::string> freed;
  release(expression, freed);
  std::string name;
  if (freed.empty()) {
    name = freshName();
  } else {
    name = freed[0];
    live_.insert(name);
  }
  variables_[id] = name;
  text_.forward.push_back(name + " = " + expression.text);
  return {.text = name, .reads = {id}};
}

void ModulePass::finish(ValueId id, Expression expression) {
  if (reads_[id] > 1 || functional_)
    settle(id, expression);
  else
    pending_[id] = std::move(expression);
}

// The variables that a line reads for the last time.
void ModulePass::release(const Expression& expression, std::vector<std::string>& freed) {
  for (const ValueId id : expression.reads)
    if (--reads_[id] == 0) {
      freed.push_back(variables_.at(id));
      live_.erase(live_.find(variables_.at(id)));
    }
}

std::string ModulePass::freshName() {
  const std::string base = key_.starts_with("shortcut/") ? "shortcut" : "out";
  std::string name = base;
  for (int number = 2; live_.contains(name); ++number) name = base + std::to_string(number);
  live_.insert(name);
  return name;
}

}  // namespace bypath
