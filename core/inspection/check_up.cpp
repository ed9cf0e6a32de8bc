#include "core/inspection/check_up.h"

#include "core/inspection/rounds.h"
#include "core/runs/run_store.h"
#include "core/training/flow.h"

namespace bypath {

namespace {

Result<void> readHistory(const std::filesystem::path& run, Patient& patient) {
  if (run.empty() || !RunStore::exists(run)) return {};
  const Result<RunStore> store = RunStore::open(run);
  if (!store) return store.error();
  Result<std::vector<RunRow>> rows = store->rows();
  if (!rows) return rows.error();
  for (RunRow& row : *rows)
    if (row.epochEnd) patient.epochs.push_back(std::move(row.values));
  Result<std::vector<ProbeRecord>> past = store->probes();
  if (!past) return past.error();
  patient.past = std::move(*past);
  return {};
}

}  // namespace

Result<CheckUp> checkUp(const Model& model, Engine& engine, const LayerCatalog& layers,
                        const CheckUpRequest& request) {
  Result<GradientFlow> flow = gradientFlow(model, engine, layers, {.data = request.data, .activities = true});
  if (!flow) return flow.error();
  const CheckedNetwork checked = check(model.project.network, layers);
  Patient patient{.graph = checked.graph,
                  .seen = std::move(flow->probes),
                  .inputMean = flow->inputMean,
                  .inputDeviation = flow->inputDeviation};
  patient.steps = model.step;
  patient.classes = classesOf(checked.graph);
  if (Result<void> read = readHistory(request.run, patient); !read) return read.error();
  return CheckUp{.findings = examine(patient),
                 .layers = static_cast<int64_t>(patient.seen.layers.size()),
                 .epochs = static_cast<int64_t>(patient.epochs.size()),
                 .records = static_cast<int64_t>(patient.past.size())};
}

}  // namespace bypath
