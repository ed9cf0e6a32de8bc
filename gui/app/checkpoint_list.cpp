#include "gui/app/checkpoint_list.h"

#include <algorithm>
#include <QWidget>

#include "core/network/project_file.h"
#include "core/runs/run_store.h"
#include "core/training/run_files.h"
#include "gui/app/train_controller.h"

namespace bypath {

namespace {

constexpr size_t mostRuns = 50;

bool hasCheckpoint(const std::filesystem::path& folder) {
  std::error_code ignored;
  return !folder.empty() && std::filesystem::exists(folder / lastCheckpointName, ignored);
}

std::vector<CheckpointRun> readableRuns(const std::filesystem::path& current,
                                        const CheckpointList::Fits& fits, const Progress& told) {
  std::vector<CheckpointRun> runs;
  const auto add = [&](const std::filesystem::path& folder, const QString& title) {
    const QString path = QString::fromStdString(folder.string());
    const bool known =
        std::ranges::any_of(runs, [&](const CheckpointRun& run) { return run.folder == path; });
    if (known || !hasCheckpoint(folder)) return;
    const Result<Project> project = readProject(folder / projectName);
    if (project && fits(project->network)) runs.push_back({path, title});
  };
  add(current, CheckpointList::tr("%1, this run").arg(QString::fromStdString(current.filename().string())));
  const Result<std::vector<RunHeader>> known = listRuns();
  if (!known) return runs;
  for (const RunHeader& run : *known) {
    if (runs.size() >= mostRuns || !told(0)) break;
    add(run.folder, QString::fromStdString(run.name.empty() ? run.id : run.name));
  }
  return runs;
}

}  // namespace

CheckpointList::CheckpointList(TrainController& trainer, QWidget& page, Fits fits, QObject* parent)
    : QObject(parent), trainer_(trainer), page_(page), fits_(std::move(fits)) {
  constexpr int often = 3000;
  waiting_.setInterval(often);
  connect(&trainer_, &TrainController::started, &waiting_, qOverload<>(&QTimer::start));
  connect(&waiting_, &QTimer::timeout, this, &CheckpointList::awaitCheckpoint);
}

void CheckpointList::refresh() {
  listing_.begin<std::vector<CheckpointRun>>(
      [folder = trainer_.folder(), fits = fits_](const Progress& told) {
        return readableRuns(folder, fits, told);
      },
      [this](const std::vector<CheckpointRun>& runs) { Q_EMIT listed(runs); });
}

// A run is not to be read before its first checkpoint, and then its page may already be in sight.
void CheckpointList::awaitCheckpoint() {
  if (!hasCheckpoint(trainer_.folder()) && trainer_.active()) return;
  waiting_.stop();
  if (page_.isVisible()) refresh();
}

}  // namespace bypath
