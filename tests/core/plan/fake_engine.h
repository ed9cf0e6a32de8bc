// An engine that can run nothing, and says of each op which kernel it would take.
#pragma once

#include "core/engines/engine.h"
#include "core/ops/catalog.h"

namespace bypath {

class FakeKernel : public Kernel {
 public:
  std::string_view id() const override { return "fake"; }
  std::string_view op() const override { return "any"; }
  void run(const KernelRun&) const override {}
  size_t workspaceBytes(const OpCall& call, int threads) const override {
    return static_cast<size_t>(threads) * call.inputs.size() * 100;
  }
};

// A fused batch norm goes to a slower kernel, a fused add to none; everything else to one kernel, past
// another.
class FakeEngine : public Engine {
 public:
  std::string name() const override { return "fake"; }
  std::string description() const override { return "fake, 3 threads"; }
  int threads() const override { return 3; }
  KernelChoice choose(const OpType& type, const OpCall& call) const override {
    if (&type == refused) return {.error = "it is refused here"};
    if (!call.attributes.flag("relu")) return {.kernel = &plain, .refused = {{"fast", "stride 2 is not 1"}}};
    if (&type == &batchNormOp()) return {.kernel = &slow};
    if (&type == &addOp()) return {.error = "no fused add"};
    return {.kernel = &plain};
  }
  Result<std::unique_ptr<Session>> open(std::shared_ptr<const Program>, ParameterStore&) override {
    return Error{ErrorKind::data, "A fake engine runs nothing."};
  }
  FakeKernel plain, slow;
  const OpType* refused = nullptr;
};

}  // namespace bypath
