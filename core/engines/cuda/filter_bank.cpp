#include "core/engines/cuda/filter_bank.h"

#include <map>

#include "core/ops/catalog.h"

namespace bypath {
namespace {

constexpr uint64_t alignment = 256;

std::vector<int> readersOf(const OpGraph& graph) {
  std::vector<int> readers(graph.values.size(), 0);
  for (const OpNode& node : graph.nodes)
    for (const ValueId id : node.inputs) ++readers[static_cast<size_t>(id)];
  return readers;
}

}  // namespace

Result<FilterBank> FilterBank::of(const DeviceQueue& queue, const Program& program,
                                  std::span<const gpu::Array> places, DeviceMath math) {
  FilterBank bank;
  bank.filters_.resize(program.steps.size());
  const OpGraph& graph = program.graph;
  const std::vector<int> readers = readersOf(graph);
  std::vector<Wanted> weights, gradients;
  const auto isHalf = [&](ValueId id) { return places[static_cast<size_t>(id)].half != 0; };
  for (size_t i = 0; i < program.steps.size(); ++i) {
    const OpNode& node = graph.nodes[static_cast<size_t>(program.steps[i].node)];
    if (!program.steps[i].kernel || program.steps[i].kernel->id() != "cudnn" || node.outputs[0] == noValue)
      continue;
    const auto kind = [&](ValueId id) { return program.places[static_cast<size_t>(id)].kind; };
    const bool gradient = node.type == &conv2dWeightsOp();
    // The two images decide what is multiplied (convolution_plan.h).
    const ValueId other = gradient ? node.inputs[1] : node.outputs[0];
    const bool half = math == DeviceMath::bf16 && isHalf(node.inputs[0]) && isHalf(other);
    if (gradient && kind(node.outputs[0]) == PlaceKind::gradient &&
        readers[static_cast<size_t>(node.outputs[0])] == 0)
      gradients.push_back({i, node.outputs[0], half});
    if (!gradient && kind(node.inputs[1]) == PlaceKind::parameter)
      weights.push_back({i, node.inputs[1], half});
  }
  if (Result<void> laid = bank.lay(bank.weights_, queue, graph, places, weights); !laid) return laid.error();
  if (Result<void> laid = bank.lay(bank.gradients_, queue, graph, places, gradients); !laid)
    return laid.error();
  return bank;
}

Result<void> FilterBank::lay(Side& side, const DeviceQueue& queue, const OpGraph& graph,
                             std::span<const gpu::Array> places, const std::vector<Wanted>& wanted) {
  std::map<std::pair<ValueId, bool>, size_t> known;  // its entry
  std::vector<gpu::FilterEntry> entries;
  std::vector<uint64_t> offsets;
  uint64_t bytes = 0;
  for (const Wanted& one : wanted) {
    const auto [place, isNew] = known.emplace(std::pair(one.weights, one.half), entries.size());
    if (!isNew) continue;
    const Shape& shape = graph.shape(one.weights);
    const gpu::FilterLayout layout{.taps = static_cast<int32_t>(shape[0] * shape[1]),
                                   .c = static_cast<int32_t>(shape[2]),
                                   .k = static_cast<int32_t>(shape[3])};
    entries.push_back({.weights = places[static_cast<size_t>(one.weights)],
                       .filter = {.data = nullptr, .half = one.half ? 1 : 0},
                       .layout = layout,
                       .first = side.tiles});
    side.tiles += layout.tiles();
    offsets.push_back(bytes);
    const uint64_t size = static_cast<uint64_t>(layout.count()) * (one.half ? 2 : 4);
    bytes += (size + alignment - 1) / alignment * alignment;
  }
  side.entries = static_cast<int32_t>(entries.size());
  if (entries.empty()) return {};
  Result<DeviceMemory> filters = DeviceMemory::take(queue.device(), bytes);
  if (!filters) return filters.error();
  side.filters = std::move(*filters);
  for (size_t e = 0; e < entries.size(); ++e) entries[e].filter.data = side.filters.data() + offsets[e];
  const uint64_t tableBytes = entries.size() * sizeof(gpu::FilterEntry);
  Result<DeviceMemory> table = DeviceMemory::take(queue.device(), tableBytes);
  if (!table) return table.error();
  side.table = std::move(*table);
  queue.upload(side.table.data(), entries.data(), tableBytes);
  for (const Wanted& one : wanted) filters_[one.step] = entries[known.at({one.weights, one.half})].filter;
  return {};
}

void FilterBank::queueWeights(const DeviceQueue& queue) const {
  queue.map(gpu::FiltersToDevice{weights_.table.as<gpu::FilterEntry>(), weights_.entries}, weights_.tiles);
}

void FilterBank::queueGradients(const DeviceQueue& queue) const {
  queue.map(gpu::FiltersFromDevice{gradients_.table.as<gpu::FilterEntry>(), gradients_.entries},
            gradients_.tiles);
}

}  // namespace bypath
