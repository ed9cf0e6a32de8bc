#include "gui/document/document.h"

#include "gui/document/edit_document.h"

namespace bypath {

DocumentEditor::DocumentEditor(const LayerCatalog& layers, QObject* parent)
    : QObject(parent), layers_(layers), document_(std::make_shared<const Project>()) {
  recheck();
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

void DocumentEditor::recheck() {
  checked_ = check(document_->network, layers_);
  std::vector<Diagnostic> ofFile;
  for (const std::string& problem : file_.problems()) ofFile.push_back({Severity::warning, "", problem, {}});
  checked_.diagnostics.insert(checked_.diagnostics.begin(), ofFile.begin(), ofFile.end());
}

void DocumentEditor::set(Document document) {
  document_ = std::move(document);
  recheck();
  ++revision_;
  Q_EMIT changed();
}

void DocumentEditor::start(Project project) {
  file_.forget();
  replace(std::move(project));
}

void DocumentEditor::replace(Project project) {
  undo_.clear();
  document_ = std::make_shared<const Project>(std::move(project));
  recheck();
  ++revision_;
  Q_EMIT replaced();
  Q_EMIT changed();
  Q_EMIT fileChanged();
}

Result<void> DocumentEditor::open(const QString& path) {
  Result<Project> project = file_.read(path);
  if (!project) return project.error();
  replace(std::move(*project));
  return {};
}

Result<void> DocumentEditor::save(const QString& path, bool insist) {
  const std::optional<SaveRefusal> refusal = file_.refusal(path);
  if (refusal && !(insist && refusal->mayInsist))
    return Error{ErrorKind::io, refusal->sentence.toStdString()};
  const bool hadProblems = !file_.problems().empty();
  if (Result<void> written = file_.write(path, *document_); !written) return written;
  undo_.setClean();
  if (hadProblems) {
    recheck();
    Q_EMIT changed();
  }
  Q_EMIT fileChanged();
  return {};
}

}  // namespace bypath
