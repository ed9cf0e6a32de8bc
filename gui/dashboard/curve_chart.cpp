#include "gui/dashboard/curve_chart.h"

#include <algorithm>
#include <QComboBox>
#include <QContextMenuEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QSignalBlocker>
#include <QSlider>
#include <QToolButton>

#include "gui/dashboard/curve_export.h"
#include "gui/dashboard/curve_view.h"
#include "gui/figures/figure_menu.h"
#include "gui/figures/run_name.h"
#include "gui/theme/theme.h"

namespace bypath {

namespace {

QColor faint(QColor color) {
  color.setAlphaF(0.28F);
  return color;
}

}  // namespace

QColor overlayColor(size_t index) {
  const std::vector<QColor>& series = theme().series;
  const size_t colors = series.size() - 2, round = index / colors;
  const QColor color = series[2 + index % colors];
  if (round == 0) return color;
  return round % 2 == 1 ? color.darker(160) : color.lighter(140);  // so that the sixth is not the first
}

CurveChart::CurveChart(QWidget* parent)
    : QWidget(parent),
      quantity_(new QComboBox),
      logarithmic_(new QToolButton),
      smoothing_(new QSlider(Qt::Horizontal)),
      view_(new CurveView),
      caption_(new QLabel) {
  quantity_->setAccessibleName(tr("Quantity shown"));
  quantity_->setSizeAdjustPolicy(QComboBox::AdjustToContents);
  logarithmic_->setText(tr("Log"));
  logarithmic_->setCheckable(true);
  logarithmic_->setToolTip(tr("Logarithmic axis: equal distances are equal ratios"));
  smoothing_->setRange(0, 98);
  smoothing_->setFixedWidth(80);
  smoothing_->setAccessibleName(tr("Smoothing"));
  smoothing_->setToolTip(tr("Smoothing: a moving average; the faint line is what was measured"));
  caption_->setProperty("role", "caption");
  caption_->setWordWrap(true);

  auto* head = new QHBoxLayout;
  head->setSpacing(8);
  head->addWidget(quantity_);
  head->addStretch();
  head->addWidget(logarithmic_);
  auto* label = new QLabel(tr("Smooth"));
  label->setProperty("role", "muted");
  head->addWidget(label);
  head->addWidget(smoothing_);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(8, 8, 8, 4);
  column->setSpacing(4);
  column->addLayout(head);
  column->addWidget(view_, 1);
  column->addWidget(caption_);
  view_->setContextMenuPolicy(Qt::NoContextMenu);

  connect(quantity_, &QComboBox::currentIndexChanged, this, &CurveChart::refresh);
  connect(logarithmic_, &QToolButton::toggled, this, &CurveChart::refresh);
  connect(smoothing_, &QSlider::valueChanged, this, &CurveChart::refresh);
  connect(&themeWatcher(), &ThemeWatcher::changed, this, &CurveChart::refresh);
}

void CurveChart::setQuantity(const std::string& name) {
  const QString key = QString::fromStdString(name);
  int index = quantity_->findData(key);
  if (index < 0) {
    const QSignalBlocker blocker(quantity_);
    quantity_->addItem(quantityTitle(name), key);
    index = quantity_->count() - 1;
  }
  quantity_->setCurrentIndex(index);
  refresh();
}

std::string CurveChart::quantity() const {
  return quantity_->currentData().toString().toStdString();
}

void CurveChart::setLogarithmic(bool on) {
  logarithmic_->setChecked(on);
}

void CurveChart::setCurves(const RunCurves& current, const std::vector<CurveOverlay>& overlays) {
  current_ = &current;
  overlays_ = &overlays;
  offerQuantities();
  refresh();
}

void CurveChart::setLevels(LevelsByQuantity levels) {
  levels_ = std::move(levels);
  refresh();
}

void CurveChart::offerQuantities() {
  std::vector<std::string> names = current_->quantities();
  for (const CurveOverlay& overlay : *overlays_)
    for (const std::string& name : overlay.curves.quantities())
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  const QSignalBlocker blocker(quantity_);
  for (const std::string& name : names)
    if (quantity_->findData(QString::fromStdString(name)) < 0)
      quantity_->addItem(quantityTitle(name), QString::fromStdString(name));
}

void CurveChart::refresh() {
  const std::string name = quantity();
  if (!current_ || name.empty()) return;
  const double weight = smoothing_->value() / 100.0;
  const Theme& t = theme();
  std::vector<DrawnCurve> curves;
  const auto addCurve = [&](const QString& title, const CurvePoints& points, const QColor& color,
                            bool validation, bool dashed) {
    if (points.empty()) return;
    if (weight > 0 && !validation) {
      curves.push_back({QString(), points, faint(color), false, false});
      curves.push_back({title, smoothed(points, weight), color, dashed, false});
    } else {
      curves.push_back({title, points, color, dashed, validation});
    }
  };
  for (size_t i = 0; i < overlays_->size(); ++i) {
    const CurveOverlay& overlay = (*overlays_)[i];
    const QColor color = overlayColor(i);
    addCurve(tr("%1, training").arg(overlay.name), overlay.curves.points(name), color, false, false);
    addCurve(tr("%1, validation").arg(overlay.name), overlay.curves.points("val_" + name), color, true, true);
  }
  const CurvePoints& validation = current_->points("val_" + name);
  addCurve(validation.empty() && overlays_->empty() ? quantityTitle(name) : tr("training"),
           current_->points(name), t.series[0], false, false);
  addCurve(tr("validation"), validation, t.series[1], true, false);
  const auto levels = levels_.find(name);
  view_->setLevels(levels == levels_.end() || curves.empty() ? LevelLines() : levels->second);
  view_->draw(curves, current_->marks(), logarithmic_->isChecked());

  QString caption = quantityCaption(name);
  if (const QString lines = view_->levelText(); !lines.isEmpty()) caption += QLatin1Char(' ') + lines;
  const int outside = view_->range().above + view_->range().below;
  if (outside > 0)
    caption +=
        QLatin1Char(' ') + (outside == 1 ? tr("One outlying point is outside the frame.")
                                         : tr("%1 outlying points are outside the frame.").arg(outside));
  if (caption_->text() != caption) caption_->setText(caption);
}

Result<void> CurveChart::exportTo(const QString& path) const {
  return exportCurves(*view_, titleWithRun(quantityTitle(quantity()), *this), path);
}

void CurveChart::contextMenuEvent(QContextMenuEvent* event) {
  QMenu menu(this);
  addFigureActions(
      menu, QString::fromStdString(quantity()), [this](const QString& path) { return exportTo(path); },
      [this](const QString& sentence) { caption_->setText(sentence); });
  menu.exec(event->globalPos());
}

}  // namespace bypath
