#include "gui/canvas/network_view.h"

#include <cmath>
#include <QContextMenuEvent>
#include <QGestureEvent>
#include <QKeyEvent>
#include <QLabel>
#include <QScrollBar>
#include <QTimer>
#include <QToolTip>
#include <QWheelEvent>

#include "gui/canvas/canvas_announcer.h"
#include "gui/canvas/canvas_style.h"
#include "gui/canvas/diagnostic_item.h"
#include "gui/canvas/minimap.h"
#include "gui/theme/theme.h"

namespace bypath {

namespace {

constexpr double smallestZoom = 0.08;
constexpr double largestZoom = 3;

}  // namespace

NetworkView::NetworkView(NetworkScene& scene, CanvasEdits& edits, QWidget* parent)
    : QGraphicsView(&scene, parent),
      scene_(scene),
      edits_(edits),
      hint_(new QLabel(viewport())),
      hintEnds_(new QTimer(this)),
      minimap_(new Minimap(*this, scene)),
      announcer_(new CanvasAnnouncer(*this)) {
  setFrameShape(QFrame::NoFrame);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setViewportUpdateMode(SmartViewportUpdate);
  setTransformationAnchor(NoAnchor);
  setResizeAnchor(AnchorViewCenter);
  setAcceptDrops(true);
  viewport()->setMouseTracking(true);
  viewport()->grabGesture(Qt::PinchGesture);
  setFocusPolicy(Qt::StrongFocus);
  hint_->setObjectName("canvasHint");
  hint_->setWordWrap(true);
  hint_->setMargin(7);
  hint_->setAutoFillBackground(true);
  hint_->setAttribute(Qt::WA_TransparentForMouseEvents);
  hint_->hide();
  hintEnds_->setSingleShot(true);
  connect(hintEnds_, &QTimer::timeout, hint_, &QWidget::hide);
  connect(&themeWatcher(), &ThemeWatcher::changed, viewport(), qOverload<>(&QWidget::update));
}

NetworkView::~NetworkView() = default;

void NetworkView::zoomBy(double factor, QPointF anchor) {
  const double now = transform().m11();
  fitted_ = false;
  factor = std::clamp(now * factor, smallestZoom, largestZoom) / now;
  const QPointF before = mapToScene(anchor.toPoint());
  scale(factor, factor);
  const QPointF drift = mapFromScene(before) - anchor;
  horizontalScrollBar()->setValue(horizontalScrollBar()->value() + qRound(drift.x()));
  verticalScrollBar()->setValue(verticalScrollBar()->value() + qRound(drift.y()));
  minimap_->follow();
}

void NetworkView::resetZoom() {
  zoomBy(1 / transform().m11(), viewport()->rect().center());
}

void NetworkView::showRect(const QRectF& rect) {
  if (rect.isEmpty()) return;
  fitted_ = false;
  const QSizeF room = viewport()->size();
  const double zoom =
      std::clamp(std::min(room.width() / rect.width(), room.height() / rect.height()), smallestZoom, 1.0);
  setTransform(QTransform::fromScale(zoom, zoom));
  centerOn(rect.center());
  minimap_->follow();
}

void NetworkView::lookAt(QPointF scene) {
  fitted_ = false;
  centerOn(scene);
}

void NetworkView::selectNode(const std::string& name) {
  scene_.selectNodes({name});
  if (const NodeItem* item = scene_.node(name)) ensureVisible(item->sceneCard(), 60, 60);
}

void NetworkView::applyFix(const std::string& node, int fix) {
  const NodeItem* item = scene_.node(node);
  const std::vector<Fix> fixes = item ? item->face().fixes() : std::vector<Fix>();
  if (fix >= 0 && size_t(fix) < fixes.size()) edits_.applyFix(fixes[size_t(fix)]);
}

void NetworkView::showAll() {
  QRectF all;
  for (const NodeItem* item : scene_.nodes()) {
    all |= item->sceneCard();
    if (item->diagnostic()->isVisible()) all |= item->diagnostic()->sceneBoundingRect();
  }
  showRect(all.adjusted(-60, -40, 60, 40));
  fitted_ = true;
}

void NetworkView::showSelection() {
  QRectF all;
  for (const std::string& name : scene_.selectedNodes()) all |= scene_.node(name)->sceneCard();
  showRect(all.adjusted(-120, -120, 120, 120));
}

void NetworkView::say(const QString& sentence, QPoint at) {
  if (sentence.isEmpty()) {
    hint_->hide();
    return;
  }
  QPalette colours = hint_->palette();
  colours.setColor(QPalette::Window, theme().panelRaised);
  colours.setColor(QPalette::WindowText, theme().text);
  hint_->setPalette(colours);
  hint_->setText(sentence);
  hint_->setFixedWidth(std::min(320, QFontMetrics(hint_->font()).horizontalAdvance(sentence) + 20));
  hint_->adjustSize();
  const QRect room = viewport()->rect().adjusted(4, 4, -4, -4);
  QPoint corner = at + QPoint(16, 18);
  corner.setX(std::max(room.left(), std::min(corner.x(), room.right() - hint_->width())));
  if (corner.y() + hint_->height() > room.bottom()) corner.setY(at.y() - hint_->height() - 10);
  hint_->move(corner);
  hint_->show();
  hint_->raise();
  hintEnds_->stop();
  if (drag_) return;  // its hint follows the pointer
  if (announcer_->active()) tell(QAccessible::queryAccessibleInterface(hint_), QAccessible::Alert);
  hintEnds_->start(4000);
}

QPointF NetworkView::cursorInScene() const {
  const QPoint at = viewport()->mapFromGlobal(QCursor::pos());
  return mapToScene(
      viewport()->underMouse() && viewport()->rect().contains(at) ? at : viewport()->rect().center());
}

void NetworkView::cancelDrag() {
  if (drag_) drag_->cancel();
  drag_.reset();
  pressed_.reset();
  say({}, {});
  viewport()->update();
}

void NetworkView::wheelEvent(QWheelEvent* event) {
  // A touchpad's two fingers pan; a wheel zooms.
  if (!event->pixelDelta().isNull() && !(event->modifiers() & Qt::ControlModifier)) {
    fitted_ = false;
    horizontalScrollBar()->setValue(horizontalScrollBar()->value() - event->pixelDelta().x());
    verticalScrollBar()->setValue(verticalScrollBar()->value() - event->pixelDelta().y());
  } else {
    zoomBy(std::pow(1.0015, event->angleDelta().y()), event->position());
  }
  event->accept();
}

bool NetworkView::viewportEvent(QEvent* event) {
  if (event->type() == QEvent::Gesture) {
    auto* gesture = static_cast<QGestureEvent*>(event)->gesture(Qt::PinchGesture);
    if (const auto* pinch = static_cast<QPinchGesture*>(gesture)) {
      if (pinch->state() == Qt::GestureStarted) cancelDrag();  // which the first finger began
      pinching_ = pinch->state() != Qt::GestureFinished && pinch->state() != Qt::GestureCanceled;
      zoomBy(pinch->scaleFactor(), viewport()->mapFromGlobal(pinch->centerPoint().toPoint()));
      return true;
    }
  }
  if (event->type() == QEvent::NativeGesture) {  // a touchpad's pinch
    const auto* gesture = static_cast<QNativeGestureEvent*>(event);
    if (gesture->gestureType() == Qt::ZoomNativeGesture) {
      zoomBy(1 + gesture->value(), gesture->position());
      return true;
    }
  }
  if (event->type() == QEvent::Leave) hover({-1e9, -1e9});
  if (event->type() == QEvent::ToolTip) {
    const auto* help = static_cast<QHelpEvent*>(event);
    if (const auto port = scene_.portAt(mapToScene(help->pos()))) {
      QToolTip::showText(help->globalPos(), scene_.portText(*port), viewport());
      return true;
    }
  }
  return QGraphicsView::viewportEvent(event);
}

void NetworkView::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Space) {
    if (!event->isAutoRepeat() && !space_) viewport()->setCursor(Qt::OpenHandCursor);
    space_ = true;
    return;
  }
  event->ignore();
}

void NetworkView::keyReleaseEvent(QKeyEvent* event) {
  if (event->key() != Qt::Key_Space || event->isAutoRepeat()) return event->ignore();
  space_ = false;
  if (!panning_) viewport()->unsetCursor();
}

void NetworkView::focusOutEvent(QFocusEvent* event) {
  space_ = false;
  QGraphicsView::focusOutEvent(event);
}

void NetworkView::resizeEvent(QResizeEvent* event) {
  QGraphicsView::resizeEvent(event);
  if (fitted_) showAll();
  minimap_->follow();
}

void NetworkView::scrollContentsBy(int dx, int dy) {
  QGraphicsView::scrollContentsBy(dx, dy);
  minimap_->follow();
}

void NetworkView::drawForeground(QPainter* painter, const QRectF&) {
  painter->setRenderHint(QPainter::Antialiasing);
  if (drag_) drag_->paint(*painter);
  if (emptyText_.isEmpty() || !scene_.view().graph.nodes.empty()) return;
  painter->save();
  painter->resetTransform();
  const QRectF area = QRectF(viewport()->rect()).adjusted(40, 40, -40, -40);
  const QStringList lines = emptyText_.split('\n');
  QRectF box(0, 0, std::min(area.width(), 460.0), 132);
  box.moveCenter(area.center());
  painter->setPen(QPen(faded(theme().textMuted, 0.5), 1.4, Qt::DashLine));
  painter->setBrush(faded(theme().panel, 0.6));
  painter->drawRoundedRect(box, 14, 14);
  painter->setPen(theme().text);
  painter->setFont(canvasFont(16, QFont::DemiBold));
  painter->drawText(box.adjusted(20, 26, -20, -box.height() / 2), Qt::AlignCenter, lines.value(0));
  painter->setPen(theme().textMuted);
  painter->setFont(canvasFont(12.5));
  painter->drawText(box.adjusted(24, box.height() / 2, -24, -14),
                    Qt::AlignHCenter | Qt::AlignTop | Qt::TextWordWrap, lines.mid(1).join(' '));
  painter->restore();
}

}  // namespace bypath
