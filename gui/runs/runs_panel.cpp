#include "gui/runs/runs_panel.h"

#include <algorithm>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QSet>
#include <QStackedWidget>
#include <QTimer>
#include <QToolButton>
#include <QTreeWidget>
#include <QVBoxLayout>

#include "gui/theme/theme.h"

namespace bypath {

namespace {

enum Column { nameColumn, stateColumn, bestColumn };
constexpr int runIndexRole = Qt::UserRole;

// The best validation accuracy where there is one, else the least validation loss; empty for a run without
// either.
QString bestOf(const std::vector<RunRow>& rows) {
  double accuracy = -1, loss = -1;
  for (const RunRow& row : rows) {
    if (const auto found = row.values.find("val_accuracy"); found != row.values.end())
      accuracy = std::max(accuracy, found->second);
    if (const auto found = row.values.find("val_loss"); found != row.values.end())
      loss = loss < 0 ? found->second : std::min(loss, found->second);
  }
  if (accuracy >= 0) return QStringLiteral("%1 %").arg(accuracy * 100, 0, 'f', 1);
  return loss >= 0 ? QString::number(loss, 'g', 4) : QStringLiteral("–");
}

}  // namespace

RunsPanel::RunsPanel(QWidget* parent)
    : QWidget(parent), pages_(new QStackedWidget), message_(new QLabel), list_(new QTreeWidget) {
  list_->setHeaderLabels({tr("Run"), tr("State"), tr("Best")});
  list_->headerItem()->setToolTip(bestColumn, tr("Best validation accuracy, or least validation loss"));
  list_->setRootIsDecorated(false);
  list_->setUniformRowHeights(true);
  list_->setTextElideMode(Qt::ElideMiddle);
  list_->setAccessibleName(tr("Past runs"));
  list_->header()->setStretchLastSection(false);
  list_->header()->setSectionResizeMode(nameColumn, QHeaderView::Stretch);
  list_->header()->setSectionResizeMode(stateColumn, QHeaderView::ResizeToContents);
  list_->header()->setSectionResizeMode(bestColumn, QHeaderView::ResizeToContents);
  message_->setProperty("role", "muted");
  message_->setAlignment(Qt::AlignCenter);
  message_->setWordWrap(true);
  message_->setContentsMargins(24, 24, 24, 24);
  pages_->addWidget(message_);
  pages_->addWidget(list_);

  auto* hint = new QLabel(tr("Tick a run to lay its curves under the current ones."));
  hint->setProperty("role", "caption");
  hint->setWordWrap(true);
  auto* again = new QToolButton;
  again->setIcon(themedIcon(QStringLiteral("refresh")));
  again->setToolTip(tr("Read the list again"));
  auto* head = new QHBoxLayout;
  head->setContentsMargins(16, 8, 8, 8);
  head->addWidget(hint, 1);
  head->addWidget(again);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addLayout(head);
  column->addWidget(pages_, 1);
  connect(again, &QToolButton::clicked, this, &RunsPanel::refresh);
  connect(list_, &QTreeWidget::itemChanged, this, [this](QTreeWidgetItem*, int changed) {
    if (changed == nameColumn) Q_EMIT chosenChanged();
  });
}

void RunsPanel::say(const QString& text) {
  message_->setText(text);
  pages_->setCurrentWidget(message_);
}

void RunsPanel::refresh() {
  Result<std::vector<RunHeader>> runs = listRuns();
  if (!runs) return say(QString::fromStdString(runs.error().message));
  QSet<QString> ticked;
  for (int i = 0; i < list_->topLevelItemCount(); ++i)
    if (list_->topLevelItem(i)->checkState(nameColumn) == Qt::Checked)
      ticked.insert(QString::fromStdString(runs_[static_cast<size_t>(i)].folder.string()));

  runs_ = std::move(*runs);
  withoutBest_.clear();
  const QSignalBlocker blocker(list_);
  list_->clear();
  for (size_t i = 0; i < runs_.size(); ++i) {
    const RunHeader& run = runs_[i];
    auto* item = new QTreeWidgetItem(
        list_, {QString::fromStdString(run.id), QString::fromStdString(run.state), QStringLiteral("…")});
    const QString folder = QString::fromStdString(run.folder.string());
    item->setData(nameColumn, runIndexRole, static_cast<int>(i));
    item->setCheckState(nameColumn, ticked.contains(folder) ? Qt::Checked : Qt::Unchecked);
    item->setToolTip(nameColumn,
                     tr("%1 on %2\nstarted %3\n%4")
                         .arg(QString::fromStdString(run.network), QString::fromStdString(run.data),
                              QString::fromStdString(run.started), folder));
    item->setTextAlignment(bestColumn, Qt::AlignRight | Qt::AlignVCenter);
    withoutBest_.push_back(item);
  }
  if (runs_.empty())
    return say(tr("No runs yet.\nEvery training is kept here, to be compared with the next."));
  pages_->setCurrentWidget(list_);
  QTimer::singleShot(0, this, &RunsPanel::fillNextBest);
}

void RunsPanel::fillNextBest() {
  if (withoutBest_.empty()) return;
  QTreeWidgetItem* item = withoutBest_.front();
  withoutBest_.pop_front();
  const RunHeader& run = runs_[static_cast<size_t>(item->data(nameColumn, runIndexRole).toInt())];
  const Result<RunStore> store = RunStore::open(run.folder);
  const Result<std::vector<RunRow>> rows = store ? store->rows() : Result<std::vector<RunRow>>(store.error());
  item->setText(bestColumn, rows ? bestOf(*rows) : QStringLiteral("–"));
  if (!rows) item->setToolTip(bestColumn, QString::fromStdString(rows.error().message));
  QTimer::singleShot(0, this, &RunsPanel::fillNextBest);
}

std::vector<ChosenRun> RunsPanel::chosen() {
  std::vector<ChosenRun> result;
  for (int i = 0; i < list_->topLevelItemCount(); ++i) {
    QTreeWidgetItem* item = list_->topLevelItem(i);
    if (item->checkState(nameColumn) != Qt::Checked) continue;
    const RunHeader& run = runs_[static_cast<size_t>(i)];
    const Result<RunStore> store = RunStore::open(run.folder);
    if (!store) {
      item->setToolTip(stateColumn, QString::fromStdString(store.error().message));
      continue;
    }
    const Result<std::vector<RunRow>> rows = store->rows();
    const Result<std::vector<RunMark>> marks = store->marks();
    if (rows && marks) result.push_back({run, *rows, *marks});
  }
  return result;
}

int RunsPanel::count() const {
  return list_->topLevelItemCount();
}

void RunsPanel::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  refresh();
}

}  // namespace bypath
