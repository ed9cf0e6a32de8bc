// The optimizer on a device: one launch for all parameters, numbers of the step in device memory, so that a
// recorded step goes on with another rate. Behind every update a whole state is copied off the device while
// the next step runs: when the device fails, training goes on from there.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <vector>

#include "core/engines/cuda/device_parameters.h"
#include "core/engines/cuda/pinned_ring.h"
#include "core/engines/engine.h"

namespace bypath {

class CudaUpdate final : public ParameterUpdate {
 public:
  static Result<std::unique_ptr<ParameterUpdate>> open(const std::shared_ptr<Device>& device,
                                                       ParameterStore& store, const UpdateRule& rule);

  void setRule(const UpdateRule& rule) override;
  void prepare(double rate, int64_t number) override;
  void run() override;
  UpdateOutcome outcome() override;
  void readSlot(int slot, int parameter, std::span<float> out) override;
  void writeSlot(int slot, int parameter, std::span<const float> values) override;
  int64_t recover(std::span<std::vector<std::span<float>>> slots) override;

  // For a session that makes the update in its own graph: inside and behind what it queues.
  void queueUpdate() const;
  void afterRun();
  // Of all that queueUpdate() depends on.
  uint64_t version() const { return version_; }

 private:
  // What changes from step to step, and what comes back.
  struct Block {
    gpu::UpdateNumbers numbers;
    int32_t firstBad = 0;
  };
  struct Table {
    DeviceMemory tensors, chunks;
    int64_t chunkCount = 0;
  };
  // A whole state off the device: values, then slots.
  struct Saved {
    DeviceMemory home;    // pinned
    int64_t number = -1;  // of its update
    bool whole = false;   // it has arrived
  };

  CudaUpdate(std::shared_ptr<Device> device, std::shared_ptr<DeviceParameters> parameters)
      : device_(std::move(device)), queue_(*device_), parameters_(std::move(parameters)) {}
  Result<void> take(const ParameterStore& store, const UpdateRule& rule);
  Result<void> lay(Table& table, const std::vector<int>& parameters);
  float* slot(int slot, int parameter) const;
  void save();
  void saveBegun(int64_t number);

  std::shared_ptr<Device> device_;
  DeviceQueue queue_;
  std::shared_ptr<DeviceParameters> parameters_;
  UpdateRule rule_;
  std::vector<int> trained_, statistics_;  // parameters of the store
  std::vector<int> active_;                // of those trained
  std::vector<int64_t> counts_;            // by parameter
  Table trainedTable_, statisticsTable_;
  DeviceMemory slots_;  // slot by slot, laid out like the values
  DeviceMemory squares_, block_;
  std::optional<PinnedRing> blocks_;  // on their way there
  DeviceMemory blockHome_;            // pinned
  uint64_t version_ = 1;
  int64_t number_ = 0;
  DeviceMemory copied_;  // a state on its way home
  std::array<Saved, 2> saved_;
  int next_ = 0;
};

}  // namespace bypath
