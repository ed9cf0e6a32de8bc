#include "core/engines/cuda/cuda_engine.h"

#include <cstdlib>

#include "core/base/atomic_file.h"
#include "core/base/bounded_reader.h"
#include "core/base/parallel.h"
#include "core/engines/cuda/convolution_choices.h"
#include "core/engines/cuda/cuda_session.h"
#include "core/engines/cuda/device_plugin.h"

namespace bypath {
namespace {

constexpr uint64_t largestTuning = uint64_t{1} << 20;

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
        kernels_(makeCudaKernels(*device_, options, &choices_)),
        pixels_(std::make_shared<ResidentPixels>()) {
    if (options_.tuningFile.empty()) return;
    const Result<std::string> known = readTextFile(options_.tuningFile, largestTuning);
    if (known) takeTuning(*known);
  }

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
    const std::string before = choices_.text();
    Result<std::unique_ptr<Session>> session =
        CudaSession::open(device_, pixels_, std::move(program), store, options_.math);
    // Trying again is all that a tuning that cannot be kept costs.
    if (!options_.tuningFile.empty() && choices_.text() != before)
      static_cast<void>(writeFileAtomically(options_.tuningFile, tuning()).ok());
    return session;
  }

  std::string tuning() const override { return tuningHead() + choices_.text(); }
  void takeTuning(std::string_view text) override {
    const std::string head = tuningHead();
    if (!text.starts_with(head)) return;
    Result<ConvolutionChoices> choices = ConvolutionChoices::parse(text.substr(head.size()));
    if (choices) choices_ = std::move(*choices);
  }

  Result<std::unique_ptr<ParameterUpdate>> makeUpdate(ParameterStore& store,
                                                      const UpdateRule& rule) override {
    return CudaUpdate::open(device_, store, rule);
  }

 private:
  // What was tried on another device or with other libraries says nothing here.
  std::string tuningHead() const { return "# " + std::string(facts_.name) + ", " + facts_.libraries + "\n"; }

  std::shared_ptr<Device> device_;
  CudaOptions options_;
  DeviceFacts facts_;
  ConvolutionChoices choices_;
  std::unique_ptr<DeviceKernels> kernels_;
  std::shared_ptr<ResidentPixels> pixels_;
};

}  // namespace

std::filesystem::path usualTuningFile() {
  const char* cache = std::getenv("XDG_CACHE_HOME");
  const char* home = std::getenv("HOME");
  std::filesystem::path folder;
  if (cache && *cache)
    folder = std::filesystem::path(cache);
  else if (home && *home)
    folder = std::filesystem::path(home) / ".cache";
  else
    return {};
  std::error_code problem;
  std::filesystem::create_directories(folder / "bypath", problem);
  return problem ? std::filesystem::path() : folder / "bypath" / "cuda-tuning.txt";
}

std::unique_ptr<Engine> makeCudaEngine(std::shared_ptr<Device> device, const CudaOptions& options) {
  return std::make_unique<CudaEngine>(std::move(device), options);
}

Result<std::unique_ptr<Engine>> makeCudaEngine(const CudaOptions& options) {
  Result<std::shared_ptr<Device>> device = cudaDevice();
  if (!device) return device.error();
  if (DeviceLoad load; (*device)->load(&load) == DeviceCode::lost) {
    cudaDeviceIsLost("The GPU failed earlier in this program: " + std::string((*device)->errorText()) + ".");
    return cudaDevice().error();
  }
  const DeviceFacts facts = (*device)->facts();
  if ((options.math == DeviceMath::tf32 && !facts.tf32) || (options.math == DeviceMath::bf16 && !facts.bf16))
    return Error{ErrorKind::usage,
                 std::string(facts.name) + " has no tensor cores for this precision; use " + "float32."};
  return makeCudaEngine(std::move(*device), options);
}

}  // namespace bypath
