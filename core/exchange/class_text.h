// Modules of one structure as one class: their texts agree but for numbers, and the numbers that differ
// become arguments of the constructor.
//
//   ModuleText a = ..., b = ...;   // "nn.Conv2d(<16>, <32>, 3)", "nn.Conv2d(<32>, <64>, 3)"
//   ClassBook book;
//   book.add({a, b}, "BasicBlock") -> class BasicBlock(in_channels, channels)
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace bypath {

// A number in a text.
struct Slot {
  std::string kind;  // only numbers of one kind can be the same argument: "channels", "stride", "kernel" ...
  std::string role;  // the name as an argument: "in_channels"
  std::string value;
  std::string prefix{};   // written before it: ", stride="
  std::string dropped{};  // neither is written where this is the number, and always so
};

// The text of one module, with marks where the slots are.
struct ModuleText {
  std::vector<std::string> construct;  // lines of the constructor
  std::vector<std::string> forward;    // lines of the forward function
  std::string inputs;                  // its arguments: "x"
  std::vector<Slot> slots;
  // What only some blocks have, their projection: a line of the constructor at its place among the others, or
  // an expression (no line) that does nothing at stride 1 and equal channels.
  bool hasOption = false, optionIsExpression = false;
  bool functional = false;  // arguments are read where they stand, not kept
  size_t optionAt = 0;
  std::string optionLine;
  std::vector<Slot> optionSlots;
  std::string withoutOption;  // key() of the same module without it

  // Lines of the forward function that only those with the option have.
  static std::string conditional(const std::string& lines);
  // A mark for a new slot.
  std::string mark(Slot slot);
  std::string optionMark(Slot slot);
  // What modules of one class have in common.
  std::string key() const;
};

struct ClassArgument {
  std::string name, kind;
  std::string fallback{};  // its default; none where empty
};

struct CodeClass {
  std::string name;
  std::string comment;  // "3 of them, stage1[1] to stage1[3]"
  std::vector<ClassArgument> arguments;
  std::vector<std::string> construct, forward;  // lines without marks
  std::string inputs;
};

// What makes a module: its class and the arguments, by place.
struct ClassUse {
  size_t which = 0;
  std::vector<std::string> values;
};

class ClassBook {
 public:
  // `wanted` are names for classes, by module; each gets a name of its own.
  std::vector<ClassUse> add(const std::vector<ModuleText>& modules, const std::vector<std::string>& wanted);
  void reserve(const std::string& name) { taken_.insert(name); }
  const std::vector<CodeClass>& classes() const { return classes_; }

 private:
  std::string freeName(const std::string& wanted);

  std::vector<CodeClass> classes_;
  std::set<std::string> taken_;
};

}  // namespace bypath
