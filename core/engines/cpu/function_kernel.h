// A kernel made of plain functions, so that kernel_list.cpp can be a table.
#pragma once

#include "core/engines/kernel.h"

namespace bypath {

struct FunctionKernel final : Kernel {
  using Run = void (*)(const KernelRun&);
  using Workspace = size_t (*)(const OpCall&, int threads);
  using Accepts = Refusal (*)(const OpCall&);
  using Kept = size_t (*)(const OpCall&);

  FunctionKernel(const char* opId, const char* kernelId, Run runs, Workspace workspace = nullptr,
                 Accepts acceptsCall = nullptr, Kept kept = nullptr)
      : op_(opId), id_(kernelId), run_(runs), workspace_(workspace), accepts_(acceptsCall), kept_(kept) {}

  std::string_view id() const override { return id_; }
  std::string_view op() const override { return op_; }
  Refusal accepts(const OpCall& call) const override { return accepts_ ? accepts_(call) : Refusal(); }
  size_t workspaceBytes(const OpCall& call, int threads) const override {
    return workspace_ ? workspace_(call, threads) : 0;
  }
  size_t keptBytes(const OpCall& call) const override { return kept_ && call.fixedWeights ? kept_(call) : 0; }
  void run(const KernelRun& run) const override { run_(run); }

 private:
  const char* op_;
  const char* id_;
  Run run_;
  Workspace workspace_;
  Accepts accepts_;
  Kept kept_;
};

}  // namespace bypath
