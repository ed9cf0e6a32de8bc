#include "core/engines/cuda/cuda_session.h"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <new>

#include "core/engines/cuda/storage.h"
#include "core/ops/catalog.h"

namespace bypath {

CudaSession::CudaSession(std::shared_ptr<Device> device, std::shared_ptr<ResidentPixels> pixels,
                         std::shared_ptr<const Program> program)
    : device_(std::move(device)),
      queue_(*device_),
      pixels_(std::move(pixels)),
      program_(std::move(program)) {}

Result<std::unique_ptr<Session>> CudaSession::open(const std::shared_ptr<Device>& device,
                                                   std::shared_ptr<ResidentPixels> pixels,
                                                   std::shared_ptr<const Program> program,
                                                   ParameterStore& store, DeviceMath math) {
  std::unique_ptr<CudaSession> session(new CudaSession(device, std::move(pixels), std::move(program)));
  if (Result<void> taken = session->take(store, math); !taken) return taken.error();
  return std::unique_ptr<Session>(std::move(session));
}

Result<void> CudaSession::take(ParameterStore& store, DeviceMath math) {
  Result<DeviceMemory> arena = DeviceMemory::take(*device_, program_->arenaBytes);
  if (!arena) return arena.error();
  arena_ = std::move(*arena);
  Result<DeviceMemory> key = DeviceMemory::take(*device_, sizeof(DeviceStepKey));
  if (!key) return key.error();
  key_ = std::move(*key);
  Result<PinnedRing> keys = PinnedRing::of(*device_, sizeof(DeviceStepKey));
  if (!keys) return keys.error();
  keys_ = std::move(*keys);
  Result<std::shared_ptr<DeviceParameters>> parameters = DeviceParameters::of(device_, store);
  if (!parameters) return parameters.error();
  parameters_ = std::move(*parameters);
  queue_.zero(arena_.data(), arena_.bytes());
  const std::vector<bool> half =
      math == DeviceMath::bf16 ? halfValues(*program_) : std::vector<bool>(program_->places.size(), false);
  if (Result<void> resolved = resolve(store, half, math); !resolved) return resolved;
  Result<StepResults> results = StepResults::of(queue_, *program_, places_);
  if (!results) return results.error();
  results_ = std::move(*results);
  tune();
  // A trial leaves numbers behind that nobody computed.
  queue_.zero(arena_.data(), arena_.bytes());
  fillSeeds();
  queue_.wait();
  return {};
}

Result<void> CudaSession::placeParameters(ParameterStore& store) {
  for (const ParameterInfo& wanted : program_->graph.parameters) {
    const int index = store.find(wanted.name);
    if (index < 0 || !(store.info(index).shape == wanted.shape))
      return Error{ErrorKind::data, "The weights have no parameter \"" + wanted.name + "\" of shape " +
                                        wanted.shape.text() +
                                        "; initialise or load weights of this network."};
    stored_.push_back(index);
  }
  return {};
}

Result<void> CudaSession::resolve(ParameterStore& store, const std::vector<bool>& half, DeviceMath math) {
  if (Result<void> placed = placeParameters(store); !placed) return placed;
  if (Result<void> placed = placeValues(half, math); !placed) return placed;
  resolveSteps();
  return {};
}

Result<void> CudaSession::placeValues(const std::vector<bool>& half, DeviceMath math) {
  const OpGraph& graph = program_->graph;
  for (size_t v = 0; v < graph.values.size(); ++v) {
    const Place& place = program_->places[v];
    const int stored = place.parameter >= 0 ? stored_[static_cast<size_t>(place.parameter)] : -1;
    void* data = place.kind == PlaceKind::unused      ? nullptr
                 : place.kind == PlaceKind::parameter ? parameters_->values(stored)
                 : place.kind == PlaceKind::gradient  ? parameters_->gradients(stored)
                                                      : static_cast<void*>(arena_.data() + place.offset);
    places_.push_back({.data = data, .half = half[v] ? 1 : 0});
    if (place.kind == PlaceKind::gradient) gradients_.push_back(stored);
  }
  Result<FilterBank> filters = FilterBank::of(queue_, *program_, places_, math);
  if (!filters) return filters.error();
  filters_ = std::move(*filters);
  return {};
}

void CudaSession::resolveSteps() {
  const OpGraph& graph = program_->graph;
  for (size_t i = 0; i < program_->steps.size(); ++i) {
    const Step& step = program_->steps[i];
    const OpNode& node = graph.nodes[static_cast<size_t>(step.node)];
    if (node.type->alias) continue;
    assert(step.kernel && "a CUDA program names a kernel for every step");
    ResolvedStep resolved{.index = i,
                          .kernel = static_cast<const DeviceKernel*>(step.kernel),
                          .attributes = &node.attributes,
                          .workspace = arena_.data() + step.workspaceOffset};
    for (const ValueId id : node.inputs) resolved.inputs.push_back(tensor(id));
    for (const ValueId id : node.outputs) {
      resolved.outputs.push_back(tensor(id));
      if (id != noValue && graph.value(id).kind == ValueKind::state)
        states_.push_back(stored_[static_cast<size_t>(graph.value(id).parameter)]);
    }
    if (const gpu::Array filter = filters_->filter(i); filter.there())
      (node.type == &conv2dWeightsOp() ? resolved.outputs[0] : resolved.inputs[1]).filter = filter;
    steps_.push_back(std::move(resolved));
  }
}

DeviceTensor CudaSession::tensor(ValueId id) const {
  if (id == noValue) return {};
  return {places_[static_cast<size_t>(id)], program_->graph.shape(id)};
}

void CudaSession::fillSeeds() {
  for (size_t v = 0; v < program_->graph.values.size(); ++v) {
    const Value& value = program_->graph.values[v];
    if (value.kind == ValueKind::input && value.role == InputRole::seed && places_[v].there())
      setInput(static_cast<ValueId>(v), std::vector<float>(static_cast<size_t>(value.shape.count()), 1.0F));
  }
}

void CudaSession::tune() {
  for (const ResolvedStep& step : steps_)
    step.kernel->tune({.attributes = *step.attributes,
                       .inputs = step.inputs,
                       .outputs = step.outputs,
                       .workspace = step.workspace,
                       .key = key_.as<DeviceStepKey>(),
                       .queue = queue_});
}

CudaSession::Gathered* CudaSession::gathered(ValueId input) {
  const auto found = std::ranges::find(gathered_, input, &Gathered::input);
  return found == gathered_.end() ? nullptr : &*found;
}

void CudaSession::setInput(ValueId input, std::span<const float> values) {
  const gpu::Array to = places_[static_cast<size_t>(input)];
  assert(to.there() && static_cast<int64_t>(values.size()) == program_->graph.shape(input).count());
  if (Gathered* batch = gathered(input); batch && batch->wanted) {
    batch->wanted = false;
    alone_.forget();
    updating_.forget();
  }
  auto ring = sent_.find(input);
  if (ring == sent_.end()) {
    Result<PinnedRing> made = PinnedRing::of(*device_, values.size_bytes());
    if (!made) throw std::bad_alloc();
    ring = sent_.emplace(input, std::move(*made)).first;
  }
  ring->second.send(queue_, to.data, values.data(), values.size_bytes());
  waited_ = false;
}

bool CudaSession::setPixels(ValueId input, const PixelSource& source, std::span<const PixelPlace> places) {
  const Shape shape = program_->graph.shape(input);
  if (shape.count() != source.image.count() * static_cast<int64_t>(places.size())) return false;
  const ResidentPixels::Set* set = pixels_->of(queue_, source);
  if (!set) return false;
  Gathered* batch = gathered(input);
  if (!batch) {
    Result<DeviceMemory> memory = DeviceMemory::take(*device_, places.size_bytes());
    if (!memory) return false;
    Result<PinnedRing> ring = PinnedRing::of(*device_, places.size_bytes());
    if (!ring) return false;
    gathered_.push_back({.input = input, .places = std::move(*memory), .sent = std::move(*ring)});
    batch = &gathered_.back();
  }
  if (batch->set != set || !batch->wanted) {
    alone_.forget();
    updating_.forget();
  }
  batch->set = set;
  batch->images = static_cast<int64_t>(places.size());
  batch->wanted = true;
  batch->sent->send(queue_, batch->places.data(), places.data(), places.size_bytes());
  waited_ = false;
  return true;
}

void CudaSession::runStep(const StepKey& key, CudaUpdate* update) {
  parameters_->bringUp(queue_);
  const DeviceStepKey now{.seed = key.seed, .step = key.step, .firstSample = key.firstSample};
  keys_->send(queue_, key_.data(), &now, sizeof now);
  waited_ = false;
  if (!seconds_.empty()) {
    runTimed();
    if (update) update->queueUpdate();
    results_->queueCopy(queue_);
  } else {
    Recorded& recorded = update ? updating_ : alone_;
    recorded.run(queue_, update ? update->version() : 1, [&] { queueStep(update); });
  }
  parameters_->changes(ParameterMirror::Kind::gradients, gradients_);
  parameters_->changes(ParameterMirror::Kind::values, states_);
  if (update) update->afterRun();
}

void CudaSession::queueBatches() {
  for (const Gathered& batch : gathered_) {
    if (!batch.wanted) continue;
    const Shape& image = batch.set->image;
    queue_.map(gpu::PlacePixels{.pixels = batch.set->pixels.as<uint8_t>(),
                                .levels = batch.set->levels.as<float>(),
                                .places = batch.places.as<PixelPlace>(),
                                .out = places_[static_cast<size_t>(batch.input)],
                                .height = static_cast<int32_t>(image[0]),
                                .width = static_cast<int32_t>(image[1]),
                                .channels = static_cast<int32_t>(image[2])},
               batch.images * image[0] * image[1]);
  }
}

void CudaSession::launch(const ResolvedStep& step) {
  step.kernel->launch({.attributes = *step.attributes,
                       .inputs = step.inputs,
                       .outputs = step.outputs,
                       .workspace = step.workspace,
                       .key = key_.as<DeviceStepKey>(),
                       .queue = queue_});
}

// One step after the other, each waited for.
void CudaSession::runTimed() {
  using Clock = std::chrono::steady_clock;
  queueBatches();
  filters_->queueWeights(queue_);
  queue_.wait();
  for (const ResolvedStep& step : steps_) {
    const Clock::time_point start = Clock::now();
    launch(step);
    queue_.wait();
    seconds_[step.index] += std::chrono::duration<double>(Clock::now() - start).count();
  }
  filters_->queueGradients(queue_);
}

void CudaSession::queueStep(CudaUpdate* update) {
  queueBatches();
  filters_->queueWeights(queue_);
  for (const ResolvedStep& step : steps_) launch(step);
  filters_->queueGradients(queue_);
  if (update) update->queueUpdate();
  results_->queueCopy(queue_);
}

void CudaSession::wait() const {
  if (waited_) return;
  queue_.wait();
  waited_ = true;
}

void CudaSession::read(ValueId value, std::span<float> out) const {
  wait();
  if (const std::span<const float> small = results_->find(value); small.size() == out.size()) {
    std::ranges::copy(small, out.begin());
    return;
  }
  const gpu::Array from = places_[static_cast<size_t>(value)];
  assert(from.there() && static_cast<int64_t>(out.size()) == program_->graph.shape(value).count());
  if (!from.half) {
    queue_.download(out.data(), from.data, out.size_bytes());
    queue_.wait();
    return;
  }
  std::vector<uint16_t> halves(out.size());
  queue_.download(halves.data(), from.data, halves.size() * sizeof(uint16_t));
  queue_.wait();
  std::ranges::transform(halves, out.begin(), gpu::fromBf16);
}

double CudaSession::scalar(ValueId value) const {
  float out = 0;
  read(value, {&out, 1});
  return static_cast<double>(out);
}

}  // namespace bypath
