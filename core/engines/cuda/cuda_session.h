// One program on a device: its arena, its inputs, and the step as a recorded graph. The first run queues its
// ops one by one, the second is recorded, every further one replays that.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "core/engines/cuda/cuda_update.h"
#include "core/engines/cuda/device_kernel.h"
#include "core/engines/cuda/device_parameters.h"
#include "core/engines/cuda/filter_bank.h"
#include "core/engines/cuda/pinned_ring.h"
#include "core/engines/cuda/recorded.h"
#include "core/engines/cuda/resident_pixels.h"
#include "core/engines/cuda/step_results.h"
#include "core/engines/engine.h"

namespace bypath {

class CudaSession final : public Session {
 public:
  // `pixels` is shared by the sessions of an engine. Errors: resources, and parameters the store lacks.
  static Result<std::unique_ptr<Session>> open(const std::shared_ptr<Device>& device,
                                               std::shared_ptr<ResidentPixels> pixels,
                                               std::shared_ptr<const Program> program, ParameterStore& store,
                                               DeviceMath math);

  void setInput(ValueId input, std::span<const float> values) override;
  bool setPixels(ValueId input, const PixelSource& source, std::span<const PixelPlace> places) override;
  void run(const StepKey& key) override { runStep(key, nullptr); }
  void run(const StepKey& key, ParameterUpdate& update) override {
    runStep(key, &dynamic_cast<CudaUpdate&>(update));
  }
  void wait() const override;
  void read(ValueId value, std::span<float> out) const override;
  double scalar(ValueId value) const override;
  // Steps are waited for one by one then, so that their sum is more than that of a step as it runs otherwise.
  void measureSteps(std::span<double> seconds) override { seconds_ = seconds; }

 private:
  struct ResolvedStep {
    size_t index = 0;
    const DeviceKernel* kernel = nullptr;
    const OpAttributes* attributes = nullptr;
    std::byte* workspace = nullptr;
    std::vector<DeviceTensor> inputs, outputs;
  };
  // A batch that is made on the device: gathered at the beginning of a run.
  struct Gathered {
    ValueId input = noValue;
    const ResidentPixels::Set* set = nullptr;
    DeviceMemory places;
    std::optional<PinnedRing> sent;
    int64_t images = 0;
    bool wanted = false;  // not overwritten by setInput() since
  };

  CudaSession(std::shared_ptr<Device> device, std::shared_ptr<ResidentPixels> pixels,
              std::shared_ptr<const Program> program);
  Result<void> take(ParameterStore& store, DeviceMath math);
  Result<void> resolve(ParameterStore& store, const std::vector<bool>& half, DeviceMath math);
  Result<void> placeValues(const std::vector<bool>& half, DeviceMath math);
  void resolveSteps();
  Result<void> placeParameters(ParameterStore& store);
  void fillSeeds();
  void tune();
  DeviceTensor tensor(ValueId id) const;
  Gathered* gathered(ValueId input);

  void runStep(const StepKey& key, CudaUpdate* update);
  void queueStep(CudaUpdate* update);  // everything from the inputs to the results
  void queueBatches();
  void launch(const ResolvedStep& step);
  void runTimed();

  std::shared_ptr<Device> device_;
  DeviceQueue queue_;
  std::shared_ptr<ResidentPixels> pixels_;
  std::shared_ptr<const Program> program_;
  std::shared_ptr<DeviceParameters> parameters_;
  std::vector<int> stored_;  // by parameter of the program
  DeviceMemory arena_, key_;
  std::optional<PinnedRing> keys_;
  std::vector<gpu::Array> places_;  // by ValueId
  std::vector<ResolvedStep> steps_;
  std::vector<int> gradients_, states_;  // parameters of the store that a run changes
  std::vector<Gathered> gathered_;
  std::map<ValueId, PinnedRing> sent_;  // what setInput() brings
  std::optional<FilterBank> filters_;
  std::optional<StepResults> results_;
  Recorded alone_, updating_;
  bool ranOnce_ = false;
  mutable bool waited_ = true;  // nothing is queued
  std::span<double> seconds_;
};

}  // namespace bypath
