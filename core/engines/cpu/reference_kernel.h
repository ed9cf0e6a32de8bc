// The last resort of every op: its double-precision reference, with copies around it. An op without a fast
// kernel still trains.
#pragma once

#include "core/engines/kernel.h"

namespace bypath {

class ReferenceKernel final : public Kernel {
 public:
  explicit ReferenceKernel(const OpType& type) : type_(type) {}
  std::string_view id() const override { return "reference"; }
  std::string_view op() const override { return type_.id; }
  size_t workspaceBytes(const OpCall& call, int threads) const override;
  void run(const KernelRun& run) const override;

 private:
  int stateInput(int output) const;  // -1: the output is no state

  const OpType& type_;
};

}  // namespace bypath
