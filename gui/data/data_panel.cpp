#include "gui/data/data_panel.h"

#include <QLabel>
#include <QScrollArea>
#include <QVBoxLayout>

#include "gui/data/augmentation_preview.h"
#include "gui/data/bar_list.h"
#include "gui/data/class_sheet.h"
#include "gui/data/set_image.h"
#include "gui/document/texts.h"

namespace bypath {

namespace {

constexpr int roomForAll = 640;

QString number(int64_t count) {
  return countText(static_cast<double>(count));
}

QLabel* label(const char* role, const QString& text = {}) {
  auto* result = new QLabel(text);
  result->setProperty("role", role);
  result->setWordWrap(true);
  return result;
}

}  // namespace

DataPanel::DataPanel(QWidget* parent)
    : QWidget(parent),
      title_(label("heading")),
      summary_(label("")),
      facts_(label("caption")),
      scroll_(new QScrollArea),
      splits_(new BarList),
      steps_(label("caption")),
      classes_(new BarList),
      sheet_(new ClassSheet),
      preview_(new AugmentationPreview) {
  splits_->setAccessibleName(tr("What training takes of the set"));
  classes_->setAccessibleName(tr("Training images of each class"));
  auto* head = new QVBoxLayout;
  head->setContentsMargins(16, 12, 16, 8);
  head->setSpacing(4);
  head->addWidget(title_);
  head->addWidget(summary_);
  head->addWidget(facts_);

  auto* content = new QWidget;
  content->setBackgroundRole(QPalette::Base);
  auto* parts = new QVBoxLayout(content);
  parts->setContentsMargins(0, 0, 0, 8);
  parts->setSpacing(0);
  auto* bars = new QVBoxLayout;
  bars->setContentsMargins(16, 0, 16, 8);
  bars->setSpacing(4);
  bars->addWidget(splits_);
  bars->addWidget(steps_);
  bars->addSpacing(12);
  bars->addWidget(label("heading", tr("Classes")));
  bars->addWidget(classes_);
  bars->addSpacing(12);
  bars->addWidget(label("heading", tr("Pictures")));
  bars->addWidget(label("caption", tr("Choose one to see what augmentation makes of it.")));
  parts->addLayout(bars);
  parts->addWidget(sheet_);
  parts->addStretch();
  scroll_->setWidgetResizable(true);
  scroll_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  scroll_->setWidget(content);

  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addLayout(head);
  column->addWidget(scroll_, 1);
  column->addWidget(preview_);
  column->addStretch();  // while there is no set to show
  hideSet();
  connect(sheet_, &ClassSheet::imageChosen, preview_, &AugmentationPreview::showImage);
  connect(sheet_, &ClassSheet::imageChosen, this, [this] {
    if (!sheet_->hasFocus()) return;
    const QRect chosen = sheet_->chosenRect().translated(sheet_->pos());
    scroll_->ensureVisible(chosen.center().x(), chosen.center().y(), 0, chosen.height());
  });
  connect(preview_, &AugmentationPreview::augmentChosen, this, &DataPanel::augmentChosen);
}

void DataPanel::setUse(const DataUse& use) {
  if (use == use_) return;
  const bool same = use.sameSet(use_);
  use_ = use;
  if (same) return showUse();
  stale_ = true;
  title_->setText(use.name);
  summary_->clear();
  for (const DataSetEntry& entry : dataCatalog())
    if (entry.name == use.name.toStdString()) summary_->setText(QString::fromStdString(entry.summary));
  facts_->clear();
  hideSet();
  askIfInSight();
}

void DataPanel::hideSet() {
  set_.reset();
  preview_->clear();
  preview_->hide();
  scroll_->hide();
}

void DataPanel::askIfInSight() {
  if (!isVisible() || !stale_ || use_.name.isEmpty()) return;
  stale_ = false;
  facts_->setText(tr("Reading…"));
  Q_EMIT wanted(use_.name, use_.folder);
}

void DataPanel::showProgress(double share) {
  facts_->setText(tr("Reading… %1 %").arg(qRound(share * 100)));
}

void DataPanel::showDataSet(const std::shared_ptr<const DataSet>& set) {
  if (QString::fromStdString(set->name) != use_.name) return;
  set_ = set;
  facts_->setText(tr("%1 training and %2 test images, %3")
                      .arg(number(set->train.size()), number(set->test.size()), shapeText(set->imageShape)));
  scroll_->show();
  preview_->setVisible(drawable(*set) && set->train.size() > 0);
  showUse();
}

void DataPanel::showUse() {
  if (!set_) return;
  const int64_t used = usedOf(use_.loader.limit, set_->train.size());
  if (set_->train.size() > 0) preview_->setData(set_, use_);
  sheet_->setDataSet(set_, used);
  showSplits();
  std::vector<Bar> bars;
  bars.reserve(set_->classes.size());
  for (int i = 0; i < static_cast<int>(set_->classes.size()); ++i)
    bars.push_back({QString::fromStdString(set_->classes[static_cast<size_t>(i)]),
                    static_cast<double>(sheet_->count(i)), 0, number(sheet_->count(i))});
  classes_->setBars(std::move(bars));
}

void DataPanel::showSplits() {
  const auto bar = [](const QString& name, int64_t used, int64_t whole) {
    return Bar{name, static_cast<double>(used), static_cast<double>(whole),
               used == whole ? number(used) : tr("%1 of %2").arg(number(used), number(whole))};
  };
  const int64_t train = set_->train.size(), test = set_->test.size(), used = usedOf(use_.loader.limit, train);
  splits_->setBars({bar(tr("Training"), used, train),
                    bar(tr("Validation"), usedOf(use_.limitValidation, test), test),
                    bar(tr("Test"), test, test)});
  const int64_t batch = use_.loader.batch, steps = used / batch, left = used % batch;
  QString text = steps == 0
                     ? tr("An epoch is one step of %1 images, in which images come again.").arg(number(batch))
                     : tr("An epoch is %1 steps of %2 images.").arg(number(steps), number(batch));
  if (steps > 0 && left > 0) text += tr(" Each leaves out %1, others every time.").arg(number(left));
  if (test > 0) text += tr(" The set has no third part: validation looks at test images.");
  steps_->setText(text);
}

void DataPanel::showError(const QString& sentence) {
  facts_->setText(sentence);
  hideSet();
  stale_ = true;
}

// In a low window the pictures to choose from need the room.
void DataPanel::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  preview_->setCompact(height() < roomForAll);
}

void DataPanel::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  askIfInSight();
}

}  // namespace bypath
