#include "gui/app/inside_service.h"

#include <QLocale>

#include "gui/dashboard/progress_line.h"

namespace bypath {

QString sourceText(const OpenedRun& run, const RunOrder& order) {
  return InsideService::tr("step %1 of %2")
      .arg(QLocale().toString(qlonglong(run.model.step)),
           QString::fromStdString(order.folder.filename().string()));
}

InsideService::InsideService(const Desk& desk, InsidePage& page, CheckpointList::Fits fits, QObject* parent)
    : QObject(parent), desk_(desk), page_(page), runs_(desk.trainer, page, std::move(fits)) {
  connect(&page, &InsidePage::runsWanted, &runs_, &CheckpointList::refresh);
  connect(&runs_, &CheckpointList::listed, &page, &InsidePage::setRuns);
  connect(&work_, &BackgroundWork::busyChanged, &page, &InsidePage::setBusy);
  connect(&work_, &BackgroundWork::progress, page.progress(), &ProgressLine::setShare);
  connect(page.progress(), &ProgressLine::cancelled, &work_, &BackgroundWork::cancel);
}

}  // namespace bypath
