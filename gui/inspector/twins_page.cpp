#include "gui/inspector/twins_page.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>

#include "gui/dashboard/figure_file.h"
#include "gui/inspector/strip_chart.h"

namespace bypath {

namespace {

std::vector<const ProbeRecord*> pointersTo(const std::vector<ProbeRecord>& records) {
  std::vector<const ProbeRecord*> all;
  all.reserve(records.size());
  for (const ProbeRecord& record : records) all.push_back(&record);
  return all;
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
      strips_(new QWidget) {
  for (const StripQuantity& one : quantities_) quantity_->addItem(one.title, QString::fromLatin1(one.id));
  quantity_->setAccessibleName(tr("What the strips show"));
  addOption(quantity_);
  auto* row = new QHBoxLayout(strips_);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(4);
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
    row->addLayout(column, 1);
    connect(charts_[i], &StripChart::selectedChanged, this,
            [this, i](int index) { setReading(index < 0 ? QString() : charts_[i]->reading()); });
    connect(charts_[i], &StripChart::scrubbed, this, [this](qint64 step) {
      for (StripChart* chart : charts_) chart->setCursorStep(step);
    });
    connect(charts_[i], &StripChart::layerRequested, this, &TwinsPage::nodeRequested);
  }
  setResultView(strips_, [this](const QString& path, const QString& title) { return save(path, title); });
  connect(quantity_, &QComboBox::currentIndexChanged, this, &TwinsPage::draw);
}

void TwinsPage::setRecords(Kept first, Kept second) {
  first_ = std::move(first);
  second_ = std::move(second);
  if (first_.records.empty())
    return showEmpty(tr("This run kept nothing of its inside"),
                     tr("Train with “Look inside every” set to some steps, or with this window open."));
  draw();
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
  showResult(quantity.lookFor);
}

Result<void> TwinsPage::save(const QString& path, const QString& title) const {
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
