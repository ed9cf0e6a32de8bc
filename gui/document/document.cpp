#include "gui/document/document.h"

#include <QFile>

#include "gui/document/edit_document.h"

namespace bypath {

DocumentEditor::DocumentEditor(const LayerCatalog& layers, QObject* parent)
    : QObject(parent), layers_(layers), document_(std::make_shared<const Project>()) {
  checked_ = check(document_->network, layers_);
  connect(&undo_, &QUndoStack::cleanChanged, this, &DocumentEditor::fileChanged);
}

// The stack says "clean" once more as it goes; nobody is left to hear it.
DocumentEditor::~DocumentEditor() {
  undo_.disconnect(this);
}

void DocumentEditor::apply(const QString& title, const std::function<void(Project&)>& edit,
                           const QString& mergeKey) {
  auto after = std::make_shared<Project>(*document_);
  edit(*after);
  if (*after == *document_) return;
  undo_.push(new EditDocument(*this, title, document_, std::move(after), mergeKey));
}

void DocumentEditor::set(Document document) {
  document_ = std::move(document);
  checked_ = check(document_->network, layers_);
  ++revision_;
  Q_EMIT changed();
}

void DocumentEditor::start(Project project) {
  path_.clear();
  replace(std::move(project));
}

void DocumentEditor::replace(Project project) {
  undo_.clear();
  document_ = std::make_shared<const Project>(std::move(project));
  checked_ = check(document_->network, layers_);
  ++revision_;
  Q_EMIT replaced();
  Q_EMIT changed();
  Q_EMIT fileChanged();
}

Result<void> DocumentEditor::open(const QString& path) {
  Result<Project> project = readProject(QFile::encodeName(path).toStdString());
  if (!project) return project.error();
  path_ = path;
  replace(std::move(*project));
  return {};
}

Result<void> DocumentEditor::save(const QString& path) {
  if (Result<void> written = writeProject(QFile::encodeName(path).toStdString(), *document_); !written)
    return written;
  path_ = path;
  undo_.setClean();
  Q_EMIT fileChanged();
  return {};
}

}  // namespace bypath
