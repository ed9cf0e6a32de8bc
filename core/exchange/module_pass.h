// One module's text: the lines of its constructor and of its forward function.
#pragma once

#include "core/exchange/module_writer.h"

namespace bypath {

class ModulePass {
 public:
  // `elide`: as if there were no projection.
  ModulePass(const ModuleWriter& writer, const ModuleNode& module, bool elide);
  ModuleText run(const std::vector<std::string>& inputNames);

 private:
  bool isOption(const ModuleItem& item) const;
  bool isChain(const ModuleItem& item) const;
  std::vector<ValueId> operandsOf(const ModuleItem& item) const;
  ValueId resultOf(const ModuleItem& item) const;
  ValueId same(ValueId id) const;
  void countUses();

  void layer(const ModuleItem& item);
  void projection(const ModuleItem& item);
  void modules(const ModuleItem& item);
  void call(const ModuleNode& copy, const std::string& callee);
  std::string instance(const ModuleNode& copy);
  std::string argumentsOf(const ModuleNode& copy, bool first);
  // Of functional dialects (module_pass_functional.cpp).
  void functions(const ModuleItem& item);
  bool loop(const ModuleItem& item, size_t begin, size_t end);
  void functionCall(const ModuleItem& item, const ModuleNode& copy);
  std::string functionName(const ModuleNode& copy) const;
  std::string nameText(const std::string& attribute) const;
  bool alike(const ModuleItem& item, size_t one, size_t other) const;
  void optionLines(const ModuleItem& item);
  std::string listOf(const ModuleItem& item);

  Expression take(ValueId id, bool settled);
  Expression settle(ValueId id, const Expression& expression);
  void finish(ValueId id, Expression expression);
  void release(const Expression& expression, std::vector<std::string>& freed);
  std::string freshName();
  void construct(const std::string& attribute, const std::string& made);

  const ModuleWriter& writer_;
  const ModuleNode& module_;
  bool elide_;
  bool functional_;
  const ModuleItem* option_ = nullptr;
  std::string key_;  // of the item at hand
  std::map<ValueId, ValueId> alias_;
  std::map<ValueId, int> reads_;  // that are still to come
  std::map<ValueId, Expression> pending_;
  std::map<ValueId, std::string> variables_;
  std::multiset<std::string> live_;
  ModuleText text_;
};

}  // namespace bypath
