#include "gui/inspector/histogram_panel.h"

#include <algorithm>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QSettings>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include "gui/figures/figure_menu.h"
#include "gui/figures/run_name.h"
#include "gui/inspector/histogram_chart.h"
#include "gui/theme/theme.h"

namespace bypath {

namespace {

constexpr const char* valuesKey = "strip/histogram-values";
constexpr Histogram LayerHistograms::*members[] = {&LayerHistograms::weights, &LayerHistograms::gradient,
                                                   &LayerHistograms::output};

}  // namespace

HistogramPanel::HistogramPanel(QWidget* parent)
    : QWidget(parent),
      title_(new QLabel),
      values_(new QComboBox),
      save_(new QToolButton),
      content_(new QStackedWidget),
      chart_(new HistogramChart),
      empty_(new QLabel),
      reading_(new QLabel) {
  values_->addItems({tr("Weights"), tr("Gradient"), tr("Output")});
  values_->setCurrentIndex(
      std::clamp(QSettings().value(QLatin1String(valuesKey)).toInt(), 0, values_->count() - 1));
  build();
  connect(values_, &QComboBox::currentIndexChanged, this, [this](int index) {
    QSettings().setValue(QLatin1String(valuesKey), index);
    draw();
  });
  connect(chart_, &HistogramChart::scrubbed, this, &HistogramPanel::scrubbed);
  connect(chart_, &ReadableChart::selectedChanged, this, &HistogramPanel::read);
  draw();
}

void HistogramPanel::build() {
  values_->setAccessibleName(tr("Values of the layer"));
  values_->setToolTip(tr("Its weights and biases, the gradient of these, or what it gives for the images"));
  chart_->setAccessibleName(tr("Spread of the layer's values over time"));
  title_->setProperty("role", "caption");
  title_->setMinimumWidth(0);
  title_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  reading_->setProperty("role", "muted");
  reading_->setWordWrap(true);
  reading_->setMinimumHeight(2 * reading_->fontMetrics().lineSpacing());
  empty_->setProperty("role", "muted");
  empty_->setWordWrap(true);
  empty_->setAlignment(Qt::AlignCenter);
  auto* menu = new QMenu(this);
  addFigureActions(
      *menu, QStringLiteral("histogram-over-time"),
      [this](const QString& path) {
        return chart_->exportTo(
            path, titleWithRun(title_->text() + QStringLiteral(", ") + values_->currentText(), *this));
      },
      [this](const QString& sentence) { reading_->setText(sentence); });
  save_->setMenu(menu);
  save_->setPopupMode(QToolButton::InstantPopup);
  save_->setIcon(themedIcon(QStringLiteral("export")));
  save_->setToolTip(tr("Save this histogram as a picture, or its numbers…"));
  save_->setAccessibleName(tr("Save this histogram"));
  auto* head = new QHBoxLayout;
  head->setSpacing(8);
  head->addWidget(title_, 1);
  head->addWidget(values_);
  head->addWidget(save_);
  content_->addWidget(empty_);
  content_->addWidget(chart_);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(8, 0, 0, 0);
  column->setSpacing(4);
  column->addLayout(head);
  column->addWidget(content_, 1);
  column->addWidget(reading_);
}

void HistogramPanel::setRecords(const std::vector<const ProbeRecord*>& records) {
  records_.clear();
  for (const ProbeRecord* record : records)
    if (record->histograms) records_.push_back({.step = record->step, .histograms = record->histograms});
  draw();
}

void HistogramPanel::showLayer(const std::string& path) {
  path_ = path;
  draw();
}

void HistogramPanel::setCursorStep(std::optional<int64_t> step) {
  chart_->setCursorStep(step);
}

QString HistogramPanel::reading() const {
  return reading_->text();
}

QString HistogramPanel::emptyText() const {
  return content_->currentWidget() == empty_ ? empty_->text() : QString();
}

void HistogramPanel::read() {
  reading_->setText(chart_->selected() < 0 ? tr("Point at a step, or use the arrow keys, to read it.")
                                           : chart_->reading());
}

void HistogramPanel::draw() {
  std::vector<const ProbeRecord*> records;
  records.reserve(records_.size());
  for (const ProbeRecord& record : records_) records.push_back(&record);
  const QString name = QString::fromStdString(path_);
  title_->setText(name);
  title_->setToolTip(name);
  HistogramSeries series = histogramsOf(path_, members[values_->currentIndex()], records);
  const bool shown = !series.empty();
  if (records_.empty())
    empty_->setText(
        tr("No histograms yet: a run that is watched takes them about once a second, later more "
           "rarely."));
  else if (path_.empty())
    empty_->setText(tr("Click a row to see how its values are spread through time."));
  else
    empty_->setText(tr("%1 has none of these. Weights and gradients are of layers that learn, outputs of "
                       "convolutions, dense layers and ReLUs.")
                        .arg(name));
  chart_->setSeries(std::move(series));
  read();
  content_->setCurrentWidget(shown ? static_cast<QWidget*>(chart_) : empty_);
  save_->setEnabled(shown);
  reading_->setVisible(shown);
}

}  // namespace bypath
