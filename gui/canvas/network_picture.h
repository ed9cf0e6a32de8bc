// A network to look at: drawn as on the canvas, with the gradient on its wires, but not to be edited. The
// wheel zooms at the pointer, a drag pans, a double-click shows all of it again; until then it keeps fitting
// its window.
//
//   picture->setProject(run.project);
//   picture->showFlow(record);
#pragma once

#include <QGraphicsView>

#include "core/probes/probe.h"
#include "gui/canvas/network_scene.h"

namespace bypath {

class NetworkPicture : public QGraphicsView {
  Q_OBJECT
 public:
  explicit NetworkPicture(const LayerCatalog& layers, QWidget* parent = nullptr);
  ~NetworkPicture() override;

  void setProject(const Project& project);
  void showFlow(const ProbeRecord& record);
  const NetworkScene& network() const { return scene_; }

 protected:
  void wheelEvent(QWheelEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  void fit();
  void zoomBy(double factor);

  DocumentEditor editor_;
  NetworkScene scene_;
  bool fitted_ = true;
};

}  // namespace bypath
