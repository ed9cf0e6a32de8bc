// What a person edits: network, layout and training settings as one immutable value behind a shared pointer.
// Every edit makes a new value; undo keeps the old one. Weights are not part of it.
//
//   editor.apply(tr("Add convolution"), [&](Project& p) { addLayer(p.network, ...); });
//   connect(&editor, &DocumentEditor::changed, view, &NetworkView::reconcile);
#pragma once

#include <functional>
#include <memory>
#include <QObject>
#include <QString>
#include <QUndoStack>

#include "core/network/check.h"
#include "core/network/project_file.h"
#include "gui/document/project_on_disk.h"

namespace bypath {

using Document = std::shared_ptr<const Project>;

// The open document, its undo stack, its file, and what check() says about it (kept current: recomputed on
// every change, before changed() is emitted; what could not be read from the file stands first, as warnings).
// Handed the layer catalog; knows no screen.
class DocumentEditor : public QObject {
  Q_OBJECT
 public:
  explicit DocumentEditor(const LayerCatalog& layers, QObject* parent = nullptr);
  ~DocumentEditor() override;

  const Project& project() const { return *document_; }
  Document document() const { return document_; }
  const CheckedNetwork& checked() const { return checked_; }
  const LayerCatalog& layers() const { return layers_; }
  int revision() const { return revision_; }  // grows with every change, undo and redo included

  // One undoable step. Edits with the same non-empty mergeKey in a row become one step. An edit that changes
  // nothing leaves no step.
  void apply(const QString& title, const std::function<void(Project&)>& edit, const QString& mergeKey = {});
  QUndoStack& undoStack() { return undo_; }

  // File. An untitled document has an empty path. A file that cannot be read whole opens as far as it can.
  const QString& filePath() const { return file_.path(); }
  const ProjectOnDisk& file() const { return file_; }
  bool isModified() const { return !undo_.isClean(); }
  Result<void> open(const QString& path);
  // Refused where file().refusal() has something against it, unless the person insists and may.
  Result<void> save(const QString& path, bool insist = false);
  // Replaces the document by a new, untitled one (a template, an empty network); clears the undo stack.
  void start(Project project);

  // Used by the undo command only.
  void set(Document document);

 Q_SIGNALS:
  void changed();      // the document is another value
  void fileChanged();  // path or clean state
  void replaced();     // another document altogether: views go home

 private:
  void replace(Project project);
  void recheck();

  const LayerCatalog& layers_;
  Document document_;
  CheckedNetwork checked_;
  QUndoStack undo_;
  ProjectOnDisk file_;
  int revision_ = 0;
};

}  // namespace bypath
