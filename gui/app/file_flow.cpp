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
  if (question.clickedButton() == keep) return save();
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

bool FileFlow::save() {
  return editor_.filePath().isEmpty() ? saveAs() : store(editor_.filePath());
}

bool FileFlow::store(const QString& path) {
  if (!report(editor_.save(path))) return false;
  rememberFile(path);
  return true;
}

bool FileFlow::saveAs() {
  QString path =
      QFileDialog::getSaveFileName(&window_, tr("Save the network"), proposedPath(QStringLiteral(".bypath")),
                                   tr("Bypath projects (*.bypath)"));
  if (path.isEmpty()) return false;
  if (QFileInfo(path).suffix().isEmpty()) path += QStringLiteral(".bypath");
  return store(path);
}

bool FileFlow::saveWeights(const std::filesystem::path& run) {
  QString path = QFileDialog::getSaveFileName(&window_, tr("Save the trained weights"),
                                              proposedPath(QStringLiteral(".safetensors")),
                                              tr("Safetensors (*.safetensors)"));
  if (path.isEmpty()) return false;
  if (QFileInfo(path).suffix().isEmpty()) path += QStringLiteral(".safetensors");
  if (!report(writeRunWeights(run, editor_.layers(), path.toStdString()))) return false;
  Q_EMIT done(tr("The weights are in %1.").arg(path));
  return true;
}

}  // namespace bypath
