// An overview in the corner of the canvas, there only while the network is larger than what one sees of it.
// Press or drag in it to look elsewhere. Nodes are rectangles in their group's colour, painted once for each
// arrangement; the items themselves are not painted again.
#pragma once

#include <QPixmap>
#include <QTransform>
#include <QWidget>

namespace bypath {

class NetworkScene;
class NetworkView;

class Minimap : public QWidget {
  Q_OBJECT
 public:
  Minimap(NetworkView& view, const NetworkScene& scene);

  void setWanted(bool wanted);
  void follow();     // the view moved, zoomed or has another size
  void rearrange();  // nodes or wires are elsewhere
  // In the coordinates of this widget.
  QPointF fromScene(QPointF at) const { return toMap_.map(at); }
  QRectF seen() const;  // the part that the view shows

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;

 private:
  void draw();
  QRectF visibleScene() const;

  NetworkView& view_;
  const NetworkScene& scene_;
  QRectF network_;  // all nodes, scene coordinates
  QTransform toMap_;
  QPixmap picture_;
  bool stale_ = true;
  bool wanted_ = true;
  bool held_ = false;
  QPointF grip_;  // from the pointer to the middle of what is seen
};

}  // namespace bypath
