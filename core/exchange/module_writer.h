// Writes a tree of modules as classes, in the words of a dialect: PyTorch's or Keras'.
#pragma once

#include <functional>

#include "core/exchange/class_text.h"
#include "core/exchange/module_tree.h"

namespace bypath {

// A piece of a line, and what it is made of.
struct Expression {
  std::string text;
  int depth = 0;                 // calls within calls
  bool heavy = false;            // has a convolution, a dense layer or a module in it
  bool module = false;           // is a module\'s call
  bool atomic = true;            // needs no brackets
  std::vector<ValueId> reads{};  // the variables in it

  std::string bracketed() const { return atomic ? text : "(" + text + ")"; }
};

class Dialect {
 public:
  using Mark = std::function<std::string(Slot)>;
  virtual ~Dialect() = default;
  // What makes the layer of an op, "nn.Conv2d(3, 16, 3)"; empty where nothing has to be made.
  virtual std::string constructed(int op, const Mark& mark) const = 0;
  // The op, of texts of its operands; `attribute` is what constructed() made.
  virtual Expression applied(int op, const std::string& attribute, const std::vector<Expression>& operands,
                             const Mark& mark) const = 0;
  // Whether applied() does no more than call what was made.
  virtual bool isPlain(int op) const = 0;
  // Functions that make layers where they are used, named by their place, instead of classes.
  virtual bool functional() const { return false; }
};

class ModuleWriter {
 public:
  // `named` makes a name of the dialect of a class name.
  ModuleWriter(const OpGraph& graph, const Dialect& dialect,
               std::function<std::string(const std::string&)> named = {})
      : graph_(graph), dialect_(dialect), numbers_(graph), named_(std::move(named)) {}

  // All classes of the tree, those that are used before those that use them; the last is the network.
  ClassBook write(const ModuleNode& top, const std::string& name, const std::vector<std::string>& inputNames,
                  const std::vector<std::string>& reserved);

 private:
  friend class ModulePass;
  ModuleText textOf(const ModuleNode& module, const std::vector<std::string>& inputNames) const;

  const OpGraph& graph_;
  const Dialect& dialect_;
  AddedNumbers numbers_;
  std::function<std::string(const std::string&)> named_;
  ClassBook book_;
  std::map<const ModuleNode*, ClassUse> uses_;
};

}  // namespace bypath
