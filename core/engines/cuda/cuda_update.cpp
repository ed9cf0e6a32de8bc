#include "core/engines/cuda/cuda_update.h"

#include <algorithm>
#include <climits>
#include <cmath>
#include <cstring>

namespace bypath {

Result<std::unique_ptr<ParameterUpdate>> CudaUpdate::open(const std::shared_ptr<Device>& device,
                                                          ParameterStore& store, const UpdateRule& rule) {
  Result<std::shared_ptr<DeviceParameters>> parameters = DeviceParameters::of(device, store);
  if (!parameters) return parameters.error();
  std::unique_ptr<CudaUpdate> update(new CudaUpdate(device, std::move(*parameters)));
  if (Result<void> taken = update->take(store, rule); !taken) return taken.error();
  return std::unique_ptr<ParameterUpdate>(std::move(update));
}

Result<void> CudaUpdate::take(const ParameterStore& store, const UpdateRule& rule) {
  const uint64_t values = parameters_->valueBlock().bytes();
  const auto take = [&](DeviceMemory& memory, uint64_t bytes, DeviceMemory::Kind kind) -> Result<void> {
    Result<DeviceMemory> taken = DeviceMemory::take(*device_, bytes, kind);
    if (!taken) return taken.error();
    memory = std::move(*taken);
    return {};
  };
  for (int p = 0; p < store.size(); ++p) {
    (store.info(p).trainable() ? trained_ : statistics_).push_back(p);
    counts_.push_back(store.info(p).shape.count());
  }
  using Kind = DeviceMemory::Kind;
  const uint64_t slots = values * static_cast<uint64_t>(rule.slots());
  for (const auto& [memory, bytes, kind] : {std::tuple{&slots_, slots, Kind::device},
                                            {&copied_, values + slots, Kind::device},
                                            {&saved_[0].home, values + slots, Kind::pinned},
                                            {&saved_[1].home, values + slots, Kind::pinned},
                                            {&block_, uint64_t{sizeof(Block)}, Kind::device},
                                            {&blockHome_, uint64_t{sizeof(Block)}, Kind::pinned}})
    if (Result<void> taken = take(*memory, bytes, kind); !taken) return taken;
  Result<PinnedRing> blocks = PinnedRing::of(*device_, sizeof(Block));
  if (!blocks) return blocks.error();
  blocks_ = std::move(*blocks);
  queue_.zero(slots_.data(), slots_.bytes());
  for (const auto& [table, list] : {std::pair{&trainedTable_, &trained_}, {&statisticsTable_, &statistics_}})
    if (Result<void> laid = lay(*table, *list); !laid) return laid;
  if (Result<void> taken =
          take(squares_, static_cast<uint64_t>(trainedTable_.chunkCount) * sizeof(double), Kind::device);
      !taken)
    return taken;
  setRule(rule);
  return {};
}

// The chunks of these parameters; setRule() fills in the tensors.
Result<void> CudaUpdate::lay(Table& table, const std::vector<int>& parameters) {
  std::vector<gpu::UpdateChunk> chunks;
  for (size_t t = 0; t < parameters.size(); ++t) {
    const int64_t count = counts_[static_cast<size_t>(parameters[t])];
    for (int64_t begin = 0; begin < count; begin += gpu::chunkValues)
      chunks.push_back({.tensor = static_cast<int32_t>(t),
                        .count = static_cast<int32_t>(std::min<int64_t>(gpu::chunkValues, count - begin)),
                        .begin = begin});
  }
  table.chunkCount = static_cast<int64_t>(chunks.size());
  Result<DeviceMemory> memory = DeviceMemory::take(*device_, chunks.size() * sizeof(gpu::UpdateChunk));
  if (!memory) return memory.error();
  table.chunks = std::move(*memory);
  queue_.upload(table.chunks.data(), chunks.data(), chunks.size() * sizeof(gpu::UpdateChunk));
  memory = DeviceMemory::take(*device_, parameters.size() * sizeof(gpu::UpdateTensor));
  if (!memory) return memory.error();
  table.tensors = std::move(*memory);
  return {};
}

float* CudaUpdate::slot(int slot, int parameter) const {
  const auto* first = reinterpret_cast<const std::byte*>(parameters_->values(parameter));
  const auto offset = static_cast<uint64_t>(first - parameters_->valueBlock().data());
  return slots_.as<float>(static_cast<uint64_t>(slot) * parameters_->valueBlock().bytes() + offset);
}

void CudaUpdate::setRule(const UpdateRule& rule) {
  queue_.wait();  // a step under way still goes by the rule before
  rule_ = rule;
  ++version_;
  for (const auto& [table, list] :
       {std::pair{&trainedTable_, &trained_}, {&statisticsTable_, &statistics_}}) {
    std::vector<gpu::UpdateTensor> tensors;
    for (const int p : *list) {
      const auto at = static_cast<size_t>(p);
      const bool trained = list == &trained_;
      tensors.push_back({.weight = parameters_->values(p),
                         .gradient = trained ? parameters_->gradients(p) : nullptr,
                         .slot0 = trained ? slot(0, p) : nullptr,
                         .slot1 = trained && rule.slots() > 1 ? slot(1, p) : nullptr,
                         .count = counts_[at],
                         .parameter = p,
                         .decay = rule.decay[at],
                         .active = rule.active[at] ? 1 : 0});
    }
    queue_.upload(table->tensors.data(), tensors.data(), tensors.size() * sizeof(gpu::UpdateTensor));
  }
  active_.clear();
  for (const int p : trained_)
    if (rule.active[static_cast<size_t>(p)]) active_.push_back(p);
  queue_.wait();
}

void CudaUpdate::prepare(double rate, int64_t number) {
  if (saved_[0].number < 0 && saved_[1].number < 0) saveBegun(number - 1);
  number_ = number;
  const auto t = static_cast<double>(number);
  const double decay = rule_.decay.empty() ? 0 : static_cast<double>(*std::ranges::max_element(rule_.decay));
  const Block now{
      .numbers = {.clipNorm = rule_.clipNorm,
                  .rate = static_cast<float>(rate),
                  .momentum = rule_.momentum,
                  .beta1 = rule_.beta1,
                  .beta2 = rule_.beta2,
                  .epsilon = rule_.epsilon,
                  .stepSize = static_cast<float>(rate / (1 - std::pow(static_cast<double>(rule_.beta1), t))),
                  .squareScale =
                      static_cast<float>(1 / std::sqrt(1 - std::pow(static_cast<double>(rule_.beta2), t))),
                  .shrink = static_cast<float>(1 - rate * decay)},
      .firstBad = INT32_MAX};
  blocks_->send(queue_, block_.data(), &now, sizeof now);
}

void CudaUpdate::queueUpdate() const {
  Block* block = block_.as<Block>();
  const gpu::UpdateTable table{trainedTable_.tensors.as<gpu::UpdateTensor>(),
                               trainedTable_.chunks.as<gpu::UpdateChunk>()};
  const int64_t chunks = trainedTable_.chunkCount;
  if (rule_.clipNorm > 0) {
    auto* squares = squares_.as<double>();
    queue_.reduce(gpu::GradientSquares{table, squares, &block->firstBad}, chunks, gpu::chunkFours, 1);
    queue_.reduce(gpu::ClipFactor{squares, &block->firstBad, &block->numbers}, 1, chunks, 1);
  }
  using Kind = UpdateRule::Kind;
  if (rule_.kind == Kind::adam || rule_.kind == Kind::adamw)
    queue_.map(gpu::AdamUpdate{table, &block->numbers, &block->firstBad, rule_.kind == Kind::adamw},
               chunks * gpu::chunkFours);
  else
    queue_.map(gpu::SgdUpdate{table, &block->numbers, &block->firstBad, rule_.kind == Kind::nesterov},
               chunks * gpu::chunkFours);
  queue_.map(gpu::AllFinite{{statisticsTable_.tensors.as<gpu::UpdateTensor>(),
                             statisticsTable_.chunks.as<gpu::UpdateChunk>()},
                            &block->firstBad},
             statisticsTable_.chunkCount * gpu::chunkFours);
  queue_.download(blockHome_.data(), block, sizeof(Block));
}

void CudaUpdate::run() {
  parameters_->bringUp(queue_);
  queueUpdate();
  afterRun();
}

void CudaUpdate::afterRun() {
  parameters_->changes(ParameterMirror::Kind::values, active_);
  save();
}

// The copy of the step before has had this step's time to arrive.
void CudaUpdate::save() {
  queue_.wait(DeviceStream::copies);
  for (Saved& state : saved_) state.whole = state.number >= 0;
  Saved& state = saved_[static_cast<size_t>(next_)];
  next_ = 1 - next_;
  state.whole = false;
  state.number = number_;
  const uint64_t values = parameters_->valueBlock().bytes();
  queue_.copy(copied_.data(), parameters_->valueBlock().data(), values);
  queue_.copy(copied_.data() + values, slots_.data(), slots_.bytes());
  queue_.order(DeviceStream::compute, DeviceStream::copies);
  queue_.download(state.home.data(), copied_.data(), copied_.bytes(), DeviceStream::copies);
}

// Nothing has been computed yet: what the host has is the newest.
void CudaUpdate::saveBegun(int64_t number) {
  parameters_->bringUp(queue_);
  number_ = number;
  save();
  queue_.wait(DeviceStream::copies);
  for (Saved& state : saved_) state.whole = state.number >= 0;
}

UpdateOutcome CudaUpdate::outcome() {
  queue_.wait();
  const Block& block = *blockHome_.as<Block>();
  return {.firstBad = block.firstBad == INT32_MAX ? -1 : block.firstBad,
          .gradientNorm = rule_.clipNorm > 0 ? block.numbers.gradientNorm : 0};
}

void CudaUpdate::readSlot(int slotNumber, int parameter, std::span<float> out) {
  queue_.download(out.data(), slot(slotNumber, parameter), out.size_bytes());
  queue_.wait();
}

void CudaUpdate::writeSlot(int slotNumber, int parameter, std::span<const float> values) {
  queue_.upload(slot(slotNumber, parameter), values.data(), values.size_bytes());
}

int64_t CudaUpdate::recover(std::span<std::vector<std::span<float>>> slots) {
  const Saved* newest = nullptr;
  for (const Saved& state : saved_)
    if (state.whole && (!newest || state.number > newest->number)) newest = &state;
  if (!newest) return -1;
  parameters_->takeHome(newest->home.data());
  const uint64_t values = parameters_->valueBlock().bytes();
  for (size_t s = 0; s < slots.size(); ++s)
    for (const int p : trained_) {
      const auto* there = reinterpret_cast<const std::byte*>(slot(static_cast<int>(s), p));
      const auto offset = values + static_cast<uint64_t>(there - slots_.data());
      const std::span<float> here = slots[s][static_cast<size_t>(p)];
      std::memcpy(here.data(), newest->home.data() + offset, here.size_bytes());
    }
  return newest->number;
}

}  // namespace bypath
