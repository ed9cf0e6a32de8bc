// The properties of what is selected: a form generated from the layer's schema, its facts and its
// diagnostics; with nothing selected, the whole network's totals and every diagnostic.
//
//   auto* panel = new PropertyPanel(editor);
//   connect(canvas, &CanvasWidget::selectionChanged, panel, [=] { panel->setSelection(canvas->selection());
//   }); connect(panel, &PropertyPanel::jumpRequested, canvas, &CanvasWidget::select);
#pragma once

#include <memory>
#include <QStringList>
#include <QWidget>

#include "gui/document/document.h"

namespace bypath {

class PropertyPanel : public QWidget {
  Q_OBJECT
 public:
  explicit PropertyPanel(DocumentEditor& editor, QWidget* parent = nullptr);
  ~PropertyPanel() override;

 public Q_SLOTS:
  void setSelection(const QStringList& paths);

 Q_SIGNALS:
  // Show this node: a diagnostic was clicked, or the selected node got another name.
  void jumpRequested(const QString& path);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace bypath
