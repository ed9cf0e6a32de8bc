#include "gui/app/opened_run.h"

#include "core/engines/choice/engine_choice.h"
#include "core/training/settings.h"

namespace bypath {

Result<OpenedRun> openRun(const RunOrder& order) {
  Result<Model> model = loadModel(order.folder, *order.layers);
  if (!model) return model.error();
  const Attributes settings = completeSettings(model->settings);
  const AttributeReader read(trainingSchema(), settings);
  const EngineChoice choice = EngineChoice::of(read);
  // A GPU is a run's; what is looked at beside it is not to stand in its way.
  Result<MadeEngine> made =
      choice.name == "cuda" ? MadeEngine{makeSpareEngine(choice), ""} : makeEngine(choice);
  if (!made) return made.error();
  Result<std::shared_ptr<const DataSet>> data = order.shelf->open(read.text("data"), read.text("data_dir"));
  if (!data) return data.error();
  return OpenedRun{std::move(*model), std::move(made->engine), std::move(*data)};
}

}  // namespace bypath
