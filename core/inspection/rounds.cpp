#include "core/inspection/rounds.h"

#include <algorithm>

#include "core/runs/run_store.h"

namespace bypath {

namespace {

constexpr size_t pastKept = 32;  // looks from which the usual size of an update is told

bool same(const Finding& one, const Finding& other) {
  return one.id == other.id && one.path == other.path;
}

}  // namespace

int64_t classesOf(const OpGraph& graph) {
  for (const NamedValue& output : graph.outputs)
    if (output.name == "logits") return graph.shape(output.value).last();
  return 0;
}

Rounds::Rounds(OpGraph graph) : graph_(std::move(graph)), classes_(classesOf(graph_)) {}

void Rounds::epochEnded(EpochValues values) {
  epochs_.push_back(std::move(values));
}

const std::vector<Finding>& Rounds::look(const ProbeRecord& record) {
  if (!record.activities.empty()) activities_ = record.activities;
  past_.push_back(record);
  if (past_.size() > pastKept) past_.erase(past_.begin());
  Patient patient{.graph = graph_,
                  .seen = record,
                  .past = std::move(past_),
                  .epochs = std::move(epochs_),
                  .steps = record.step,
                  .classes = classes_};
  patient.seen.activities = activities_;
  std::vector<Finding> found;
  if (record.step >= begins) found = examine(patient);
  past_ = std::move(patient.past);
  epochs_ = std::move(patient.epochs);

  for (Sign& sign : signs_) {
    const auto now = std::ranges::find_if(found, [&](const Finding& one) { return same(one, sign.finding); });
    sign.in = now == found.end() ? 0 : sign.in + 1;
    sign.out = now == found.end() ? sign.out + 1 : 0;
    if (now != found.end()) sign.finding = *now;
    sign.stands = sign.stands ? sign.out < lasting : sign.in >= lasting;
  }
  std::erase_if(signs_, [](const Sign& sign) { return !sign.stands && sign.in == 0; });
  for (Finding& one : found)
    if (std::ranges::none_of(signs_, [&](const Sign& sign) { return same(one, sign.finding); }))
      signs_.push_back({.finding = one, .in = 1});

  // In the doctor's order; what this look is without stays behind it.
  standing_.clear();
  const auto stands = [&](const Finding& one) {
    return std::ranges::any_of(signs_,
                               [&](const Sign& sign) { return sign.stands && same(sign.finding, one); });
  };
  for (Finding& one : found)
    if (stands(one)) standing_.push_back(std::move(one));
  for (const Sign& sign : signs_)
    if (sign.stands && sign.out > 0) standing_.push_back(sign.finding);
  return standing_;
}

Result<std::vector<Episode>> pastEpisodes(const OpGraph& graph, const std::filesystem::path& run) {
  const Result<RunStore> store = RunStore::open(run);
  if (!store) return store.error();
  const Result<std::vector<RunRow>> rows = store->rows();
  if (!rows) return rows.error();
  const Result<std::vector<ProbeRecord>> looks = store->probes();
  if (!looks) return looks.error();

  Rounds rounds(graph);
  std::vector<Episode> episodes;
  std::vector<size_t> open;
  auto row = rows->begin();
  for (const ProbeRecord& record : *looks) {
    for (; row != rows->end() && row->step <= record.step; ++row)
      if (row->epochEnd) rounds.epochEnded(row->values);
    std::vector<size_t> still;
    for (const Finding& one : rounds.look(record)) {
      const auto known =
          std::ranges::find_if(open, [&](size_t index) { return same(episodes[index].finding, one); });
      still.push_back(known == open.end() ? episodes.size() : *known);
      if (known == open.end()) episodes.push_back({.finding = one, .from = record.step});
      episodes[still.back()].finding = one;
      episodes[still.back()].to = record.step;
    }
    open = std::move(still);
  }
  return episodes;
}

}  // namespace bypath
