#include "gui/inspector/twins_page.h"

#include <algorithm>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPainter>
#include <QSlider>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "gui/figures/figure_file.h"
#include "gui/inspector/strip_chart.h"

namespace bypath {

namespace {

std::vector<const ProbeRecord*> pointersTo(const std::vector<ProbeRecord>& records) {
  std::vector<const ProbeRecord*> all;
  all.reserve(records.size());
  for (const ProbeRecord& record : records) all.push_back(&record);
  return all;
}

QByteArray splitCsv(const std::vector<ProbeRecord>& runs) {
  QByteArray csv = "run,step,path,shortcut_norm,branch_norm,cosine\n";
  for (size_t i = 0; i < runs.size(); ++i)
    for (const ShortcutFlow& flow : runs[i].shortcuts) {
      QByteArrayList cells = {QByteArray::number(static_cast<int>(i) + 1),
                              QByteArray::number(qlonglong(runs[i].step)),
                              csvText(QString::fromStdString(flow.path))};
      for (const double value : {flow.shortcutNorm, flow.branchNorm, flow.cosine})
        cells << QByteArray::number(value, 'g', 9);
      csv += cells.join(',') + '\n';
    }
  return csv;
}

}  // namespace

TwinsPage::TwinsPage(QWidget* parent)
    : TwinPage(
          {.icon = QStringLiteral("strip"),
           .verb = tr("Read what was kept"),
           .title = tr("Nothing read yet"),
           .text =
               tr("Shows what a run looked like inside over depth and time, beside a second run such as its "
                  "plain twin, and the one over the other."),
           .busy = tr("Reading"),
           .file = QStringLiteral("twins")},
          parent),
      quantities_(stripQuantities()),
      quantity_(new QComboBox),
      view_(new QComboBox),
      views_(new QStackedWidget),
      strips_(new QWidget),
      pictures_(new QWidget),
      slider_(new QSlider(Qt::Horizontal)),
      stepText_(new QLabel) {
  for (const StripQuantity& one : quantities_) quantity_->addItem(one.title, QString::fromLatin1(one.id));
  quantity_->setAccessibleName(tr("What the strips show"));
  addOption(quantity_);
  auto* row = new QHBoxLayout(strips_);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(4);
  constexpr int withNames = 13, without = 10;  // shares of the width
  for (int i = 0; i < 3; ++i) {
    charts_[i] = new StripChart;
    charts_[i]->setNamesShown(i == 0);
    titles_[i] = new QLabel;
    titles_[i]->setProperty("role", "muted");
    titles_[i]->setAlignment(Qt::AlignCenter);
    auto* column = new QVBoxLayout;
    column->setSpacing(0);
    column->addWidget(titles_[i]);
    column->addWidget(charts_[i], 1);
    row->addLayout(column, i == 0 ? withNames : without);
    connect(charts_[i], &StripChart::selectedChanged, this,
            [this, i](int index) { setReading(index < 0 ? QString() : charts_[i]->reading()); });
    connect(charts_[i], &StripChart::scrubbed, this, &TwinsPage::setStep);
    connect(charts_[i], &StripChart::layerRequested, this, &TwinsPage::nodeRequested);
  }
  auto* column = new QVBoxLayout(pictures_);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(2);
  auto* time = new QHBoxLayout;
  time->setContentsMargins(16, 0, 16, 0);
  time->addWidget(slider_, 1);
  time->addWidget(stepText_);
  column->addLayout(time);
  slider_->setAccessibleName(tr("Step"));
  slider_->setToolTip(tr("The step at which both networks are shown"));
  views_->addWidget(strips_);
  views_->addWidget(pictures_);
  view_->addItem(tr("Strips"));
  view_->setAccessibleName(tr("How the runs are shown"));
  view_->hide();
  setResultView(views_, [this](const QString& path, const QString& title) { return exportTo(path, title); });
  connect(quantity_, &QComboBox::currentIndexChanged, this, &TwinsPage::draw);
  connect(view_, &QComboBox::currentIndexChanged, this, &TwinsPage::showView);
  connect(slider_, &QSlider::valueChanged, this, [this](int index) {
    if (const auto& records = longer(); size_t(index) < records.size()) setStep(records[size_t(index)].step);
  });
}

void TwinsPage::setNetworks(QWidget* networks) {
  networks_ = networks;
  static_cast<QVBoxLayout*>(pictures_->layout())->insertWidget(0, networks, 1);
  view_->addItem(tr("Networks"));
  view_->show();
  addOption(view_);
}

void TwinsPage::showView() {
  const bool pictures = view_->currentIndex() > 0;
  views_->setCurrentWidget(pictures ? pictures_ : strips_);
  quantity_->setEnabled(!pictures);
  draw();
}

const std::vector<ProbeRecord>& TwinsPage::longer() const {
  return second_.records.size() > first_.records.size() ? second_.records : first_.records;
}

void TwinsPage::setStep(int64_t step) {
  step_ = step;
  for (StripChart* chart : charts_) chart->setCursorStep(step);
  const auto& records = longer();
  const auto after = std::ranges::upper_bound(records, step, {}, &ProbeRecord::step);
  const QSignalBlocker quiet(slider_);
  slider_->setValue(static_cast<int>(std::max<ptrdiff_t>(0, after - records.begin() - 1)));
  stepText_->setText(tr("step %1").arg(QLocale().toString(qlonglong(step))));
  Q_EMIT stepShown();
}

ProbeRecord TwinsPage::seen(int which) const {
  const std::vector<ProbeRecord>& records = which == 0 ? first_.records : second_.records;
  const auto after =
      step_ ? std::ranges::upper_bound(records, *step_, {}, &ProbeRecord::step) : records.end();
  return after == records.begin() ? ProbeRecord() : *std::prev(after);
}

void TwinsPage::setRecords(Kept first, Kept second) {
  first_ = std::move(first);
  second_ = std::move(second);
  if (first_.records.empty())
    return showEmpty(tr("This run kept nothing of its inside"),
                     tr("Train with “Look inside every” set to some steps, or with this window open."));
  {
    const QSignalBlocker quiet(slider_);
    slider_->setRange(0, static_cast<int>(longer().size()) - 1);
  }
  draw();
  setStep(longer().back().step);
}

void TwinsPage::draw() {
  if (first_.records.empty()) return;
  const StripQuantity& quantity = quantities_[static_cast<size_t>(quantity_->currentIndex())];
  const Strip one = stripOf(quantity, pointersTo(first_.records)),
              two = stripOf(quantity, pointersTo(second_.records));
  const auto range = rangeOf({&one, &two}, quantity.logarithmic);
  charts_[0]->setStrip(one, quantity, range);
  charts_[1]->setStrip(two, quantity, range);
  StripQuantity over = quantity;
  over.logarithmic = true;
  charts_[2]->setStrip(ratioOf(one, two), over);
  titles_[0]->setText(first_.title);
  titles_[1]->setText(second_.title);
  titles_[2]->setText(tr("the first over the second"));
  for (int i = 1; i < 3; ++i) {
    charts_[i]->setVisible(!two.empty());
    titles_[i]->setVisible(!two.empty());
  }
  setVerdict({}, {}, nullptr);
  showResult(view_->currentIndex() > 0
                 ? tr("Where the shortcut's wire is the wider one, most of the gradient goes around the "
                      "block; a plain network has no such way.")
                 : quantity.lookFor);
}

Result<void> TwinsPage::exportTo(const QString& path, const QString& title) const {
  if (views_->currentWidget() == strips_) return exportStrips(path, title);
  return writeFigure(
      {networks_->size(), title,
       [this](QPainter& painter) { networks_->render(&painter, {}, {}, QWidget::DrawChildren); },
       [this] {
         return splitCsv({seen(0), seen(1)});
       }},
      path);
}

Result<void> TwinsPage::exportStrips(const QString& path, const QString& title) const {
  if (path.endsWith(QStringLiteral(".csv"), Qt::CaseInsensitive)) return charts_[0]->exportTo(path, title);
  return writeFigure(
      {strips_->size(), title,
       [this](QPainter& painter) {
         for (int i = 0; i < 3; ++i) {
           if (!charts_[i]->isVisibleTo(this)) continue;
           for (QWidget* part : {static_cast<QWidget*>(titles_[i]), static_cast<QWidget*>(charts_[i])}) {
             painter.save();
             painter.translate(part->pos());
             part->render(&painter, {}, {}, QWidget::DrawChildren);
             painter.restore();
           }
         }
       },
       [] { return QByteArray(); }},
      path);
}

}  // namespace bypath
