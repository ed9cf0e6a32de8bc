#include "gui/document/edit_document.h"

namespace bypath {

EditDocument::EditDocument(DocumentEditor& editor, const QString& title, Document before, Document after,
                           QString mergeKey)
    : QUndoCommand(title),
      editor_(editor),
      before_(std::move(before)),
      after_(std::move(after)),
      mergeKey_(std::move(mergeKey)) {}

bool EditDocument::mergeWith(const QUndoCommand* next) {
  const auto* edit = static_cast<const EditDocument*>(next);
  if (edit->mergeKey_ != mergeKey_) return false;
  after_ = edit->after_;
  setObsolete(*before_ == *after_);
  return true;
}

}  // namespace bypath
