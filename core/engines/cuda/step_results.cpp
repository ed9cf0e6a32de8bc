#include "core/engines/cuda/step_results.h"

namespace bypath {
namespace {

constexpr int64_t smallValue = 4096;

// What is small and nobody in the program needs is there to be read; and so are losses and metrics.
std::vector<bool> readable(const OpGraph& graph) {
  std::vector<bool> wanted(graph.values.size(), false), used(graph.values.size(), false);
  for (const OpNode& node : graph.nodes) {
    for (const ValueId id : node.inputs) used[static_cast<size_t>(id)] = true;
    for (const ValueId id : node.outputs)
      if (id != noValue) wanted[static_cast<size_t>(id)] = true;
  }
  for (size_t v = 0; v < wanted.size(); ++v) wanted[v] = wanted[v] && !used[v];
  for (const LossTerm& loss : graph.losses) wanted[static_cast<size_t>(loss.value)] = true;
  for (const Metric& metric : graph.metrics) wanted[static_cast<size_t>(metric.value)] = true;
  return wanted;
}

}  // namespace

Result<StepResults> StepResults::of(const DeviceQueue& queue, const Program& program,
                                    std::span<const gpu::Array> places) {
  StepResults results;
  std::vector<gpu::CollectedValue> table;
  const std::vector<bool> wanted = readable(program.graph);
  results.where_.resize(wanted.size());
  for (size_t v = 0; v < wanted.size(); ++v) {
    const int64_t count = program.graph.values[v].shape.count();
    if (!wanted[v] || count > smallValue || program.places[v].kind != PlaceKind::arena) continue;
    results.where_[v] = {results.floats_, static_cast<int32_t>(count)};
    table.push_back({places[v], static_cast<int32_t>(count), results.floats_});
    results.floats_ += static_cast<int32_t>(count);
  }
  const uint64_t bytes = static_cast<uint64_t>(results.floats_) * sizeof(float);
  const uint64_t tableBytes = table.size() * sizeof(gpu::CollectedValue);
  Result<DeviceMemory> rows = DeviceMemory::take(queue.device(), tableBytes);
  if (!rows) return rows.error();
  Result<DeviceMemory> collected = DeviceMemory::take(queue.device(), bytes);
  if (!collected) return collected.error();
  Result<DeviceMemory> home = DeviceMemory::take(queue.device(), bytes, DeviceMemory::Kind::pinned);
  if (!home) return home.error();
  queue.upload(rows->data(), table.data(), tableBytes);
  results.table_ = std::move(*rows);
  results.collected_ = std::move(*collected);
  results.home_ = std::move(*home);
  results.entries_ = static_cast<int64_t>(table.size());
  return results;
}

void StepResults::queueCopy(const DeviceQueue& queue) const {
  queue.map(gpu::CollectValues{table_.as<gpu::CollectedValue>(), collected_.as<float>()}, 32 * entries_);
  queue.download(home_.data(), collected_.data(), static_cast<uint64_t>(floats_) * sizeof(float));
}

std::span<const float> StepResults::find(ValueId value) const {
  const Where where = where_[static_cast<size_t>(value)];
  if (where.at < 0) return {};
  return {home_.as<float>() + where.at, static_cast<size_t>(where.count)};
}

}  // namespace bypath
