#include "core/training/adopted_run.h"

#include "core/network/json_fields.h"
#include "core/runs/run_store.h"
#include "core/training/checkpoint.h"
#include "core/training/run_files.h"
#include "core/training/settings.h"

namespace bypath {

Result<void> adoptRun(const std::filesystem::path& folder, const AdoptedWeights& adopted) {
  if (RunStore::exists(folder))
    return Error{ErrorKind::usage,
                 "There is a run in " + folder.string() + " already; choose another folder."};
  std::error_code problem;
  std::filesystem::create_directories(folder, problem);
  if (problem)
    return Error{ErrorKind::io, "Cannot make the folder " + folder.string() + ": " + problem.message() + "."};
  const Attributes settings = completeSettings(adopted.project.training);
  const Result<void> weights = writeCheckpoint(
      folder / lastCheckpointName, {adopted.project.network, settings, {}}, adopted.weights, nullptr);
  if (!weights) return weights.error();
  Project project = adopted.project;
  project.training = settings;
  if (Result<void> written = writeProject(folder / projectName, project); !written) return written.error();
  Result<RunStore> history = RunStore::create(
      folder, {.network = project.network.name,
               .data = AttributeReader(trainingSchema(), settings).text("data"),
               .settings = toJson(settings).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace),
               .state = "finished",
               .folder = folder});
  if (!history) return history.error();
  return history->setNote(adopted.note);
}

}  // namespace bypath
