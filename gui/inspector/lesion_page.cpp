#include "gui/inspector/lesion_page.h"

#include <QComboBox>
#include <QLocale>
#include <QSpinBox>

#include "gui/inspector/image_limit.h"
#include "gui/inspector/value_bars.h"

namespace bypath {

namespace {

constexpr const char* accuracy = "accuracy";
constexpr const char* loss = "loss";

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
                .verb = tr("Measure each block"),
                .title = tr("Nothing removed yet"),
                .text = tr("Reads a run's last checkpoint and measures it without each residual block in "
                           "turn, its shortcut left in place. The run stays as it is."),
                .busy = tr("Measuring without each block"),
                .file = QStringLiteral("lesions")},
               parent),
      kind_(new QComboBox),
      limit_(makeImageLimit(tr("How many validation images, at most, each measurement takes"))),
      measure_(new QComboBox) {
  kind_->addItems({tr("Remove each block"), tr("Swap neighbours")});
  kind_->setAccessibleName(tr("What is done to the blocks"));
  kind_->setToolTip(
      tr("Remove one block at a time, or exchange the weights of each and the next of the same shapes"));
  measure_->addItems({tr("Accuracy"), tr("Loss")});
  measure_->setAccessibleName(tr("What the bars show"));
  measure_->setToolTip(tr("What the bars show the change of"));
  addOption(kind_);
  addOption(limit_);
  addView(measure_);
  bars()->setAccessibleName(tr("Change with each block"));
  connect(measure_, &QComboBox::currentIndexChanged, this, &LesionPage::draw);
  connect(bars(), &ValueBars::activated, this, [this](int index) {
    const std::vector<std::string>& blocks = lesions_.rows[static_cast<size_t>(index)].blocks;
    if (!blocks.empty()) Q_EMIT nodeRequested(QString::fromStdString(blocks.front()));
  });
}

int64_t LesionPage::limit() const {
  return limit_->value();
}

bool LesionPage::swap() const {
  return kind_->currentIndex() == 1;
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
  std::vector<ValueBar> shown;
  for (const LesionRow& row : lesions_.rows)
    shown.push_back({QString::fromStdString(row.blocks.front()),
                     lesions_.change(row, accurate ? accuracy : loss).value_or(NAN), NAN,
                     readingOf(lesions_, row, accurate)});
  bars()->setPercent(accurate);
  bars()->setLegend({accurate ? tr("change of accuracy, in points") : tr("change of loss")});
  bars()->setBars(std::move(shown));
  const QLocale locale;
  const QString whole = accurate ? tr("accuracy %1 %").arg(lesions_.whole.at(accuracy) * 100, 0, 'f', 1)
                                 : tr("loss %1").arg(QString::number(lesions_.whole.at(loss), 'g', 4));
  setVerdict(tr("The whole network: %1 on %2 validation images (%3).")
                 .arg(whole, locale.toString(qlonglong(lesions_.images)), source_),
             QStringLiteral("info"), &Theme::textMuted);
  showResult(
      tr("In a trained residual network removing one block hardly matters, except where the size changes; a "
         "plain network collapses (Veit 2016). Click a bar to see its block."));
}

}  // namespace bypath
