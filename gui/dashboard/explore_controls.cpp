#include "gui/dashboard/explore_controls.h"

#include <algorithm>
#include <QHBoxLayout>
#include <QLabel>
#include <QSlider>
#include <QSpinBox>
#include <QVBoxLayout>

#include "core/training/frame_images.h"
#include "gui/dashboard/frame_image.h"
#include "gui/dashboard/image_chooser.h"
#include "gui/dashboard/sample_history.h"

namespace bypath {

namespace {

constexpr int stepsBetween = 11;  // a tenth of the way each
constexpr int stepsAlong = 7;     // a deviation each; the middle is the mean code

QLabel* muted(const QString& text, QWidget* buddy = nullptr) {
  auto* label = new QLabel(text);
  label->setProperty("role", "muted");
  if (buddy) label->setBuddy(buddy);
  return label;
}

}  // namespace

BetweenControls::BetweenControls(QWidget* parent)
    : QWidget(parent), from_(new ImageChooser(tr("From image"))), to_(new ImageChooser(tr("To image"))) {
  from_->setObjectName(QStringLiteral("exploreFrom"));
  to_->setObjectName(QStringLiteral("exploreTo"));
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(2);
  column->addWidget(from_);
  column->addWidget(to_);
  for (ImageChooser* chooser : {from_, to_})
    connect(chooser, &ImageChooser::chosenChanged, this, &BetweenControls::changed);
}

void BetweenControls::setSource(const LatentSource& source) {
  const QSignalBlocker quiet(this);
  const auto image = [data = source.data](qint64 index) {
    return toImage(frameOf(*data, data->test, index));
  };
  const bool isFirst = to_->number()->maximum() == 0;
  for (ImageChooser* chooser : {from_, to_}) chooser->setImages(source.images, image);
  if (isFirst) to_->choose(1);
}

LatentWalk BetweenControls::walk() const {
  return {
      .kind = LatentWalk::Kind::between, .steps = stepsBetween, .from = from_->chosen(), .to = to_->chosen()};
}

AxisControls::AxisControls(QWidget* parent)
    : QWidget(parent),
      slider_(new QSlider(Qt::Horizontal)),
      axis_(new QSpinBox),
      rows_(new QSpinBox),
      share_(muted({})) {
  slider_->setAccessibleName(tr("Principal axis"));
  slider_->setToolTip(tr("Principal axes of the latent means, the widest first"));
  // In a narrow window these give way rather than the panels beside them.
  slider_->setMinimumWidth(60);
  slider_->setMaximumWidth(200);
  share_->setMinimumWidth(1);
  slider_->setPageStep(1);
  axis_->setObjectName(QStringLiteral("exploreAxis"));
  axis_->setAccessibleName(tr("Number of the axis"));
  rows_->setObjectName(QStringLiteral("exploreRows"));
  rows_->setAccessibleName(tr("How many axes, a row each"));
  rows_->setToolTip(tr("More than one: a grid of this axis and the next ones"));
  axis_->setFixedWidth(72);
  rows_->setFixedWidth(72);
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(16, 2, 16, 2);
  row->setSpacing(8);
  row->addWidget(muted(tr("Axis"), axis_));
  row->addWidget(axis_);
  row->addWidget(slider_, 1);
  row->addWidget(share_, 2);
  row->addWidget(muted(tr("Rows"), rows_));
  row->addWidget(rows_);
  for (QSpinBox* box : {axis_, rows_}) box->setRange(1, 1);
  slider_->setRange(1, 1);
  connect(slider_, &QSlider::valueChanged, axis_, &QSpinBox::setValue);
  connect(axis_, &QSpinBox::valueChanged, this, [this](int axis) {
    slider_->setValue(axis);
    showShare();
    Q_EMIT changed();
  });
  connect(rows_, &QSpinBox::valueChanged, this, [this] {
    showShare();
    Q_EMIT changed();
  });
}

void AxisControls::setSource(const LatentSource& source) {
  const QSignalBlocker quiet(this);
  shares_ = source.axisShare;
  const int most = std::max(1, static_cast<int>(shares_.size()));
  slider_->setRange(1, most);
  axis_->setRange(1, most);
  rows_->setRange(1, std::min(most, 10));
  showShare();
}

LatentWalk AxisControls::walk() const {
  const auto all = static_cast<int64_t>(std::max<size_t>(1, shares_.size()));
  const int64_t axis = axis_->value() - 1;
  return {.kind = LatentWalk::Kind::axes,
          .steps = stepsAlong,
          .axis = axis,
          .axes = std::min<int64_t>(rows_->value(), all - axis)};
}

void AxisControls::showShare() {
  const LatentWalk shown = walk();
  double share = 0;
  for (int64_t i = shown.axis; i < shown.axis + shown.axes && i < static_cast<int64_t>(shares_.size()); ++i)
    share += shares_[static_cast<size_t>(i)];
  const QString percent = QString::number(share * 100, 'f', 1);
  share_->setText(shown.axes > 1 ? tr("axes %1 to %2: %3 % of the variance")
                                       .arg(shown.axis + 1)
                                       .arg(shown.axis + shown.axes)
                                       .arg(percent)
                                 : tr("%1 % of the variance").arg(percent));
}

TimeControls::TimeControls(QWidget* parent) : QWidget(parent), slider_(new QSlider(Qt::Horizontal)) {
  slider_->setObjectName(QStringLiteral("exploreTime"));
  slider_->setAccessibleName(tr("Step of the run"));
  slider_->setToolTip(tr("Back through the run; at the right end the newest pictures are followed"));
  slider_->setRange(0, 0);
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(16, 2, 16, 2);
  row->setSpacing(8);
  row->addWidget(muted(tr("Back in time"), slider_));
  row->addWidget(slider_, 1);
  connect(slider_, &QSlider::valueChanged, this, &TimeControls::changed);
}

void TimeControls::setHistory(const SampleHistory& history) {
  const bool follows = slider_->value() == slider_->maximum();
  const QSignalBlocker quiet(slider_);
  slider_->setRange(0, std::max(0, history.count() - 1));
  if (follows) slider_->setValue(slider_->maximum());
}

int TimeControls::index() const {
  return slider_->value();
}

}  // namespace bypath
