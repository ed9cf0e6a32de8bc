#include "gui/app/exchange_flow.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QProgressDialog>
#include <QSettings>
#include <QStandardPaths>

#include "core/engines/cpu/cpu_engine.h"
#include "core/exchange/import_model.h"
#include "core/network/project_file.h"
#include "core/runs/run_store.h"
#include "core/training/adopted_run.h"
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

// A model that came in, as the run it became.
struct Arrival {
  std::filesystem::path run;
  QString sentence;
};

QString sentenceOf(const BroughtIn& model, const std::filesystem::path& file) {
  QString sentence = ExchangeFlow::tr("%1 came in as a run; what is on the canvas is a copy of its network.")
                         .arg(QString::fromStdString(file.filename().string()));
  if (model.compared)
    sentence += ExchangeFlow::tr(" Largest difference from what the file says: %1.")
                    .arg(QString::number(model.comparison.largest, 'e', 1));
  for (const std::string& note : model.notes) sentence += QLatin1Char(' ') + QString::fromStdString(note);
  return sentence;
}

Result<Arrival> arrived(const std::filesystem::path& file, const LayerCatalog& layers, const Project& open,
                        const Progress& told) {
  const std::unique_ptr<Engine> engine = makeCpuEngine({.winograd = WinogradUse::off});
  const bool bare = file.extension() == ".safetensors";
  Result<BroughtIn> model = importModel(file, layers, *engine, bare ? &open.network : nullptr);
  if (!model) return model.error();
  if (!told(0.9)) return Error{ErrorKind::interrupted, "The import was cancelled."};
  if (model->network.name.empty() || !bare) model->network.name = file.stem().string();
  const Result<std::filesystem::path> folder = newRunFolder(model->network.name);
  if (!folder) return folder.error();
  const Project project{.network = model->network, .training = bare ? open.training : Attributes{}};
  const Result<void> adopted = adoptRun(
      *folder,
      {.project = project, .weights = model->weights, .note = "Imported from " + file.filename().string()});
  if (!adopted) return adopted.error();
  return Arrival{*folder, sentenceOf(*model, file)};
}

}  // namespace

ExchangeFlow::ExchangeFlow(const Desk& desk) : QObject(&desk.window), desk_(desk) {}

void ExchangeFlow::make() {
  export_ = new ExportDialog(&desk_.window);
  runs_ = new CheckpointList(
      desk_.trainer, *export_, [](const NetworkSpec&) { return true; }, this);
  const QSettings settings;
  export_->chooseFormat(settings.value(formatKey).toString());
  for (const QString& place :
       {settings.value(placeKey).toString(),
        QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation), QDir::homePath()})
    if (!place.isEmpty() && QFileInfo(place).isDir()) {
      export_->setPlace(place);
      break;
    }
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
  const RunOrder order{wish.folder.toStdString(), &desk_.editor.layers(), &desk_.shelf};
  exporting_.begin<Result<ExportReport>>(
      [order, wish](const Progress& told) { return exported(order, wish, told); },
      [this](const Result<ExportReport>& report) {
        if (report)
          export_->showDone(*report);
        else
          export_->showError(QString::fromStdString(report.error().message));
      });
}

void ExchangeFlow::askForModel() {
  const QString place = QSettings().value(placeKey).toString();
  const QString file = QFileDialog::getOpenFileName(&desk_.window, tr("Import a model"), place,
                                                    tr("Models (*.onnx *.safetensors);;All files (*)"));
  if (!file.isEmpty()) importFile(file);
}

void ExchangeFlow::importFile(const QString& file) {
  QSettings().setValue(placeKey, QFileInfo(file).absolutePath());
  constexpr int patience = 600;  // ms
  auto* waiting = new QProgressDialog(tr("Reading %1 and comparing it").arg(QFileInfo(file).fileName()),
                                      tr("Cancel"), 0, 0, &desk_.window);
  waiting->setWindowTitle(tr("Import a model"));
  waiting->setMinimumDuration(patience);
  waiting->setWindowModality(Qt::WindowModal);
  waiting->setAttribute(Qt::WA_DeleteOnClose);
  waiting->setValue(0);
  delete waiting_;
  waiting_ = waiting;
  connect(waiting, &QProgressDialog::canceled, &importing_, &BackgroundWork::cancel);
  importing_.begin<Result<Arrival>>(
      [path = std::filesystem::path(file.toStdString()), layers = &desk_.editor.layers(),
       open = desk_.editor.project()](const Progress& told) { return arrived(path, *layers, open, told); },
      [this](const Result<Arrival>& arrival) {
        delete waiting_;
        if (arrival)
          Q_EMIT imported(QString::fromStdString(arrival->run.string()), arrival->sentence);
        else
          Q_EMIT failed(QString::fromStdString(arrival.error().message));
      });
}

}  // namespace bypath
