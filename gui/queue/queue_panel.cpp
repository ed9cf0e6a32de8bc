#include "gui/queue/queue_panel.h"

#include <algorithm>
#include <QAction>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QStackedWidget>
#include <QToolButton>
#include <QTreeWidget>
#include <QVBoxLayout>

#include "gui/theme/theme.h"

namespace bypath {

namespace {

enum Column { nameColumn, stateColumn, bestColumn };

QString stateTitle(ExperimentState state) {
  switch (state) {
    case ExperimentState::waiting:
      return QueuePanel::tr("waiting");
    case ExperimentState::running:
      return QueuePanel::tr("training");
    case ExperimentState::stopped:
      return QueuePanel::tr("stopped");
    case ExperimentState::finished:
      return QueuePanel::tr("finished");
    case ExperimentState::diverged:
      return QueuePanel::tr("diverged");
    case ExperimentState::failed:
      return QueuePanel::tr("failed");
  }
  return {};
}

// The best validation accuracy where there is one, else the least validation loss.
QString bestOf(const RunSummary& summary) {
  if (const auto found = summary.best.find("val_accuracy"); found != summary.best.end())
    return QStringLiteral("%1 %").arg(found->second * 100, 0, 'f', 1);
  const auto found = summary.best.find("val_loss");
  return found == summary.best.end() ? QString() : QString::number(found->second, 'g', 4);
}

QString tipOf(const Experiment& one) {
  QString tip = QString::fromStdString(one.network);
  for (const auto& [key, value] : one.set)
    tip += QStringLiteral("\n%1 = %2").arg(QString::fromStdString(key), QString::fromStdString(value));
  if (one.twin) tip += QueuePanel::tr("\nThe plain twin: without its shortcuts.");
  if (!one.weights.empty())
    tip += QueuePanel::tr("\nBegins with the weights of %1.").arg(QString::fromStdString(one.weights));
  if (!one.message.empty()) tip += QStringLiteral("\n") + QString::fromStdString(one.message);
  return tip;
}

}  // namespace

QueuePanel::QueuePanel(TrainingQueue& queue, const AttributeSchema& training, QWidget* parent)
    : QWidget(parent),
      queue_(queue),
      form_(new VaryForm(training)),
      pages_(new QStackedWidget),
      list_(new QTreeWidget),
      problem_(new QLabel),
      start_(new QPushButton),
      add_(new QPushButton(tr("Add this network"))),
      vary_(new QPushButton(tr("Vary settings…"))),
      compare_(new QToolButton),
      clear_(new QToolButton) {
  list_->setHeaderLabels({tr("Experiment"), tr("State"), tr("Best")});
  list_->headerItem()->setToolTip(bestColumn, tr("Best validation accuracy, or least validation loss"));
  list_->setRootIsDecorated(false);
  list_->setUniformRowHeights(true);
  list_->setSelectionMode(QAbstractItemView::ExtendedSelection);
  list_->setTextElideMode(Qt::ElideMiddle);
  list_->setAccessibleName(tr("Experiments in the queue"));
  list_->header()->setStretchLastSection(false);
  list_->header()->setSectionResizeMode(nameColumn, QHeaderView::Stretch);
  list_->header()->setSectionResizeMode(stateColumn, QHeaderView::ResizeToContents);
  list_->header()->setSectionResizeMode(bestColumn, QHeaderView::ResizeToContents);
  auto* empty = new QLabel(
      tr("Nothing waits.\nAdd the open network with its settings, or vary some settings and train every "
         "combination, one after the other. The queue stays when the window is closed."));
  empty->setProperty("role", "muted");
  empty->setAlignment(Qt::AlignCenter);
  empty->setWordWrap(true);
  empty->setContentsMargins(24, 24, 24, 24);
  pages_->addWidget(empty);
  pages_->addWidget(list_);
  problem_->setProperty("role", "error");
  problem_->setWordWrap(true);
  problem_->setContentsMargins(16, 0, 16, 8);
  problem_->hide();
  form_->hide();
  buildButtons();
  buildCommands();
  connect(&queue_, &TrainingQueue::changed, this, &QueuePanel::fill);
  connect(list_, &QTreeWidget::itemSelectionChanged, this, &QueuePanel::showState);
  fill();
}

void QueuePanel::buildButtons() {
  start_->setProperty("primary", true);
  add_->setToolTip(tr("The open network as it is now, with the settings of the Training tab"));
  compare_->setIcon(themedIcon(QStringLiteral("curves")));
  compare_->setToolTip(tr("Compare the selected runs, or all: a table and their curves"));
  compare_->setAccessibleName(tr("Compare"));
  clear_->setIcon(themedIcon(QStringLiteral("check")));
  clear_->setToolTip(tr("Take what is done off the list; its runs stay among the runs"));
  clear_->setAccessibleName(tr("Take what is done off the list"));
  auto* first = new QHBoxLayout;
  first->setContentsMargins(16, 12, 16, 0);
  first->setSpacing(8);
  first->addWidget(start_);
  first->addStretch();
  first->addWidget(compare_);
  first->addWidget(clear_);
  auto* second = new QHBoxLayout;
  second->setContentsMargins(16, 8, 16, 8);
  second->setSpacing(8);
  second->addWidget(add_);
  second->addWidget(vary_);
  second->addStretch();
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addLayout(first);
  column->addLayout(second);
  column->addWidget(form_);
  column->addWidget(problem_);
  column->addWidget(pages_, 1);
  connect(start_, &QPushButton::clicked, this, [this] {
    complain({});
    running_ ? stopRequested() : startRequested();
  });
  connect(add_, &QPushButton::clicked, this, [this] {
    complain({});
    Q_EMIT addRequested();
  });
  connect(vary_, &QPushButton::clicked, this, &QueuePanel::showVaryForm);
  connect(compare_, &QToolButton::clicked, this, [this] { Q_EMIT compareRequested(comparable()); });
  connect(clear_, &QToolButton::clicked, this, [this] { sayOf(queue_.removeDone()); });
  connect(form_, &VaryForm::cancelled, this, [this] {
    form_->hide();
    vary_->setFocus();
  });
  connect(form_, &VaryForm::wanted, this, [this] {
    const Result<Sweep> sweep = form_->experiments();
    if (!sweep) return;
    form_->hide();
    list_->setFocus();
    Q_EMIT varyRequested(sweep->experiments, QString::fromStdString(form_->network()));
  });
}

void QueuePanel::buildCommands() {
  const auto command = [this](const QString& text, const QKeySequence& key, auto act) {
    auto* action = new QAction(text, list_);
    action->setShortcut(key);
    action->setShortcutContext(Qt::WidgetShortcut);
    connect(action, &QAction::triggered, this, act);
    list_->addAction(action);
  };
  list_->setContextMenuPolicy(Qt::ActionsContextMenu);
  command(tr("Take off the list"), QKeySequence::Delete, [this] { sayOf(queue_.remove(selected())); });
  command(tr("Move up"), QKeySequence(Qt::ALT | Qt::Key_Up), [this] {
    for (const std::string& name : selected()) sayOf(queue_.move(name, -1));
  });
  command(tr("Move down"), QKeySequence(Qt::ALT | Qt::Key_Down), [this] {
    std::vector<std::string> names = selected();
    std::ranges::reverse(names);
    for (const std::string& name : names) sayOf(queue_.move(name, 1));
  });
  command(tr("Try again"), {}, [this] {
    for (const std::string& name : selected()) sayOf(queue_.retry(name));
  });
  command(tr("Compare"), {}, [this] { Q_EMIT compareRequested(comparable()); });
}

void QueuePanel::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  if (!running_) sayOf(queue_.refresh());
}

void QueuePanel::showVaryForm() {
  form_->show();
  form_->valuesField(0)->setFocus();
}

void QueuePanel::setDriving(bool running, const std::string& current) {
  running_ = running;
  if (current == current_) return showState();
  progress_ = 0;
  current_ = current;
  fill();  // the one that was trained shows what came of it
}

void QueuePanel::setProgress(double share) {
  if (current_.empty()) return;
  progress_ = share;
  for (QTreeWidgetItem* item : list_->findItems(QString::fromStdString(current_), Qt::MatchExactly))
    item->setText(stateColumn, tr("training, %1 %").arg(static_cast<int>(share * 100)));
}

void QueuePanel::setDocument(bool there) {
  document_ = there;
  showState();
}

void QueuePanel::complain(const QString& sentence) {
  problem_->setText(sentence);
  problem_->setVisible(!sentence.isEmpty());
}

QString QueuePanel::problem() const {
  return problem_->text();
}

void QueuePanel::sayOf(const Result<void>& outcome) {
  complain(outcome ? QString() : QString::fromStdString(outcome.error().message));
}

std::vector<std::string> QueuePanel::selected() const {
  std::vector<std::string> names;
  for (int i = 0; i < list_->topLevelItemCount(); ++i)
    if (const QTreeWidgetItem* item = list_->topLevelItem(i); item->isSelected())
      names.push_back(item->text(nameColumn).toStdString());
  return names;
}

std::vector<std::filesystem::path> QueuePanel::comparable() const {
  const std::vector<std::string> names = selected();
  std::vector<std::filesystem::path> runs;
  for (const Experiment& one : queue_.experiments())
    if (one.state != ExperimentState::waiting &&
        (names.size() < 2 || std::ranges::find(names, one.name) != names.end()))
      runs.push_back(queue_.folderOf(one));
  return runs;
}

void QueuePanel::fill() {
  const std::vector<std::string> kept = selected();
  {
    const QSignalBlocker quiet(list_);
    list_->clear();
    for (const Experiment& one : queue_.experiments()) {
      auto* item = new QTreeWidgetItem(
          list_, {QString::fromStdString(one.name), stateTitle(one.state), bestOf(one.summary)});
      for (const int column : {nameColumn, stateColumn}) item->setToolTip(column, tipOf(one));
      item->setTextAlignment(bestColumn, Qt::AlignRight | Qt::AlignVCenter);
      item->setSelected(std::ranges::find(kept, one.name) != kept.end());
      const bool bad = one.state == ExperimentState::diverged || one.state == ExperimentState::failed;
      if (bad) item->setForeground(stateColumn, theme().error);
    }
  }
  if (!current_.empty()) setProgress(progress_);
  pages_->setCurrentIndex(queue_.experiments().empty() ? 0 : 1);
  showState();
}

void QueuePanel::showState() {
  const auto& all = queue_.experiments();
  const auto left = std::ranges::count_if(all, [](const Experiment& one) { return !isDone(one); });
  start_->setText(running_ ? tr("Stop the queue") : tr("Start the queue"));
  start_->setEnabled(running_ || left > 0);
  start_->setToolTip(running_ ? tr("The run under way writes a checkpoint and can be gone on with")
                              : tr("Trains what waits, one after the other: %1").arg(left));
  add_->setEnabled(document_);
  compare_->setEnabled(comparable().size() > 1);
  clear_->setEnabled(std::ranges::any_of(all, isDone));
}

}  // namespace bypath
