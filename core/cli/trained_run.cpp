#include "core/cli/trained_run.h"

namespace bypath {

Result<TrainedRun> openTrainedRun(const Cli& cli, const RunArguments& run, DataArguments data) {
  Result<Model> model = run.load();
  if (!model) return model.error();
  data.completeFrom(*model);
  Result<std::shared_ptr<const DataSet>> set = data.open(cli);
  if (!set) return set.error();
  Result<std::unique_ptr<Engine>> engine = run.openEngine(cli);
  if (!engine) return engine.error();
  return TrainedRun{std::move(*model), std::move(*set), std::move(*engine)};
}

}  // namespace bypath
