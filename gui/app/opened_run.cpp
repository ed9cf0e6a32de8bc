#include "gui/app/opened_run.h"

#include "core/training/settings.h"
#include "gui/app/trainer_thread.h"

namespace bypath {

Result<OpenedRun> openRun(const RunOrder& order) {
  Result<Model> model = loadModel(order.folder, *order.layers);
  if (!model) return model.error();
  const Attributes settings = completeSettings(model->settings);
  Result<MadeEngine> made = engineFor(settings);
  if (!made) return made.error();
  const AttributeReader read(trainingSchema(), settings);
  Result<std::shared_ptr<const DataSet>> data = order.shelf->open(read.text("data"), read.text("data_dir"));
  if (!data) return data.error();
  return OpenedRun{std::move(*model), std::move(made->engine), std::move(*data)};
}

}  // namespace bypath
