#include "gui/inspector/lesion_page.h"

#include <QComboBox>
#include <QLocale>
#include <QSpinBox>

#include "core/inspection/lesion_points.h"
#include "gui/inspector/image_limit.h"
#include "gui/inspector/value_bars.h"
#include "gui/inspector/value_lines.h"

namespace bypath {

namespace {

constexpr const char* accuracy = "accuracy";
constexpr const char* loss = "loss";
constexpr int swapKind = 1, randomKind = 2, mutedKind = 3;

// The window shows what could not be done as a gap; its reason is read out.
QString readingOf(const Lesions& lesions, const LesionRow& row, bool accurate) {
  QStringList names;
  for (const std::string& block : row.blocks) names << QString::fromStdString(block);
  const QString name = names.join(QStringLiteral(", "));
  if (!row.values) return LesionPage::tr("%1: %2").arg(name, QString::fromStdString(row.reason));
  const char* measure = accurate ? accuracy : loss;
  const double change = lesions.change(row, measure).value_or(0), value = row.values->at(measure);
  if (accurate)
    return LesionPage::tr("%1: accuracy %2 %, %3%4 points")
        .arg(name, QString::number(value * 100, 'f', 1),
             change < 0 ? QString(QChar(0x2212)) : QStringLiteral("+"),
             QString::number(std::abs(change) * 100, 'f', 1));
  return LesionPage::tr("%1: loss %2, %3%4")
      .arg(name, QString::number(value, 'g', 4), change < 0 ? QString(QChar(0x2212)) : QStringLiteral("+"),
           QString::number(std::abs(change), 'g', 3));
}

}  // namespace

LesionPage::LesionPage(QWidget* parent)
    : BarsPage({.icon = QStringLiteral("delete"),
                .verb = tr("Measure"),
                .title = tr("Nothing removed yet"),
                .text = tr("Reads a run's last checkpoint and measures it without its residual blocks, "
                           "their shortcuts left in place. The run stays as it is."),
                .busy = tr("Measuring without each block"),
                .file = QStringLiteral("lesions")},
               parent),
      kind_(new QComboBox),
      most_(new QSpinBox),
      draws_(new QSpinBox),
      limit_(makeImageLimit(tr("How many validation images, at most, each measurement takes"))),
      measure_(new QComboBox),
      lines_(new ValueLines) {
  kind_->addItems({tr("Remove each block"), tr("Swap neighbours"), tr("Random blocks"), tr("What is muted")});
  kind_->setAccessibleName(tr("What is done to the blocks"));
  kind_->setToolTip(tr(
      "Remove one block at a time, exchange the weights of each and the next of the same shapes, or remove "
      "1, 2, 3 and more blocks at once, drawn at random; or leave out what is muted on the canvas (M)"));
  constexpr int usualMost = 10, mostBlocks = 10000, usualDraws = 5, mostDraws = 1000;
  most_->setRange(1, mostBlocks);
  most_->setValue(usualMost);
  most_->setPrefix(tr("up to "));
  most_->setSuffix(tr(" blocks at once"));
  most_->setAccessibleName(tr("Blocks removed at once, at most"));
  most_->setToolTip(tr("One block at first, and so many at once in the end, or all there are"));
  draws_->setRange(1, mostDraws);
  draws_->setValue(usualDraws);
  draws_->setSuffix(tr(" draws of each number"));
  draws_->setAccessibleName(tr("Draws of each number of blocks"));
  draws_->setToolTip(tr("How often blocks are drawn; more show mean and spread more surely"));
  measure_->addItems({tr("Accuracy"), tr("Loss")});
  measure_->setAccessibleName(tr("What the bars show"));
  measure_->setToolTip(tr("What the bars show the change of"));
  addOption(kind_);
  addMoreOption(most_);
  addMoreOption(draws_);
  addOption(limit_);
  addView(measure_);
  bars()->setAccessibleName(tr("Change with each block"));
  lines_->setAccessibleName(tr("Accuracy or loss by blocks removed"));
  addChart(lines_, tr("Point at a number of blocks, or use the arrow keys, to read it."));
  connect(kind_, &QComboBox::currentIndexChanged, this, &LesionPage::showOptions);
  showOptions();
  connect(measure_, &QComboBox::currentIndexChanged, this, &LesionPage::draw);
  connect(bars(), &ValueBars::activated, this, [this](int index) {
    const std::vector<std::string>& blocks = lesions_.rows[static_cast<size_t>(index)].blocks;
    if (!blocks.empty()) Q_EMIT nodeRequested(QString::fromStdString(blocks.front()));
  });
}

void LesionPage::showOptions() {
  for (QSpinBox* box : {most_, draws_}) box->setVisible(kind_->currentIndex() == randomKind);
}

bool LesionPage::showsMuted() const {
  return kind_->currentIndex() == mutedKind;
}

void LesionPage::setMuted(const std::vector<std::string>& paths) {
  if (paths == muted_) return;
  muted_ = paths;
  if (showsMuted() && isVisible() && showsResult() && !muted_.empty()) begin();
}

LesionRequest LesionPage::request() const {
  LesionRequest request{.limit = limit_->value(), .swap = kind_->currentIndex() == swapKind};
  if (showsMuted()) {
    request.only = muted_;
    request.together = true;
  }
  if (kind_->currentIndex() != randomKind) return request;
  request.from = 1;
  request.random = most_->value();
  request.draws = draws_->value();
  return request;
}

void LesionPage::setLesions(const Lesions& lesions, const QString& source) {
  lesions_ = lesions;
  source_ = source;
  measure_->setEnabled(lesions.whole.contains(accuracy));  // without classes there is the loss alone
  draw();
}

void LesionPage::draw() {
  if (lesions_.rows.empty()) return;
  const bool accurate = measure_->currentIndex() == 0 && lesions_.whole.contains(accuracy);
  if (lesions_.random)
    drawLines(accurate);
  else
    drawBars(accurate);
  showChart(lesions_.random ? static_cast<ReadableChart*>(lines_) : bars());
  const QLocale locale;
  const QString whole = accurate ? tr("accuracy %1 %").arg(lesions_.whole.at(accuracy) * 100, 0, 'f', 1)
                                 : tr("loss %1").arg(QString::number(lesions_.whole.at(loss), 'g', 4));
  setVerdict(tr("The whole network: %1 on %2 validation images (%3).")
                 .arg(whole, locale.toString(qlonglong(lesions_.images)), source_),
             QStringLiteral("info"), &Theme::textMuted);
  showResult(captionOf(accurate));
}

void LesionPage::drawBars(bool accurate) {
  std::vector<ValueBar> shown;
  for (const LesionRow& row : lesions_.rows)
    shown.push_back({row.blocks.size() == 1 || lesions_.swapped ? QString::fromStdString(row.blocks.front())
                                                                : tr("%1 blocks").arg(row.blocks.size()),
                     lesions_.change(row, accurate ? accuracy : loss).value_or(NAN), NAN,
                     readingOf(lesions_, row, accurate)});
  bars()->setPercent(accurate);
  bars()->setLegend({accurate ? tr("change of accuracy, in points") : tr("change of loss")});
  bars()->setBars(std::move(shown));
}

// Begins with the whole network: no block removed.
void LesionPage::drawLines(bool accurate) {
  const char* measure = accurate ? accuracy : loss;
  const double scale = accurate ? 100 : 1;
  LinesAxis across{.name = tr("blocks removed"), .at = {0}};
  ValueLine line{accurate ? tr("accuracy, %") : tr("loss"), {lesions_.whole.at(measure) * scale}, {0}};
  for (const LesionPoint& point : byCount(lesions_)) {
    const LesionSpread& spread = point.values.at(measure);
    across.at.push_back(static_cast<double>(point.count));
    line.values.push_back(spread.mean * scale);
    line.spread.push_back(spread.deviation * scale);
  }
  lines_->setLines(std::move(across), {std::move(line)});
}

QString LesionPage::captionOf(bool accurate) const {
  if (!lesions_.random)
    return tr(
        "In a trained residual network removing one block hardly matters, except where the size "
        "changes; a plain network collapses (Veit 2016). Click a bar to see its block.");
  const LesionPoint last = byCount(lesions_).back();
  const double value = last.values.at(accurate ? accuracy : loss).mean;
  const QString left = accurate ? tr("accuracy %1 %").arg(value * 100, 0, 'f', 1)
                                : tr("loss %1").arg(QString::number(value, 'g', 4));
  return tr("Without %1 of %2 blocks, drawn at random: %3 on average over %4 draws; the band is one standard "
            "deviation. A network of 54 blocks loses its accuracy little by little, like a crowd of which "
            "some "
            "leave (Veit 2016, figure 5); one of few loses more with each.")
      .arg(last.count)
      .arg(lesions_.removable)
      .arg(left)
      .arg(last.draws);
}

}  // namespace bypath
