#include "gui/lessons/step_dots.h"

#include <QPainter>

#include "gui/theme/style_sheet.h"
#include "gui/theme/theme.h"

namespace bypath {

namespace {

constexpr int pitch = 11, tall = 12;
constexpr double large = 4, small = 2.75;

}  // namespace

StepDots::StepDots(QWidget* parent) : QWidget(parent) {
  setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
  connect(&themeWatcher(), &ThemeWatcher::changed, this, qOverload<>(&QWidget::update));
}

void StepDots::show(int steps, int current, int done) {
  steps_ = steps;
  current_ = current;
  done_ = done;
  updateGeometry();
  update();
}

QSize StepDots::sizeHint() const {
  return {steps_ * pitch, tall};
}

void StepDots::paintEvent(QPaintEvent*) {
  const Theme& t = theme();
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(Qt::NoPen);
  for (int i = 0; i < steps_; ++i) {
    painter.setBrush(i == current_ ? t.accent : i < done_ ? blend(t.panel, t.accent, 0.5) : t.border);
    const double radius = i == current_ ? large : small;
    painter.drawEllipse(QPointF((i + 0.5) * pitch, tall / 2.0), radius, radius);
  }
}

}  // namespace bypath
