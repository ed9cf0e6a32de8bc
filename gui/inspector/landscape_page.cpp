#include "gui/inspector/landscape_page.h"

#include <algorithm>
#include <QCheckBox>
#include <QComboBox>
#include <QLocale>
#include <QSpinBox>
#include <QStackedWidget>

#include "gui/inspector/value_lines.h"

namespace bypath {

namespace {

struct Kind {
  int points;
  bool line;
};
constexpr Kind kinds[] = {{15, false}, {25, false}, {51, false}, {51, true}};

// "2.32, up to 327 around it"
QString heightsText(const Landscape& landscape) {
  const std::optional<ValueRange> range = rangeOf({&landscape.loss});
  return range ? LandscapePage::tr("%1, up to %2 around it")
                     .arg(axisText(landscape.whole.at("loss")), axisText(range->high))
               : LandscapePage::tr("no finite value");
}

QString foundText(const std::vector<MapPicture>& landscapes) {
  const Landscape& first = landscapes.front().landscape;
  const QString images = QLocale().toString(qlonglong(first.images));
  if (landscapes.size() == 1)
    return LandscapePage::tr("Loss %1, on %2 images.").arg(heightsText(first), images);
  return LandscapePage::tr("Loss %1; beside it %2; on %3 images.")
      .arg(heightsText(first), heightsText(landscapes[1].landscape), images);
}

}  // namespace

LandscapePage::LandscapePage(QWidget* parent)
    : TwinPage(
          {.icon = QStringLiteral("landscape"),
           .verb = tr("Measure"),
           .title = tr("Nothing measured yet"),
           .text = tr("Reads a run's last checkpoint and measures the loss around its weights, along random "
                      "directions. The run stays as it is."),
           .busy = tr("Walking around the weights"),
           .file = QStringLiteral("landscape")},
          parent),
      kind_(new QComboBox),
      limit_(new QSpinBox),
      logarithmic_(new QCheckBox(tr("Logarithmic"))),
      whenIdle_(new QCheckBox(tr("When idle"))),
      charts_(new QStackedWidget),
      map_(new LandscapeMap),
      curves_(new ValueLines) {
  for (const Kind& kind : kinds) kind_->addItem(kind.line ? tr("Line") : tr("%1×%1").arg(kind.points));
  kind_->setMaximumWidth(kind_->fontMetrics().horizontalAdvance(tr("%1×%1").arg(99)) + 54);
  kind_->setAccessibleName(tr("What is drawn"));
  kind_->setToolTip(tr(
      "A map of so many points over two random directions, or a curve along one. A step of 1 is as long as "
      "each filter itself; more points take longer"));
  constexpr int usual = 200, most = 1000000, step = 100;
  limit_->setRange(1, most);
  limit_->setSingleStep(step);
  limit_->setGroupSeparatorShown(true);
  limit_->setValue(usual);
  limit_->setSuffix(tr(" images"));
  limit_->setMaximumWidth(limit_->fontMetrics().horizontalAdvance(tr("999 images")) + 54);
  limit_->setAccessibleName(tr("Validation images to measure on"));
  limit_->setToolTip(tr("How many validation images, at most, each point takes"));
  logarithmic_->setChecked(true);
  logarithmic_->setToolTip(
      tr("Colours and axis by powers: far out the loss is often a thousand times higher"));
  curves_->setLogarithmic(true);
  map_->setAccessibleName(tr("Loss around the weights"));
  curves_->setAccessibleName(tr("Loss along a random direction"));
  charts_->addWidget(map_);
  charts_->addWidget(curves_);
  addOption(kind_);
  whenIdle_->setToolTip(
      tr("Measures by itself, here beside the window, as soon as nothing is being trained; a training that "
         "begins comes first"));
  addOption(limit_);
  addOption(whenIdle_);
  addView(logarithmic_);
  connect(whenIdle_, &QCheckBox::toggled, this, [this](bool on) {
    if (on && idle_) Q_EMIT runsWanted();
  });
  connect(this, &InsidePage::wanted, this, [this](const QString& folder) {
    seen_ = folder;
    unasked_ = false;
  });
  setResultView(charts_,
                [this](const QString& path, const QString& title) { return shown()->exportTo(path, title); });
  connect(logarithmic_, &QCheckBox::toggled, map_, &LandscapeMap::setLogarithmic);
  connect(logarithmic_, &QCheckBox::toggled, curves_, &ValueLines::setLogarithmic);
  connect(map_, &ReadableChart::selectedChanged, this, &LandscapePage::read);
  connect(curves_, &ReadableChart::selectedChanged, this, &LandscapePage::read);
}

void LandscapePage::setRuns(const std::vector<CheckpointRun>& runs) {
  TwinPage::setRuns(runs);
  beginIfIdle();
}

void LandscapePage::setIdle(bool idle) {
  idle_ = idle;
  if (idle) {
    if (whenIdle_->isChecked()) Q_EMIT runsWanted();
    return;
  }
  seen_.clear();
  if (unasked_ && busy()) Q_EMIT unwanted();
}

void LandscapePage::beginIfIdle() {
  if (!idle_ || !whenIdle_->isChecked() || busy() || run()->folder() == seen_) return;
  begin();
  unasked_ = true;
}

LandscapeRequest LandscapePage::request() const {
  const Kind& kind = kinds[kind_->currentIndex()];
  return {.limit = limit_->value(), .points = kind.points, .line = kind.line};
}

ReadableChart* LandscapePage::shown() const {
  return static_cast<ReadableChart*>(charts_->currentWidget());
}

void LandscapePage::read() {
  const QString reading = shown()->reading();
  setReading(reading.isEmpty() ? tr("Point at a place, or use the arrow keys, to read it.") : reading);
}

void LandscapePage::showCurves(const std::vector<MapPicture>& landscapes) {
  std::vector<ValueLine> lines;
  lines.reserve(landscapes.size());
  for (const MapPicture& one : landscapes)
    lines.push_back({landscapes.size() > 1 ? one.title : tr("loss, %1").arg(one.title), one.landscape.loss});
  curves_->setLines({.name = tr("alpha"), .at = landscapes.front().landscape.axis}, std::move(lines));
}

void LandscapePage::setLandscapes(const std::vector<MapPicture>& landscapes) {
  const bool line = landscapes.front().landscape.line;
  charts_->setCurrentWidget(line ? static_cast<QWidget*>(curves_) : map_);
  if (line)
    showCurves(landscapes);
  else
    map_->setMaps(landscapes);
  read();
  setVerdict(foundText(landscapes), QStringLiteral("info"), &Theme::textMuted);
  showResult(
      tr("With shortcuts the ground stays smooth; a deep network without them stands in a pit among broken "
         "walls (Li 2018)."));
}

}  // namespace bypath
