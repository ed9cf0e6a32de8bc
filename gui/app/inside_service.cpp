#include "gui/app/inside_service.h"

#include <QLocale>

#include "core/training/run_files.h"
#include "gui/dashboard/progress_line.h"

namespace bypath {

QString sourceText(const OpenedRun& run, const RunOrder& order) {
  return InsideService::tr("step %1 of %2")
      .arg(QLocale().toString(qlonglong(run.model.step)),
           QString::fromStdString(order.folder.filename().string()));
}

bool everyNetwork(const NetworkSpec&) {
  return true;
}

Result<std::shared_ptr<const OpenedRun>> openKept(const RunOrder& order, KeptRun* kept) {
  std::error_code ignored;
  const auto written = std::filesystem::last_write_time(order.folder / lastCheckpointName, ignored);
  if (kept && kept->run && kept->folder == order.folder && kept->written == written) return kept->run;
  Result<OpenedRun> run = openRun(order);
  if (!run) return run.error();
  auto shared = std::make_shared<const OpenedRun>(std::move(*run));
  if (kept) *kept = {order.folder, written, shared};
  return std::shared_ptr<const OpenedRun>(std::move(shared));
}

InsideService::InsideService(const Desk& desk, InsidePage& page, CheckpointList::Fits fits, QObject* parent)
    : QObject(parent), desk_(desk), page_(page), runs_(desk.trainer, page, std::move(fits)) {
  connect(&page, &InsidePage::runsWanted, &runs_, &CheckpointList::refresh);
  connect(&runs_, &CheckpointList::listed, &page, &InsidePage::setRuns);
  connect(&work_, &BackgroundWork::busyChanged, &page, &InsidePage::setBusy);
  connect(&work_, &BackgroundWork::progress, page.progress(), &ProgressLine::setShare);
  connect(page.progress(), &ProgressLine::cancelled, &work_, &BackgroundWork::cancel);
  connect(&page, &InsidePage::unwanted, &work_, &BackgroundWork::cancel);
}

void InsideService::keepRun() {
  kept_ = std::make_shared<KeptRun>();
}

}  // namespace bypath
