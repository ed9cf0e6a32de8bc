#include "gui/inspector/strip_page.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QPushButton>
#include <QSettings>
#include <QSplitter>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include "gui/dashboard/empty_state.h"
#include "gui/figures/figure_menu.h"
#include "gui/figures/run_name.h"
#include "gui/inspector/histogram_panel.h"
#include "gui/inspector/strip_chart.h"
#include "gui/theme/theme.h"

namespace bypath {

namespace {

constexpr const char* quantityKey = "strip/quantity";
constexpr const char* histogramKey = "strip/histogram";

}  // namespace

StripPage::StripPage(QWidget* parent)
    : QWidget(parent),
      quantities_(stripQuantities()),
      quantity_(new QComboBox),
      follow_(new QPushButton(tr("Follow the run"))),
      open_(new QToolButton),
      caption_(new QLabel),
      content_(new QStackedWidget),
      chart_(new StripChart),
      histogram_(new HistogramPanel),
      reading_(new QLabel) {
  for (const StripQuantity& one : quantities_) quantity_->addItem(one.title, QString::fromLatin1(one.id));
  const int chosen = quantity_->findData(QSettings().value(QLatin1String(quantityKey)));
  if (chosen >= 0) quantity_->setCurrentIndex(chosen);
  build();
  connect(quantity_, &QComboBox::currentIndexChanged, this, [this] {
    QSettings().setValue(QLatin1String(quantityKey), quantity_->currentData());
    draw();
  });
  connect(chart_, &StripChart::scrubbed, this, &StripPage::scrubbed);
  connect(chart_, &StripChart::layerRequested, this, &StripPage::nodeRequested);
  connect(chart_, &StripChart::selectedChanged, this, [this] {
    reading_->setText(chart_->selected() < 0
                          ? tr("Click or drag to go back to a step; arrow keys and Enter do too.")
                          : chart_->reading());
  });
  connect(chart_, &ReadableChart::activated, this,
          [this](int index) { chooseRow(index / static_cast<int>(chart_->strip().steps.size())); });
  connect(histogram_, &HistogramPanel::scrubbed, this, &StripPage::scrubbed);
  connect(open_, &QToolButton::toggled, this, [this](bool shown) {
    QSettings().setValue(QLatin1String(histogramKey), shown);
    showHistogram(shown);
  });
  connect(follow_, &QPushButton::clicked, this, &StripPage::released);
  Q_EMIT chart_->selectedChanged(-1);
  setCursorStep({});
  open_->setChecked(QSettings().value(QLatin1String(histogramKey)).toBool());
  showHistogram(open_->isChecked());
  draw();
}

void StripPage::build() {
  quantity_->setAccessibleName(tr("What the strip shows"));
  quantity_->setToolTip(tr("What the colours stand for"));
  follow_->setToolTip(tr("Show the latest step again, and go on with the run"));
  open_->setText(tr("Histogram"));
  open_->setCheckable(true);
  open_->setToolTip(tr("Show beside the strip how the values of the clicked row are spread through time"));
  caption_->setProperty("role", "caption");
  caption_->setWordWrap(true);
  reading_->setProperty("role", "muted");
  chart_->setAccessibleName(tr("Depth over time"));
  auto* menu = new QMenu(this);
  addFigureActions(
      *menu, QStringLiteral("depth-over-time"),
      [this](const QString& path) {
        return chart_->exportTo(path, titleWithRun(quantity_->currentText(), *this));
      },
      [this](const QString& sentence) { reading_->setText(sentence); });
  auto* save = new QToolButton;
  save->setMenu(menu);
  save->setPopupMode(QToolButton::InstantPopup);
  save->setIcon(themedIcon(QStringLiteral("export")));
  save->setToolTip(tr("Save this strip as a picture, or its numbers…"));
  save->setAccessibleName(tr("Save this strip"));
  auto* head = new QHBoxLayout;
  head->setSpacing(6);
  head->addWidget(quantity_);
  head->addWidget(caption_, 1);
  head->addWidget(follow_);
  head->addWidget(open_);
  head->addWidget(save);
  auto* full = new QWidget;
  auto* column = new QVBoxLayout(full);
  column->setContentsMargins(16, 6, 12, 4);
  column->setSpacing(4);
  column->addLayout(head);
  auto* strip = new QWidget;
  auto* stripColumn = new QVBoxLayout(strip);
  stripColumn->setContentsMargins(0, 0, 0, 0);
  stripColumn->setSpacing(4);
  stripColumn->addWidget(chart_, 1);
  stripColumn->addWidget(reading_);
  auto* halves = new QSplitter(Qt::Horizontal);
  halves->setChildrenCollapsible(false);
  halves->addWidget(strip);
  halves->addWidget(histogram_);
  halves->setStretchFactor(0, 3);
  halves->setStretchFactor(1, 2);
  column->addWidget(halves, 1);
  content_->addWidget(new EmptyState(
      QStringLiteral("strip"), tr("Nothing to look back on yet"),
      tr("Train, and every layer gets a row: its gradients, updates and activations through time.")));
  content_->addWidget(full);
  auto* whole = new QVBoxLayout(this);
  whole->setContentsMargins(0, 0, 0, 0);
  whole->addWidget(content_);
}

void StripPage::setFrames(const std::vector<FrameHistory::Frame>& frames) {
  frames_ = frames;
  draw();
}

void StripPage::setCursorStep(std::optional<int64_t> step) {
  chart_->setCursorStep(step);
  histogram_->setCursorStep(step);
  follow_->setVisible(step.has_value());
}

QString StripPage::caption() const {
  return caption_->text();
}

QString StripPage::reading() const {
  return reading_->text();
}

void StripPage::draw() {
  const StripQuantity& quantity = quantities_[static_cast<size_t>(quantity_->currentIndex())];
  std::vector<const ProbeRecord*> records;
  records.reserve(frames_.size());
  for (const FrameHistory::Frame& frame : frames_) records.push_back(&frame->probes);
  Strip strip = stripOf(quantity, records);
  caption_->setText(strip.empty() && !frames_.empty() ? tr("Nothing of this was seen in this network.")
                                                      : quantity.lookFor);
  content_->setCurrentIndex(frames_.empty() ? 0 : 1);
  chart_->setStrip(std::move(strip), quantity);
  if (histogram_->isHidden()) return;
  histogram_->setRecords(records);
  if (histogram_->layer().empty()) chooseRow(0);
}

void StripPage::showHistogram(bool shown) {
  histogram_->setVisible(shown);
  draw();
}

void StripPage::chooseRow(int row) {
  const std::vector<std::string>& paths = chart_->strip().paths;
  if (row >= 0 && row < static_cast<int>(paths.size()))
    histogram_->showLayer(paths[static_cast<size_t>(row)]);
}

}  // namespace bypath
