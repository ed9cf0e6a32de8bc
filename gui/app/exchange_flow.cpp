#include "gui/app/exchange_flow.h"

#include <QFileInfo>
#include <QSettings>
#include <QStandardPaths>

#include "core/engines/cpu/cpu_engine.h"
#include "core/network/project_file.h"
#include "core/training/known_facts.h"
#include "core/training/run_files.h"
#include "core/training/settings.h"
#include "gui/app/opened_run.h"
#include "gui/app/train_controller.h"
#include "gui/dashboard/progress_line.h"
#include "gui/exchange/export_dialog.h"

namespace bypath {

namespace {

const QString formatKey = QStringLiteral("export/format"), placeKey = QStringLiteral("export/folder");

// A run whose data set is not on this machine leaves without classes, mean and deviation.
Result<ExportReport> exported(const RunOrder& order, const ExportWish& wish, const Progress& told) {
  const Result<Model> model = loadModel(order.folder, *order.layers);
  if (!model) return model.error();
  const AttributeReader read(trainingSchema(), model->settings);
  const auto data = order.shelf->open(read.text("data"), read.text("data_dir"));
  const ModelFacts facts = factsOf(*model, *order.layers, data ? data->get() : nullptr);
  const std::unique_ptr<Engine> engine = makeCpuEngine({.winograd = WinogradUse::off});
  return exportNetwork({model->project.network, *order.layers, *model->parameters, facts}, *engine,
                       {.format = *wish.format,
                        .file = wish.file.toStdString(),
                        .leaving = wish.leaving,
                        .opset = wish.opset,
                        .overwrite = wish.overwrite},
                       [&told] { return told(0.5); });
}

}  // namespace

ExchangeFlow::ExchangeFlow(const Desk& desk) : QObject(&desk.window), desk_(desk) {}

void ExchangeFlow::make() {
  export_ = new ExportDialog(&desk_.window);
  runs_ = new CheckpointList(
      desk_.trainer, *export_, [](const NetworkSpec&) { return true; }, this);
  const QSettings settings;
  export_->chooseFormat(settings.value(formatKey).toString());
  const QString place = settings.value(placeKey).toString();
  export_->setPlace(
      QFileInfo(place).isDir() ? place : QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation));
  connect(export_, &ExportDialog::runsWanted, runs_, &CheckpointList::refresh);
  connect(runs_, &CheckpointList::listed, export_, &ExportDialog::setRuns);
  connect(export_, &ExportDialog::runChosen, this, &ExchangeFlow::readParts);
  connect(export_, &ExportDialog::exportWanted, this, &ExchangeFlow::exportNow);
  connect(&exporting_, &BackgroundWork::busyChanged, export_, &ExportDialog::setBusy);
  connect(export_->progress(), &ProgressLine::cancelled, &exporting_, &BackgroundWork::cancel);
}

void ExchangeFlow::showExport(const std::filesystem::path& run) {
  if (!export_) make();
  export_->chooseRun(QString::fromStdString(run.string()));
  export_->show();
  export_->raise();
  export_->activateWindow();
}

void ExchangeFlow::readParts(const QString& folder) {
  QStringList parts;
  bool draws = false;
  if (!folder.isEmpty())
    if (const Result<Project> project =
            readProject(std::filesystem::path(folder.toStdString()) / projectName))
      for (const Node& node : project->network.graph.nodes) {
        if (!node.body.empty()) parts << QString::fromStdString(node.name);
        draws = draws || node.type == "gaussian_sample";
      }
  export_->setParts(parts, draws);
}

void ExchangeFlow::exportNow() {
  const ExportWish wish = export_->wish();
  QSettings settings;
  settings.setValue(formatKey, QString::fromStdString(wish.format->id));
  settings.setValue(placeKey, QFileInfo(wish.file).absolutePath());
  const RunOrder order{wish.folder.toStdString(), &desk_.layers, &desk_.shelf};
  exporting_.begin<Result<ExportReport>>(
      [order, wish](const Progress& told) { return exported(order, wish, told); },
      [this](const Result<ExportReport>& report) {
        if (report)
          export_->showDone(*report);
        else
          export_->showError(QString::fromStdString(report.error().message));
      });
}

}  // namespace bypath
