#include "core/exchange/class_text.h"

#include <algorithm>
#include <cctype>
#include <functional>

namespace bypath {
namespace {

constexpr char opens = '\x01', closes = '\x02';
// Before lines that only some modules have.
constexpr char conditionally = '\x03';
constexpr size_t optionsFrom = 1000000;

std::string markOf(size_t number) {
  return opens + std::to_string(number) + closes;
}

// What stands for a slot: an argument's name or a number that never changes.
struct Filled {
  std::string text;
  bool always = false;
};

std::string filled(const std::string& text, const std::function<std::string(size_t)>& of) {
  std::string result;
  for (size_t at = 0; at < text.size();) {
    const size_t open = std::min(text.find(opens, at), text.size());
    result += text.substr(at, open - at);
    if (open == text.size()) break;
    const size_t close = text.find(closes, open);
    result += of(static_cast<size_t>(std::stoull(text.substr(open + 1, close - open - 1))));
    at = close + 1;
  }
  return result;
}

// The modules of one class, and its arguments.
class Merging {
 public:
  Merging(const std::vector<ModuleText>& modules, std::vector<size_t> members)
      : modules_(modules), members_(std::move(members)) {
    for (const size_t m : members_)
      if (modules_[m].hasOption) first_ = &modules_[m];
    some_ =
        first_ != nullptr && std::ranges::any_of(members_, [&](size_t m) { return !modules_[m].hasOption; });
    if (!first_) first_ = &modules_[members_[0]];
    for (size_t s = 0; s < first_->slots.size(); ++s) main_.push_back(mainSlot(s));
    for (size_t s = 0; s < first_->optionSlots.size(); ++s) option_.push_back(optionSlot(s));
    if (some_ && !first_->optionIsExpression) condition_ = findCondition();
    nameArguments();
  }

  // Whether the modules without the option are what its expression says.
  bool fits() const {
    if (!some_ || !first_->optionIsExpression) return true;
    if (arguments_.size() > mainArguments_) return false;
    for (size_t k = 0; k < members_.size(); ++k) {
      if (modules_[members_[k]].hasOption) continue;
      std::vector<std::string> channels;
      for (size_t s = 0; s < option_.size(); ++s) {
        const std::string value = option_[s].always ? option_[s].text : values_[argumentOf(option_[s])][k];
        const std::string& kind = first_->optionSlots[s].kind;
        if (kind == "stride" && value != "1") return false;
        if (kind == "channels") channels.push_back(value);
        if (kind != "stride" && kind != "channels" && value != "0") return false;
      }
      for (const std::string& value : channels)
        if (value != channels[0]) return false;
    }
    return true;
  }

  CodeClass make(std::string name) const {
    CodeClass made{.name = std::move(name), .comment = {}, .inputs = first_->inputs};
    for (const size_t a : order_) made.arguments.push_back(arguments_[a]);
    for (size_t i = 0; i <= first_->construct.size(); ++i) {
      if (first_->hasOption && !first_->optionLine.empty() && i == first_->optionAt) addOption(made);
      if (i < first_->construct.size()) made.construct.push_back(text(first_->construct[i]));
    }
    for (const std::string& line : first_->forward)
      made.forward.push_back(chosen(text(line, !first_->functional)));
    if (!first_->functional) keepForForward(made);
    return made;
  }
  std::vector<std::string> valuesOf(size_t member) const {
    std::vector<std::string> all;
    all.reserve(values_.size());
    for (const size_t a : order_) all.push_back(values_[a][member]);
    return all;
  }
  const std::vector<size_t>& members() const { return members_; }

 private:
  Filled mainSlot(size_t s) {
    std::vector<std::string> values;
    for (const size_t m : members_) values.push_back(modules_[m].slots[s].value);
    if (std::ranges::all_of(values, [&](const std::string& v) { return v == values[0]; }))
      return {values[0], true};
    const Slot& slot = first_->slots[s];
    for (size_t a = 0; a < arguments_.size(); ++a)
      if (arguments_[a].kind == slot.kind && values_[a] == values) {
        // A convolution knows better what a norm's number is.
        if (arguments_[a].name == "num_features") arguments_[a].name = slot.role;
        return {std::to_string(a)};
      }
    Filled made = argument(slot, std::move(values));
    mainArguments_ = arguments_.size();
    return made;
  }

  Filled optionSlot(size_t s) {
    const Slot& slot = first_->optionSlots[s];
    std::vector<std::string> values;
    for (const size_t m : members_)
      values.push_back(modules_[m].hasOption ? modules_[m].optionSlots[s].value : "");
    const auto agree = [&](const std::vector<std::string>& other) {
      for (size_t k = 0; k < values.size(); ++k)
        if (!values[k].empty() && values[k] != other[k]) return false;
      return true;
    };
    for (size_t a = 0; a < arguments_.size(); ++a)
      if (arguments_[a].kind == slot.kind && agree(values_[a])) return {std::to_string(a)};
    if (agree(std::vector<std::string>(values.size(), slot.value))) return {slot.value, true};
    for (std::string& value : values)
      if (value.empty()) value = slot.value;
    return argument(slot, std::move(values));
  }

  // Its name comes later; until then its number stands for it.
  Filled argument(const Slot& slot, std::vector<std::string> values) {
    arguments_.push_back({.name = slot.role, .kind = slot.kind});
    values_.push_back(std::move(values));
    return {std::to_string(arguments_.size() - 1)};
  }
  static size_t argumentOf(const Filled& f) { return static_cast<size_t>(std::stoull(f.text)); }

  // A condition on the arguments that is true of those with the option alone.
  std::string findCondition() {
    std::vector<int> strides = {-1}, pairs = {-1};
    for (size_t a = 0; a < arguments_.size(); ++a)
      if (arguments_[a].kind == "stride") strides.insert(strides.begin(), static_cast<int>(a));
    for (const int stride : strides)
      for (size_t a = 0; a < arguments_.size(); ++a)
        for (size_t b = a + 1; b < arguments_.size(); ++b)
          if (arguments_[a].kind == "channels" && arguments_[b].kind == "channels" && says(stride, a, b))
            return conditionText(stride, a, b);
    for (const int stride : strides)
      if (stride >= 0 && says(stride, 0, 0)) return conditionText(stride, 0, 0);
    std::vector<std::string> values;
    for (const size_t m : members_) values.push_back(modules_[m].hasOption ? "True" : "False");
    argument({.kind = "bool", .role = "project", .value = ""}, values);
    return markOf(arguments_.size() - 1);
  }
  bool says(int stride, size_t a, size_t b) const {
    for (size_t k = 0; k < members_.size(); ++k) {
      const bool strides = stride >= 0 && values_[static_cast<size_t>(stride)][k] != "1";
      const bool is = strides || values_[a][k] != values_[b][k];
      if (is != modules_[members_[k]].hasOption) return false;
    }
    return true;
  }
  // With marks of arguments.
  static std::string conditionText(int stride, size_t a, size_t b) {
    std::string first = stride < 0 ? "" : markOf(static_cast<size_t>(stride)) + " != 1";
    if (a == b) return first;
    return first + (first.empty() ? "" : " or ") + markOf(a) + " != " + markOf(b);
  }

  void nameArguments() {
    // Nor may they be called as the layers are.
    std::set<std::string> taken = {"self"};
    for (const std::string& line : first_->construct)
      if (line.starts_with("self.")) taken.insert(line.substr(5, line.find(' ') - 5));
    nameTheOnly("channels");
    // Of several widths the last is what leaves the block.
    int last = -1, widths = 0;
    for (size_t a = 0; a < mainArguments_; ++a)
      if (arguments_[a].name == "channels") last = static_cast<int>(a), ++widths;
    for (size_t a = 0; a < arguments_.size(); ++a) {
      ClassArgument& argument = arguments_[a];
      if (widths > 1 && argument.name == "channels" && static_cast<int>(a) != last) argument.name = "width";
      const std::string base = argument.name;
      for (int number = 2; taken.contains(argument.name); ++number)
        argument.name = base + std::to_string(number);
      taken.insert(argument.name);
      if (argument.kind == "stride") argument.fallback = "1";
      if (argument.kind == "bool") argument.fallback = "False";
    }
    // Those with a default behind the others.
    for (const bool defaults : {false, true})
      for (size_t a = 0; a < arguments_.size(); ++a)
        if (arguments_[a].fallback.empty() != defaults) order_.push_back(a);
    spellOut();
  }
  void nameTheOnly(const std::string& kind) {
    int only = -1, count = 0;
    for (size_t a = 0; a < arguments_.size(); ++a)
      if (arguments_[a].kind == kind) only = static_cast<int>(a), ++count;
    if (count == 1) arguments_[static_cast<size_t>(only)].name = kind;
  }
  void spellOut() {
    for (Filled& f : main_)
      if (!f.always) f.text = arguments_[argumentOf(f)].name;
    std::vector<Filled> named = option_;
    for (Filled& f : named)
      if (!f.always) f.text = arguments_[argumentOf(f)].name;
    optionNames_ = std::move(named);
    condition_ = filled(condition_, [&](size_t a) { return arguments_[a].name; });
  }

  // Arguments that the forward function reads are kept as attributes.
  std::string text(const std::string& line, bool forward = false) const {
    return filled(line, [&](size_t number) {
      const bool option = number >= optionsFrom;
      const Slot& slot = option ? first_->optionSlots[number - optionsFrom] : first_->slots[number];
      const Filled& by = option ? optionNames_[number - optionsFrom] : main_[number];
      if (by.always && !slot.dropped.empty() && by.text == slot.dropped) return std::string();
      return slot.prefix + (forward && !by.always ? "self." : "") + by.text;
    });
  }
  // Lines that only some have, behind their condition.
  std::string chosen(const std::string& lines) const {
    if (lines.empty() || lines[0] != conditionally) return lines;
    if (condition_.empty()) return lines.substr(1);
    return "if " + condition_ + ":\n" + deeper(lines.substr(1));
  }
  static std::string deeper(const std::string& lines) {
    std::string all = "    ";
    for (const char c : lines) all += c == '\n' ? std::string("\n    ") : std::string(1, c);
    return all;
  }
  static void keepForForward(CodeClass& made) {
    std::vector<std::string> kept;
    for (ClassArgument& argument : made.arguments) {
      const std::string attribute = "self." + argument.name;
      const auto reads = [&](const std::string& line) { return mentions(line, attribute); };
      if (std::ranges::any_of(made.forward, reads)) kept.push_back(attribute + " = " + argument.name);
    }
    made.construct.insert(made.construct.begin(), kept.begin(), kept.end());
  }
  static bool mentions(const std::string& line, const std::string& word) {
    const auto continues = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; };
    for (size_t at = line.find(word); at != std::string::npos; at = line.find(word, at + 1))
      if (at + word.size() == line.size() || !continues(line[at + word.size()])) return true;
    return false;
  }
  void addOption(CodeClass& made) const {
    const std::string line = text(first_->optionLine);
    if (condition_.empty()) {
      made.construct.push_back(line);
      return;
    }
    made.construct.push_back(line.substr(0, line.find(" = ")) + " = nn.Sequential()");
    made.construct.push_back("if " + condition_ + ":");
    made.construct.push_back(deeper(line));
  }

  const std::vector<ModuleText>& modules_;
  std::vector<size_t> members_;
  const ModuleText* first_ = nullptr;
  bool some_ = false;
  std::vector<ClassArgument> arguments_;
  std::vector<std::vector<std::string>> values_;  // by argument, by member
  size_t mainArguments_ = 0;
  std::vector<Filled> main_, option_, optionNames_;
  std::vector<size_t> order_;
  std::string condition_;
};

}  // namespace

std::string ModuleText::conditional(const std::string& lines) {
  return conditionally + lines;
}

std::string ModuleText::mark(Slot slot) {
  slots.push_back(std::move(slot));
  return markOf(slots.size() - 1);
}

std::string ModuleText::optionMark(Slot slot) {
  optionSlots.push_back(std::move(slot));
  return markOf(optionsFrom + optionSlots.size() - 1);
}

std::string ModuleText::key() const {
  std::string text = inputs + "\n";
  for (size_t i = 0; i <= construct.size(); ++i) {
    if (hasOption && i == optionAt) text += optionLine + "\n";
    if (i < construct.size()) text += construct[i] + "\n";
  }
  text += "--\n";
  for (const std::string& line : forward) text += line + "\n";
  for (const Slot& slot : slots) text += slot.kind + slot.prefix + slot.dropped + ";";
  return text;
}

std::vector<ClassUse> ClassBook::add(const std::vector<ModuleText>& modules,
                                     const std::vector<std::string>& wanted) {
  std::vector<std::string> order;
  std::map<std::string, std::vector<size_t>> groups;
  for (size_t m = 0; m < modules.size(); ++m) {
    const std::string key = modules[m].key();
    if (!groups.contains(key)) order.push_back(key);
    groups[key].push_back(m);
  }
  // Those without a projection join those that are the same with one, where their numbers allow it.
  for (const std::string& key : order) {
    if (!groups.contains(key) || !modules[groups[key][0]].hasOption) continue;
    const auto without = groups.find(modules[groups[key][0]].withoutOption);
    if (without == groups.end() || modules[without->second[0]].hasOption) continue;
    std::vector<size_t> together = groups[key];
    together.insert(together.end(), without->second.begin(), without->second.end());
    std::ranges::sort(together);
    if (!Merging(modules, together).fits()) continue;
    groups[key] = together;
    groups.erase(without);
  }
  std::vector<ClassUse> uses(modules.size());
  for (const std::string& key : order) {
    const auto group = groups.find(key);
    if (group == groups.end()) continue;
    const Merging merging(modules, group->second);
    classes_.push_back(merging.make(freeName(wanted[group->second[0]])));
    for (size_t k = 0; k < merging.members().size(); ++k)
      uses[merging.members()[k]] = {classes_.size() - 1, merging.valuesOf(k)};
  }
  return uses;
}

std::string ClassBook::freeName(const std::string& wanted) {
  std::string name = wanted;
  const bool digit = std::isdigit(static_cast<unsigned char>(name.back()));
  for (int number = 2; taken_.contains(name); ++number)
    name = wanted + (digit ? "_" : "") + std::to_string(number);
  taken_.insert(name);
  return name;
}

}  // namespace bypath
