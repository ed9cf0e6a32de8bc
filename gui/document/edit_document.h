// The one undo command: the document before and after. Holds values only, no view and no item.
#pragma once

#include <QUndoCommand>

#include "gui/document/document.h"

namespace bypath {

class EditDocument : public QUndoCommand {
 public:
  EditDocument(DocumentEditor& editor, const QString& title, Document before, Document after,
               QString mergeKey);

  void undo() override { editor_.set(before_); }
  void redo() override { editor_.set(after_); }
  // Commands with a merge key share one id; QUndoStack then asks mergeWith().
  int id() const override { return mergeKey_.isEmpty() ? -1 : 1; }
  bool mergeWith(const QUndoCommand* next) override;

 private:
  DocumentEditor& editor_;
  Document before_;
  Document after_;
  QString mergeKey_;
};

}  // namespace bypath
