#include "core/inspection/validation_bench.h"

#include <algorithm>

#include "core/training/evaluation.h"
#include "core/training/settings.h"

namespace bypath {

namespace {

int64_t setting(const Model& model, const char* key) {
  return AttributeReader(trainingSchema(), model.settings).integer(key);
}

}  // namespace

ValidationBench::ValidationBench(const Model& model, const LayerCatalog& layers,
                                 std::shared_ptr<const DataSet> data, int64_t limit)
    : data_(std::move(data)),
      limit_(limit),
      batch_(setting(model, "batch")),
      key_(
          {.seed = static_cast<uint64_t>(setting(model, "seed")), .step = static_cast<uint32_t>(model.step)}),
      checked_(check(model.project.network, layers, {.batch = batch_, .mode = Mode::evaluation})),
      loader_(data_, {.batch = batch_, .normalisation = normalisationFor(checked_.graph)}) {}

Result<void> ValidationBench::ready() const {
  if (!checked_.ok()) return Error{ErrorKind::data, summarise(checked_.diagnostics)};
  if (Result<void> fitting = fits(checked_.graph, *data_); !fitting) return fitting;
  if (data_->test.size() == 0)
    return Error{ErrorKind::data, "There are no test images in " + data_->name + "."};
  return {};
}

int64_t ValidationBench::images() const {
  return limit_ > 0 ? std::min(limit_, data_->test.size()) : data_->test.size();
}

Result<NetworkSession> ValidationBench::open(OpGraph graph, Engine& engine, ParameterStore& store) const {
  return NetworkSession::open(std::move(graph), engine, store, {.batch = batch_});
}

std::optional<NamedNumbers> ValidationBench::measure(NetworkSession& session,
                                                     const std::function<bool(double)>& stopped) const {
  return evaluateSplit(session, loader_, data_->test, {.limit = limit_, .key = key_}, stopped);
}

}  // namespace bypath
