#include "gui/inspector/shattered_page.h"

#include <QCheckBox>
#include <QSpinBox>

#include "gui/inspector/value_lines.h"

namespace bypath {

ShatteredPage::ShatteredPage(QWidget* parent)
    : TwinPage(
          {.icon = QStringLiteral("shattered"),
           .verb = tr("Measure"),
           .title = tr("Nothing measured yet"),
           .text = tr("Reads a run's last checkpoint and follows the gradient with respect to the image from "
                      "one validation image to another. The run stays as it is."),
           .busy = tr("Walking from image to image"),
           .file = QStringLiteral("shattered-gradients")},
          parent),
      count_(new QSpinBox),
      statistics_(new QCheckBox(tr("Own statistics"))),
      lines_(new ValueLines) {
  constexpr int usual = 4, most = 1000;
  count_->setRange(1, most);
  count_->setValue(usual);
  count_->setSuffix(tr(" lines"));
  count_->setAccessibleName(tr("Lines between images"));
  count_->setToolTip(
      tr("Between so many pairs of validation images, drawn at random; more give smoother curves"));
  statistics_->setToolTip(tr(
      "Batch normalisation takes the statistics of the line's own points instead of the running ones: for a "
      "network that has hardly been trained. Dropout is at work then, too"));
  lines_->setAccessibleName(tr("Autocorrelation of the gradient by lag"));
  addOption(count_);
  addOption(statistics_);
  setResultView(lines_,
                [this](const QString& path, const QString& title) { return lines_->exportTo(path, title); });
  connect(lines_, &ReadableChart::selectedChanged, this, &ShatteredPage::read);
}

ShatteredRequest ShatteredPage::request() const {
  return {.lines = count_->value(), .batchStatistics = statistics_->isChecked()};
}

void ShatteredPage::read() {
  const QString reading = lines_->reading();
  setReading(reading.isEmpty() ? tr("Point at a lag, or use the arrow keys, to read it.") : reading);
}

void ShatteredPage::setShattered(const std::vector<NamedShattered>& found) {
  LinesAxis lags{.name = tr("lag"), .at = {}};
  std::vector<ValueLine> lines;
  QStringList cosines;
  for (const NamedShattered& one : found) {
    lines.push_back({one.title, one.shattered.correlation});
    cosines << QString::number(one.shattered.neighbours, 'f', 2).replace(QLatin1Char('-'), QChar(0x2212));
  }
  for (size_t lag = 0; lag < lines.front().values.size(); ++lag) lags.at.push_back(static_cast<double>(lag));
  lines_->setLines(std::move(lags), std::move(lines));
  const QString cosine = cosines.join(tr("; beside it "));
  setVerdict(tr("Mean cosine of neighbouring gradients: %1. Lines of %2 points: %3.")
                 .arg(cosine)
                 .arg(ShatteredRequest{}.points)
                 .arg(found.front().shattered.lines),
             QStringLiteral("info"), &Theme::textMuted);
  showResult(
      tr("Shortcuts keep the gradient alike at images close to each other; in a deep plain network it turns "
         "into "
         "noise (Balduzzi 2017)."));
}

}  // namespace bypath
