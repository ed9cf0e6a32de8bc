#include "gui/data/data_panel.h"

#include <QLabel>
#include <QLocale>
#include <QScrollArea>
#include <QVBoxLayout>

#include "gui/data/class_sheet.h"

namespace bypath {

DataPanel::DataPanel(QWidget* parent)
    : QWidget(parent),
      title_(new QLabel),
      summary_(new QLabel),
      facts_(new QLabel),
      scroll_(new QScrollArea),
      sheet_(new ClassSheet) {
  title_->setProperty("role", "heading");
  summary_->setWordWrap(true);
  facts_->setProperty("role", "caption");
  facts_->setWordWrap(true);
  sheet_->setBackgroundRole(QPalette::Base);
  scroll_->setWidgetResizable(true);
  scroll_->setWidget(sheet_);
  auto* head = new QVBoxLayout;
  head->setContentsMargins(16, 12, 16, 8);
  head->setSpacing(4);
  head->addWidget(title_);
  head->addWidget(summary_);
  head->addWidget(facts_);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addLayout(head);
  column->addWidget(scroll_, 1);
}

void DataPanel::setSource(const QString& name, const QString& folder) {
  if (name == name_ && folder == folder_) return;
  name_ = name;
  folder_ = folder;
  stale_ = true;
  title_->setText(name);
  summary_->clear();
  for (const DataSetEntry& entry : dataCatalog())
    if (entry.name == name.toStdString()) summary_->setText(QString::fromStdString(entry.summary));
  facts_->clear();
  scroll_->hide();
  askIfInSight();
}

void DataPanel::askIfInSight() {
  if (!isVisible() || !stale_ || name_.isEmpty()) return;
  stale_ = false;
  facts_->setText(tr("Reading…"));
  Q_EMIT wanted(name_, folder_);
}

void DataPanel::showProgress(double share) {
  facts_->setText(tr("Reading… %1 %").arg(qRound(share * 100)));
}

void DataPanel::showDataSet(const std::shared_ptr<const DataSet>& set) {
  if (QString::fromStdString(set->name) != name_) return;
  const QLocale locale;
  facts_->setText(tr("%1 training and %2 test images, %3. Training images by class:")
                      .arg(locale.toString(qlonglong(set->train.size())),
                           locale.toString(qlonglong(set->test.size())),
                           QString::fromStdString(set->imageShape.text())));
  sheet_->setDataSet(set);
  scroll_->show();
}

void DataPanel::showError(const QString& sentence) {
  facts_->setText(sentence);
  scroll_->hide();
  stale_ = true;
}

void DataPanel::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  askIfInSight();
}

}  // namespace bypath
