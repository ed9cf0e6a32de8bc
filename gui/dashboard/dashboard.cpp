#include "gui/dashboard/dashboard.h"

#include <algorithm>
#include <QHBoxLayout>
#include <QPushButton>
#include <QStackedWidget>
#include <QTabWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include "gui/dashboard/compare_page.h"
#include "gui/dashboard/curve_chart.h"
#include "gui/dashboard/curve_cursor.h"
#include "gui/dashboard/empty_state.h"
#include "gui/dashboard/explore_page.h"
#include "gui/dashboard/gradient_page.h"
#include "gui/dashboard/pictures_page.h"
#include "gui/dashboard/rate_page.h"
#include "gui/dashboard/shortcut_page.h"
#include "gui/dashboard/training_status.h"
#include "gui/theme/theme.h"

namespace bypath {

namespace {

// What the second chart shows unless told otherwise: the first of these that the run has.
constexpr const char* secondChoices[] = {"accuracy", "reconstruction", "cross_entropy", "learning_rate"};

}  // namespace

Dashboard::Dashboard(QWidget* parent)
    : QWidget(parent),
      status_(new TrainingStatus),
      head_(new QHBoxLayout),
      tabs_(new QTabWidget),
      curvePage_(new QStackedWidget),
      noCurves_(new EmptyState(QStringLiteral("curves"), tr("No training yet"),
                               tr("Press Train: the first point of the loss appears here within seconds."))),
      charts_(new QWidget),
      primary_(new CurveChart),
      secondary_(new CurveChart),
      gradients_(new GradientPage),
      shortcuts_(new ShortcutPage),
      pictures_(new PicturesPage),
      compare_(new ComparePage),
      explore_(new ExplorePage),
      rate_(new RatePage) {
  auto* row = new QHBoxLayout(charts_);
  row->setContentsMargins(8, 0, 8, 0);
  row->setSpacing(8);
  row->addWidget(primary_, 1);
  row->addWidget(secondary_, 1);
  connect(noCurves_->offer(tr("Train")), &QPushButton::clicked, this, &Dashboard::trainRequested);
  curvePage_->addWidget(noCurves_);
  curvePage_->addWidget(charts_);

  tabs_->setDocumentMode(true);
  tabs_->addTab(curvePage_, themedIcon(QStringLiteral("curves")), tr("Curves"));
  tabs_->addTab(gradients_, themedIcon(QStringLiteral("gradients")), tr("Gradients"));
  tabs_->addTab(shortcuts_, themedIcon(QStringLiteral("shortcut")), tr("Shortcuts"));
  tabs_->addTab(pictures_, themedIcon(QStringLiteral("pictures")), tr("Pictures"));
  tabs_->addTab(compare_, themedIcon(QStringLiteral("runs")), tr("Compare"));
  tabs_->addTab(explore_, themedIcon(QStringLiteral("search")), tr("Explore"));
  tabs_->addTab(rate_, themedIcon(QStringLiteral("train")), tr("Learning rate"));
  for (QWidget* page : {static_cast<QWidget*>(explore_), static_cast<QWidget*>(rate_)})
    offerPage(page, false);
  setProperty("role", "panel");
  setAttribute(Qt::WA_StyledBackground);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  head_->setContentsMargins(0, 0, 8, 0);
  head_->addWidget(status_, 1);
  column->addLayout(head_);
  column->addWidget(tabs_, 1);

  primary_->setQuantity("loss");
  shareCursor({primary_->view(), secondary_->view(), compare_->chart()->view()});
  connect(tabs_, &QTabWidget::currentChanged, this, &Dashboard::refresh);
  connect(gradients_, &GradientPage::nodeRequested, this, &Dashboard::nodeRequested);
  connect(shortcuts_, &ShortcutPage::nodeRequested, this, &Dashboard::nodeRequested);
  timer_.setInterval(33);
  connect(&timer_, &QTimer::timeout, this, &Dashboard::drain);
}

void Dashboard::watch(std::shared_ptr<TrainingFeed> feed) {
  drain();
  feed_ = std::move(feed);
  frame_.reset();
  latest_.reset();
  history_.clear();
  scrubbedTo_.reset();
  curves_ = {};
  drawnCurves_ = -1;
  drawnFrame_ = nullptr;
  secondaryChosen_ = false;
  ended_ = false;
  status_->clear();
  setLevels({});
  const InspectionFrame nothing;
  gradients_->setRecord(nothing.probes);
  shortcuts_->setRecord(nothing.probes);
  pictures_->setFrame(nothing);
  explore_->clearFrames();
  refresh();
  Q_EMIT historyGrew();
  Q_EMIT scrubChanged();
  timer_.start();
}

void Dashboard::drain() {
  if (!feed_) return;
  for (const FeedEvent& event : feed_->drain()) take(event);
  std::shared_ptr<const InspectionFrame> latest = feed_->latest();
  if (latest && latest != latest_) {
    latest_ = std::move(latest);
    explore_->addFrame(*latest_);
    history_.add(latest_);
    if (!scrubbedTo_) showFrame(latest_);
    Q_EMIT historyGrew();
  }
  refresh();
  if (ended_) timer_.stop();
}

void Dashboard::showFrame(std::shared_ptr<const InspectionFrame> frame) {
  frame_ = std::move(frame);
  if (frame_) Q_EMIT frameArrived(*frame_);
}

void Dashboard::scrubTo(qint64 step) {
  scrubbedTo_ = step;
  showFrame(history_.at(step));
  refresh();
  Q_EMIT scrubChanged();
}

void Dashboard::followRun() {
  scrubbedTo_.reset();
  showFrame(latest_);
  refresh();
  Q_EMIT scrubChanged();
}

void Dashboard::take(const FeedEvent& event) {
  curves_.add(event);
  status_->add(event);
  ended_ = event.kind == FeedEventKind::finished || event.kind == FeedEventKind::failed;
  Q_EMIT eventArrived(event);
}

void Dashboard::setOverlays(std::vector<CurveOverlay> overlays) {
  overlays_ = std::move(overlays);
  drawnCurves_ = -1;
  refresh();
}

QToolButton* Dashboard::offerAction(QAction& action) {
  auto* button = new QToolButton;
  button->setDefaultAction(&action);
  button->setAutoRaise(true);
  button->setObjectName(action.objectName() + QStringLiteral("Button"));
  head_->addWidget(button);
  return button;
}

void Dashboard::offerPage(QWidget* page, bool offered) {
  tabs_->setTabVisible(tabs_->indexOf(page), offered);
}

void Dashboard::setLevels(const LevelsByQuantity& levels) {
  primary_->setLevels(levels);
  secondary_->setLevels(levels);
}

void Dashboard::refresh() {
  const QWidget* page = tabs_->currentWidget();
  if (page == curvePage_ && drawnCurves_ != curves_.revision()) {
    drawnCurves_ = curves_.revision();
    curvePage_->setCurrentWidget(curves_.empty() && overlays_.empty() ? static_cast<QWidget*>(noCurves_)
                                                                      : charts_);
    primary_->setCurves(curves_, overlays_);
    secondary_->setCurves(curves_, overlays_);
    if (!secondaryChosen_) {
      std::vector<std::string> names = curves_.quantities();
      if (curves_.empty() && !overlays_.empty()) names = overlays_.front().curves.quantities();
      const auto* choice = std::find_if(
          std::begin(secondChoices), std::end(secondChoices),
          [&](const char* name) { return std::find(names.begin(), names.end(), name) != names.end(); });
      secondaryChosen_ = choice != std::end(secondChoices) && !curves_.empty();
      if (choice != std::end(secondChoices)) secondary_->setQuantity(*choice);
    }
    // A first, empty chart next to a full one says nothing.
    secondary_->setVisible(!secondary_->quantity().empty());
  }
  if (!frame_ || (drawnFrame_ == frame_.get() && drawnPage_ == page)) return;
  drawnFrame_ = frame_.get();
  drawnPage_ = page;
  if (page == gradients_) gradients_->setRecord(frame_->probes);
  if (page == shortcuts_) shortcuts_->setRecord(frame_->probes);
  if (page == pictures_) pictures_->setFrame(*frame_);
}

}  // namespace bypath
