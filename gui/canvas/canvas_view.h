// The canvas: the graph of one container of the open document, drawn, wired and edited; a breadcrumb leads
// out. Holds no state that the document does not, except where one looks (zoom, pan, open container,
// selection).
//
//   auto* canvas = new CanvasWidget(editor);
//   connect(canvas, &CanvasWidget::selectionChanged, panel, [=] { panel->setSelection(canvas->selection());
//   }); editMenu->addActions(canvas->actions());  // every key of the canvas is one of its actions
#pragma once

#include <memory>
#include <QStringList>
#include <QWidget>

#include "core/base/result.h"
#include "core/inspection/finding.h"
#include "core/probes/probe.h"
#include "gui/document/document.h"

namespace bypath {

// The mime type of a layer dragged from the palette; the data is the layer type's id in UTF-8.
inline constexpr char layerMimeType[] = "application/x-bypath-layer";

class CanvasWidget : public QWidget {
  Q_OBJECT
 public:
  explicit CanvasWidget(DocumentEditor& editor, QWidget* parent = nullptr);
  ~CanvasWidget() override;

  // Paths of the selected nodes ("encoder/conv1").
  QStringList selection() const;
  void select(const QString& path);         // opens its container, selects and shows it
  void openContainer(const QString& path);  // "" is the whole network
  QString container() const;
  // Gradient split of the latest frame, drawn on the wires; an empty record takes it away.
  void showFlow(const ProbeRecord& record);
  // What ails its nodes; nothing takes the signs away.
  void showFindings(const std::vector<Finding>& findings);
  // All of the open container as .svg, .pdf or .png (figure_export.h).
  Result<void> exportFigure(const QString& path) const;
  void setMinimapWanted(bool wanted);  // it shows itself where it is of use
  // For tests and screenshots: viewport position of a node's centre or of a port.
  QWidget* viewport() const;
  QPoint nodePosition(const QString& name) const;
  QPoint arcPosition(const QString& name) const;    // of its shortcut
  QPoint badgePosition(const QString& name) const;  // of its repeat count
  QPoint inputPosition(const QString& name, int port) const;
  QPoint outputPosition(const QString& name, int port) const;
  // The scene as text: one line a node and a wire; for tests.
  QString dump() const;

 public Q_SLOTS:
  void zoomToAll();
  void autoLayout();  // an undoable step
  void deleteSelection();
  void makePlainTwin();  // takes the shortcuts out of every residual block, as one step
  // Adds a layer at the middle of the view, wired to the selected node's output where that fits.
  void insertLayer(const QString& layerType);

 Q_SIGNALS:
  void selectionChanged();
  void containerChanged();

 protected:
  void actionEvent(QActionEvent* event) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace bypath
