#include "gui/app/file_flow.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QMessageBox>
#include <QPushButton>
#include <QStandardPaths>

#include "core/templates/catalog.h"
#include "core/tensor/safetensors.h"
#include "core/training/model.h"
#include "gui/app/preferences.h"

namespace bypath {

Result<void> writeRunWeights(const std::filesystem::path& run, const LayerCatalog& layers,
                             const std::filesystem::path& target) {
  const Result<Model> model = loadModel(run, layers);
  if (!model) return model.error();
  SafetensorsFile file;
  file.metadata["format"] = "bypath-weights";
  file.metadata["network"] = model->project.network.name;
  file.metadata["step"] = std::to_string(model->step);
  const ParameterStore& store = *model->parameters;
  for (int i = 0; i < store.size(); ++i) {
    const ParameterInfo& info = store.info(i);
    file.tensors[info.name] = StoredTensor::fromFloats(info.shape.sizes(), store.values(i).data());
  }
  return writeSafetensors(target, file);
}

FileFlow::FileFlow(DocumentEditor& editor, QWidget& window)
    : QObject(&window), editor_(editor), window_(window) {}

bool FileFlow::report(const Result<void>& result) {
  if (!result) Q_EMIT failed(QString::fromStdString(result.error().message));
  return result.ok();
}

bool FileFlow::mayLeave() {
  if (!editor_.isModified()) return true;
  QMessageBox question(&window_);
  question.setIcon(QMessageBox::NoIcon);
  question.setWindowTitle(tr("Unsaved changes"));
  const QString name = QString::fromStdString(editor_.project().network.name);
  question.setText(tr("“%1” has changes that are not saved.").arg(name.isEmpty() ? tr("Untitled") : name));
  QPushButton* keep = question.addButton(tr("Save"), QMessageBox::AcceptRole);
  QPushButton* lose = question.addButton(tr("Leave without saving"), QMessageBox::DestructiveRole);
  question.addButton(tr("Stay"), QMessageBox::RejectRole);
  question.setDefaultButton(keep);
  question.exec();
  if (question.clickedButton() == keep) return editor_.file().refusal(editor_.filePath()) ? saveAs() : save();
  return question.clickedButton() == lose;
}

QString FileFlow::proposedPath(const QString& ending) const {
  if (!editor_.filePath().isEmpty()) {
    const QFileInfo file(editor_.filePath());
    return file.dir().filePath(file.completeBaseName() + ending);
  }
  QString name = QString::fromStdString(editor_.project().network.name);
  if (name.isEmpty()) name = QStringLiteral("network");
  return QDir(QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation)).filePath(name + ending);
}

bool FileFlow::openDialog() {
  if (!mayLeave()) return false;
  const QString path = QFileDialog::getOpenFileName(&window_, tr("Open a network"), proposedPath(QString()),
                                                    tr("Bypath projects (*.bypath);;All files (*)"));
  return !path.isEmpty() && load(path);
}

bool FileFlow::open(const QString& path) {
  return mayLeave() && load(path);
}

bool FileFlow::load(const QString& path) {
  if (!report(editor_.open(path))) return false;
  rememberFile(path);
  Q_EMIT opened();
  return true;
}

bool FileFlow::startEmpty() {
  if (!mayLeave()) return false;
  Project project;
  project.network.name = tr("untitled").toStdString();
  editor_.start(std::move(project));
  Q_EMIT opened();
  return true;
}

bool FileFlow::startTemplate(const QString& id, const Attributes& parameters) {
  if (!mayLeave()) return false;
  Result<NetworkSpec> network = buildTemplate(id.toStdString(), parameters);
  if (!network) return report(network.error());
  editor_.start(
      {.network = std::move(*network), .layout = {}, .training = findTemplate(id.toStdString())->training});
  Q_EMIT opened();
  return true;
}

bool FileFlow::startCopy(const Project& project) {
  if (!mayLeave()) return false;
  editor_.start(project);
  Q_EMIT opened();
  return true;
}

bool FileFlow::startRecovered(const Project& project) {
  if (!mayLeave()) return false;
  Project before;
  before.network.name = project.network.name;
  editor_.start(std::move(before));
  editor_.apply(tr("Recover unsaved changes"), [&](Project& p) { p = project; });
  Q_EMIT opened();
  return true;
}

bool FileFlow::save() {
  const QString& path = editor_.filePath();
  if (path.isEmpty()) return saveAs();
  const std::optional<SaveRefusal> refusal = editor_.file().refusal(path);
  if (!refusal) return store(path);
  Q_EMIT saveRefused(refusal->sentence, refusal->mayInsist);
  return false;
}

bool FileFlow::saveOver() {
  return store(QString(editor_.filePath()), true);
}

bool FileFlow::store(const QString& path, bool insist) {
  if (!report(editor_.save(path, insist))) return false;
  rememberFile(path);
  return true;
}

bool FileFlow::saveAs() {
  const QString path =
      askTarget(tr("Save the network"), tr("Bypath projects (*.bypath)"), QStringLiteral("bypath"));
  return !path.isEmpty() && store(path, true);  // the dialog has asked about a file that is there
}

bool FileFlow::saveWeights(const std::filesystem::path& run) {
  const QString path = askTarget(tr("Save the trained weights"), tr("Safetensors (*.safetensors)"),
                                 QStringLiteral("safetensors"));
  if (path.isEmpty()) return false;
  if (!report(writeRunWeights(run, editor_.layers(), path.toStdString()))) return false;
  Q_EMIT done(tr("The weights are in %1.").arg(path));
  return true;
}

// With the ending set here, not added afterwards, the dialog asks about the very file that is written.
QString FileFlow::askTarget(const QString& title, const QString& filter, const QString& ending) {
  QFileDialog dialog(&window_, title, proposedPath(QLatin1Char('.') + ending), filter);
  dialog.setAcceptMode(QFileDialog::AcceptSave);
  dialog.setFileMode(QFileDialog::AnyFile);
  dialog.setDefaultSuffix(ending);
  if (dialog.exec() != QDialog::Accepted) return {};
  return dialog.selectedFiles().value(0);
}

}  // namespace bypath
