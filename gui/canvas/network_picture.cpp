#include "gui/canvas/network_picture.h"

#include <algorithm>
#include <cmath>
#include <QKeyEvent>
#include <QWheelEvent>

#include "gui/theme/theme.h"

namespace bypath {

namespace {

constexpr double smallest = 0.05, largest = 3, keyStep = 1.25;
constexpr double notch = 120, zoomOfNotch = 1.15;
constexpr double around = 24;  // scene units

}  // namespace

NetworkPicture::NetworkPicture(const LayerCatalog& layers, QWidget* parent)
    : QGraphicsView(parent), editor_(layers), scene_(editor_) {
  setScene(&scene_);
  setFrameShape(QFrame::NoFrame);
  setDragMode(ScrollHandDrag);
  setInteractive(false);
  setTransformationAnchor(AnchorUnderMouse);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setFocusPolicy(Qt::StrongFocus);
  setMinimumSize(120, 100);
  connect(&themeWatcher(), &ThemeWatcher::changed, this, [this] { scene_.reconcile(); });
}

NetworkPicture::~NetworkPicture() {
  setScene(nullptr);  // which goes before this
}

void NetworkPicture::setProject(const Project& project) {
  if (editor_.project().network == project.network) return;
  editor_.start(project);
  scene_.open({});
  fitted_ = true;
  fit();
}

void NetworkPicture::showFlow(const ProbeRecord& record) {
  scene_.showFlow(record);
  if (fitted_) fit();  // norms stand beside the cards
}

void NetworkPicture::fit() {
  QRectF ink;
  for (const NodeItem* item : scene_.nodes()) ink |= item->sceneBoundingRect();
  if (ink.isEmpty()) return;
  ink.adjust(-around, -around, around, around);
  const double fitting = std::min(viewport()->width() / ink.width(), viewport()->height() / ink.height());
  resetTransform();
  const double zoom = std::clamp(fitting, smallest, 1.0);
  scale(zoom, zoom);
  centerOn(ink.center());
}

void NetworkPicture::zoomBy(double factor) {
  const double zoom = transform().m11();
  const double wanted = std::clamp(zoom * factor, smallest, largest) / zoom;
  scale(wanted, wanted);
  fitted_ = false;
}

void NetworkPicture::wheelEvent(QWheelEvent* event) {
  zoomBy(std::pow(zoomOfNotch, event->angleDelta().y() / notch));
  event->accept();
}

void NetworkPicture::mousePressEvent(QMouseEvent* event) {
  fitted_ = false;
  QGraphicsView::mousePressEvent(event);
}

void NetworkPicture::mouseDoubleClickEvent(QMouseEvent* event) {
  fitted_ = true;
  fit();
  event->accept();
}

void NetworkPicture::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Plus || event->key() == Qt::Key_Equal) return zoomBy(keyStep);
  if (event->key() == Qt::Key_Minus) return zoomBy(1 / keyStep);
  if (event->key() == Qt::Key_Home) {
    fitted_ = true;
    return fit();
  }
  QGraphicsView::keyPressEvent(event);
}

void NetworkPicture::resizeEvent(QResizeEvent* event) {
  QGraphicsView::resizeEvent(event);
  if (fitted_) fit();
}

}  // namespace bypath
