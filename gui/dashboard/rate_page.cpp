#include "gui/dashboard/rate_page.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QStackedWidget>
#include <QStyle>
#include <QVBoxLayout>

#include "gui/dashboard/empty_state.h"
#include "gui/dashboard/progress_line.h"
#include "gui/dashboard/rate_chart.h"

namespace bypath {

RatePage::RatePage(QWidget* parent)
    : QWidget(parent),
      caption_(new QLabel),
      again_(new QPushButton(tr("Find again"))),
      use_(new QPushButton),
      progress_(new ProgressLine),
      content_(new QStackedWidget),
      empty_(new EmptyState(QStringLiteral("train"), {}, {})),
      begin_(empty_->offer(tr("Find a learning rate"))),
      chart_(new RateChart) {
  caption_->setWordWrap(true);
  use_->setProperty("primary", true);
  use_->setToolTip(tr("Set the learning rate of the training settings; one step to undo"));
  again_->setToolTip(tr("The test once more, with the network and settings as they are now"));
  content_->addWidget(empty_);
  content_->addWidget(chart_);
  auto* head = new QHBoxLayout;
  head->setContentsMargins(16, 0, 16, 0);
  head->setSpacing(8);
  head->addWidget(caption_, 1);
  head->addWidget(again_);
  head->addWidget(use_);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 8, 0, 4);
  column->setSpacing(4);
  column->addLayout(head);
  column->addWidget(progress_);
  column->addWidget(content_, 1);
  connect(begin_, &QPushButton::clicked, this, &RatePage::findWanted);
  connect(again_, &QPushButton::clicked, this, &RatePage::findWanted);
  connect(use_, &QPushButton::clicked, this, [this] { Q_EMIT rateChosen(chart_->chosen()); });
  connect(chart_, &RateChart::chosenChanged, this,
          [this](double rate) { use_->setText(tr("Use %1").arg(rateText(rate))); });
  for (QPushButton* button : {again_, use_}) button->hide();
  setBusy(false);
  showCaption({});
}

void RatePage::setBusy(bool busy) {
  begin_->setVisible(!busy);
  again_->setEnabled(!busy);
  empty_->setText(
      busy ? tr("Looking for a learning rate") : tr("No rate looked for yet"),
      tr("A hundred steps from fresh weights at a rising rate show which rates this network can take. "
         "Nothing is kept of them."));
  if (!busy) progress_->end();
}

void RatePage::setRange(const RateRange& range) {
  if (range.points.size() < 2)
    return say(
        tr("The loss left all bounds at the first steps, at the smallest rates; look at the data and the "
           "initial weights."));
  chart_->setRange(range);
  content_->setCurrentWidget(chart_);
  for (QPushButton* button : {again_, use_}) button->show();
  showCaption({});
}

void RatePage::say(const QString& problem) {
  showCaption(problem);
}

QString RatePage::caption() const {
  return caption_->text();
}

void RatePage::showCaption(const QString& problem) {
  const bool seen = content_->currentWidget() == chart_;
  caption_->setProperty("role", problem.isEmpty() ? "caption" : "error");
  caption_->style()->unpolish(caption_);
  caption_->style()->polish(caption_);
  caption_->setText(
      problem.isEmpty() && seen
          ? tr("The loss while the rate rises a little at every step (Smith 2017): a good rate lies on "
               "the slope down, about a tenth of where the loss is lowest.")
          : problem);
}

}  // namespace bypath
