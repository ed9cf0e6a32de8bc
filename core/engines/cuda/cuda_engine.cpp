#include "core/engines/cuda/cuda_engine.h"

#include "core/base/parallel.h"
#include "core/engines/cuda/cuda_session.h"
#include "core/engines/cuda/device_plugin.h"

namespace bypath {
namespace {

const char* mathText(DeviceMath math) {
  switch (math) {
    case DeviceMath::tf32:
      return ", products in TF32";
    case DeviceMath::bf16:
      return ", activations in bfloat16";
    case DeviceMath::float32:
      break;
  }
  return "";
}

class CudaEngine final : public Engine {
 public:
  CudaEngine(std::shared_ptr<Device> device, const CudaOptions& options)
      : device_(std::move(device)),
        options_(options),
        facts_(device_->facts()),
        kernels_(makeCudaKernels(*device_, options)),
        pixels_(std::make_shared<ResidentPixels>()) {}

  std::string name() const override { return "cuda"; }
  std::string description() const override {
    return std::string(facts_.name) + ", " + facts_.libraries + mathText(options_.math) +
           (options_.fast ? ", not repeatable" : "");
  }
  int threads() const override { return hardwareThreads(); }
  uint64_t freeBytes() const override {
    DeviceLoad load;
    return device_->load(&load) == DeviceCode::ok ? load.freeBytes : 0;
  }

  bool makesBatches() const override { return true; }

  KernelChoice choose(const OpType& type, const OpCall& call) const override {
    KernelChoice choice;
    for (const auto& kernel : kernels_->list()) {
      if (kernel->op() != type.id) continue;
      Refusal reason = kernel->accepts(call);
      if (reason.empty()) {
        choice.kernel = kernel.get();
        return choice;
      }
      choice.refused.push_back({std::string(kernel->id()), std::move(reason)});
    }
    choice.error = "The CUDA engine has no kernel for " + type.id + ".";
    return choice;
  }

  Result<std::unique_ptr<Session>> open(std::shared_ptr<const Program> program,
                                        ParameterStore& store) override {
    return CudaSession::open(device_, pixels_, std::move(program), store, options_.math);
  }

  Result<std::unique_ptr<ParameterUpdate>> makeUpdate(ParameterStore& store,
                                                      const UpdateRule& rule) override {
    return CudaUpdate::open(device_, store, rule);
  }

 private:
  std::shared_ptr<Device> device_;
  CudaOptions options_;
  DeviceFacts facts_;
  std::unique_ptr<DeviceKernels> kernels_;
  std::shared_ptr<ResidentPixels> pixels_;
};

}  // namespace

std::unique_ptr<Engine> makeCudaEngine(std::shared_ptr<Device> device, const CudaOptions& options) {
  return std::make_unique<CudaEngine>(std::move(device), options);
}

Result<std::unique_ptr<Engine>> makeCudaEngine(const CudaOptions& options) {
  Result<std::shared_ptr<Device>> device = cudaDevice();
  if (!device) return device.error();
  const DeviceFacts facts = (*device)->facts();
  if ((options.math == DeviceMath::tf32 && !facts.tf32) || (options.math == DeviceMath::bf16 && !facts.bf16))
    return Error{ErrorKind::usage,
                 std::string(facts.name) + " has no tensor cores for this precision; use " + "float32."};
  return makeCudaEngine(std::move(*device), options);
}

}  // namespace bypath
