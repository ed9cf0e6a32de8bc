#include "gui/dashboard/image_chooser.h"

#include <algorithm>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPainter>
#include <QSpinBox>
#include <QWheelEvent>

#include "gui/theme/theme.h"

namespace bypath {

namespace {

constexpr int tile = 32;
constexpr int gap = 4;
constexpr int edge = 3;  // for the frame of the chosen one
constexpr int oneNotch = 120;

}  // namespace

ImageChooser::ImageChooser(const QString& label, QWidget* parent)
    : QWidget(parent), number_(new QSpinBox), strip_(new ImageStrip) {
  auto* name = new QLabel(label);
  name->setProperty("role", "muted");
  name->setMinimumWidth(80);
  name->setBuddy(number_);
  number_->setAccessibleName(tr("%1: number").arg(label));
  number_->setToolTip(tr("Number of the validation image, from 0"));
  number_->setFixedWidth(84);
  number_->setRange(0, 0);
  strip_->setAccessibleName(tr("%1: pictures").arg(label));
  strip_->setToolTip(tr("Click an image; the wheel and the arrow keys bring the others"));
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(16, 0, 16, 0);
  row->setSpacing(8);
  row->addWidget(name);
  row->addWidget(number_);
  row->addWidget(strip_, 1);
  connect(strip_, &ImageStrip::chosen, number_,
          [this](qint64 image) { number_->setValue(static_cast<int>(image)); });
  connect(number_, &QSpinBox::valueChanged, this, [this](int image) {
    strip_->choose(image);
    Q_EMIT chosenChanged(image);
  });
}

void ImageChooser::setImages(qint64 count, std::function<QImage(qint64)> image) {
  strip_->setImages(count, std::move(image));
  number_->setRange(0, static_cast<int>(std::max<qint64>(0, count - 1)));
}

qint64 ImageChooser::chosen() const {
  return number_->value();
}

void ImageChooser::choose(qint64 image) {
  number_->setValue(static_cast<int>(image));
}

ImageStrip::ImageStrip(QWidget* parent) : QWidget(parent) {
  setFocusPolicy(Qt::StrongFocus);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  connect(&themeWatcher(), &ThemeWatcher::changed, this, qOverload<>(&QWidget::update));
}

QSize ImageStrip::sizeHint() const {
  return {240, tile + 2 * edge};
}

void ImageStrip::setImages(qint64 count, std::function<QImage(qint64)> image) {
  count_ = count;
  image_ = std::move(image);
  chosen_ = std::clamp<qint64>(chosen_, 0, std::max<qint64>(0, count - 1));
  bringIntoSight();
  update();
}

qint64 ImageStrip::fitting() const {
  return std::max(1, (width() - 2 * edge + gap) / (tile + gap));
}

QRect ImageStrip::place(qint64 image) const {
  if (image < first_ || image >= std::min(count_, first_ + fitting())) return {};
  return {edge + static_cast<int>(image - first_) * (tile + gap), edge, tile, tile};
}

void ImageStrip::scrollTo(qint64 first) {
  first_ = std::clamp<qint64>(first, 0, std::max<qint64>(0, count_ - fitting()));
  update();
}

void ImageStrip::bringIntoSight() {
  if (chosen_ < first_) scrollTo(chosen_);
  if (chosen_ >= first_ + fitting()) scrollTo(chosen_ - fitting() + 1);
  scrollTo(first_);
}

void ImageStrip::choose(qint64 image) {
  chosen_ = image;
  setAccessibleDescription(tr("Image %1 is chosen").arg(image));
  bringIntoSight();
}

void ImageStrip::paintEvent(QPaintEvent*) {
  const Theme& t = theme();
  QPainter painter(this);
  for (qint64 i = first_; i < std::min(count_, first_ + fitting()); ++i)
    painter.drawImage(place(i), image_(i));
  const QRect frame = place(chosen_);
  if (frame.isEmpty()) return;
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(QPen(hasFocus() ? t.accent : t.textMuted, 2));
  painter.drawRoundedRect(QRectF(frame).adjusted(-2, -2, 2, 2), 3, 3);
}

void ImageStrip::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton) return QWidget::mousePressEvent(event);
  for (qint64 i = first_; i < std::min(count_, first_ + fitting()); ++i)
    if (place(i).contains(event->position().toPoint())) return Q_EMIT chosen(i);
}

void ImageStrip::wheelEvent(QWheelEvent* event) {
  const QPoint turned = event->angleDelta();
  const int notches = (turned.x() != 0 ? turned.x() : turned.y()) / oneNotch;
  scrollTo(first_ - notches * std::max<qint64>(1, fitting() / 3));
  event->accept();
}

void ImageStrip::keyPressEvent(QKeyEvent* event) {
  qint64 to = chosen_;
  switch (event->key()) {
    case Qt::Key_Left:
      to = chosen_ - 1;
      break;
    case Qt::Key_Right:
      to = chosen_ + 1;
      break;
    case Qt::Key_PageUp:
      to = chosen_ - fitting();
      break;
    case Qt::Key_PageDown:
      to = chosen_ + fitting();
      break;
    case Qt::Key_Home:
      to = 0;
      break;
    case Qt::Key_End:
      to = count_ - 1;
      break;
    default:
      return QWidget::keyPressEvent(event);
  }
  Q_EMIT chosen(std::clamp<qint64>(to, 0, std::max<qint64>(0, count_ - 1)));
}

void ImageStrip::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  bringIntoSight();
}

void ImageStrip::focusInEvent(QFocusEvent* event) {
  QWidget::focusInEvent(event);
  update();
}

void ImageStrip::focusOutEvent(QFocusEvent* event) {
  QWidget::focusOutEvent(event);
  update();
}

}  // namespace bypath
