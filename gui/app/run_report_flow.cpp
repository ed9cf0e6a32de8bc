// The report of a run, out of the list of runs.
#include <QDesktopServices>
#include <QFileDialog>
#include <QUrl>

#include "core/layers/catalog.h"
#include "core/runs/run_index.h"
#include "gui/app/main_window.h"
#include "gui/app/message_bar.h"
#include "gui/app/run_flow.h"
#include "gui/app/run_pictures.h"
#include "gui/report/run_report.h"

namespace bypath {

namespace fs = std::filesystem;

namespace {

constexpr int patience = 1000;  // ms before a person is told that it takes a while

}  // namespace

struct RunFlow::Reported {
  RunRecord record;
  std::shared_ptr<const InspectionFrame> pictures;
};

void RunFlow::askForReport(const fs::path& run) {
  const QString page = tr("Web page (*.html)"), paper = tr("PDF (*.pdf)");
  QString chosen = page;
  const QString name = QString::fromStdString(plainName(run.filename().string()));
  QString file = QFileDialog::getSaveFileName(&window_, tr("Report of this run"),
                                              QDir::home().filePath(name + QStringLiteral(".html")),
                                              page + QStringLiteral(";;") + paper, &chosen);
  if (file.isEmpty()) return;
  if (QFileInfo(file).suffix().isEmpty())
    file += chosen == paper ? QStringLiteral(".pdf") : QStringLiteral(".html");
  writeReportTo(run, file.toStdString());
}

void RunFlow::writeReportTo(const fs::path& run, const fs::path& file) {
  const RunOrder order{run, &layerCatalog(), &shelf_};
  report_.begin<Result<Reported>>(
      [order](const Progress&) -> Result<Reported> {
        Result<RunRecord> record = readRunRecord(order.folder);
        if (!record) return record.error();
        // Without its weights or its images a run still has a history.
        Result<std::shared_ptr<const InspectionFrame>> pictures = picturesOf(order);
        return Reported{std::move(*record), pictures ? std::move(*pictures) : nullptr};
      },
      [this, run, file](const Result<Reported>& found) {
        if (!found) return complain(found.error());
        finishReport(*found, {run, layerCatalog(), found->pictures}, file);
      });
  QTimer::singleShot(patience, this, [this] {
    if (report_.busy())
      window_.messages()->say(MessageKind::info, tr("The report is being written…"), tr("Stop it"), [this] {
        report_.cancel();
        window_.messages()->dismiss();
      });
  });
}

void RunFlow::finishReport(const Reported& found, const ReportSource& source, const fs::path& file) {
  if (const Result<void> written = writeReport(found.record, source, file); !written)
    return complain(written.error());
  const QString path = QString::fromStdString(file.string());
  window_.messages()->say(
      MessageKind::info, tr("The report is in %1.").arg(path), tr("Open it"), [this, path] {
        if (!QDesktopServices::openUrl(QUrl::fromLocalFile(path)))
          window_.messages()->say(MessageKind::warning,
                                  tr("No program could be started to show it. It is in %1.").arg(path));
      });
}

}  // namespace bypath
