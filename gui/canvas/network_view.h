// The window onto a NetworkScene: zoom, pan, the mouse and drops. What a gesture means is left to the drags
// and to CanvasEdits; menus and names are asked for by signals.
#pragma once

#include <memory>
#include <QGraphicsView>

#include "gui/canvas/canvas_drag.h"

class QLabel;
class QTimer;

namespace bypath {

class CanvasAnnouncer;
class Minimap;

class NetworkView : public QGraphicsView {
  Q_OBJECT
 public:
  NetworkView(NetworkScene& scene, CanvasEdits& edits, QWidget* parent = nullptr);
  ~NetworkView() override;

  void zoomBy(double factor, QPointF anchor);  // viewport coordinates
  void resetZoom();
  void showRect(const QRectF& scene);  // the whole of it, at most at 100 %
  void showAll();
  void showSelection();
  void lookAt(QPointF scene);                // in the middle
  void selectNode(const std::string& name);  // alone, and in sight
  // One of its face's fixes(); nothing where there is none.
  void applyFix(const std::string& node, int fix);
  NetworkScene& network() const { return scene_; }
  Minimap& minimap() const { return *minimap_; }
  // Near the cursor until it moves on, or for a few seconds.
  void say(const QString& sentence, QPoint at);
  QPointF cursorInScene() const;  // or the middle, when the cursor is elsewhere
  bool dragging() const { return bool(drag_); }
  void cancelDrag();
  void setEmptyText(const QString& text) { emptyText_ = text; }
  const QString& emptyText() const { return emptyText_; }

 Q_SIGNALS:
  void openRequested(const std::string& node);
  void searchRequested(QPointF scene);
  void wireLeftLoose(const Port& port, QPointF scene);
  void menuRequested(const std::string& node, QPoint global);
  void ownBlockDropped(const std::string& name, QPointF corner, const std::optional<Wire>& wire);
  void shortcutRequested(const std::string& node);  // a click on its arc
  void repeatRequested(const std::string& node);    // a click on its badge

 protected:
  void wheelEvent(QWheelEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void contextMenuEvent(QContextMenuEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void keyReleaseEvent(QKeyEvent* event) override;
  void focusOutEvent(QFocusEvent* event) override;
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dragMoveEvent(QDragMoveEvent* event) override;
  void dragLeaveEvent(QDragLeaveEvent* event) override;
  void dropEvent(QDropEvent* event) override;
  void drawForeground(QPainter* painter, const QRectF& rect) override;
  void resizeEvent(QResizeEvent* event) override;
  void scrollContentsBy(int dx, int dy) override;
  bool viewportEvent(QEvent* event) override;

 private:
  void press(QMouseEvent* event, QPointF at);
  void hover(QPointF at);
  void startPan(QPoint at);
  void markSpliceTarget(QPointF at);

  NetworkScene& scene_;
  CanvasEdits& edits_;
  std::unique_ptr<CanvasDrag> drag_;
  std::optional<QPointF> pressed_;  // a press on a node that may become a move
  std::string pressedNode_;
  std::string hovered_;           // the node that shows where the pointer is
  bool narrowOnRelease_ = false;  // a click on one of several selected nodes
  bool panning_ = false;
  bool pinching_ = false;  // two fingers zoom; what they say as a mouse is not heard
  bool fitted_ =
      false;  // everything is in sight, and stays so when the window changes, until a hand moves the view
  bool space_ = false;
  QPoint panFrom_;
  QLabel* hint_;
  QTimer* hintEnds_;
  Minimap* minimap_;
  CanvasAnnouncer* announcer_;
  QString emptyText_;
};

}  // namespace bypath
