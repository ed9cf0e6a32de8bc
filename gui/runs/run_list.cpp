#include "gui/runs/run_list.h"

#include <algorithm>
#include <map>
#include <QEvent>
#include <QHeaderView>
#include <QScopedValueRollback>
#include <QScrollBar>
#include <set>

namespace bypath {

namespace {

namespace fs = std::filesystem;

// From these widths on there is room for them.
constexpr int widthForTags = 420, widthForStart = 540;

RunItem* asRun(QTreeWidgetItem* item) {
  return static_cast<RunItem*>(item);
}

}  // namespace

RunList::RunList(QWidget* parent) : QTreeWidget(parent) {
  setColumnCount(RunItem::columnCount);
  setHeaderLabels({tr("Run"), tr("State"), tr("Best"), tr("Tags"), tr("Started")});
  headerItem()->setToolTip(RunItem::bestColumn, tr("Best validation accuracy, or least validation loss"));
  headerItem()->setTextAlignment(RunItem::bestColumn, Qt::AlignRight | Qt::AlignVCenter);
  setRootIsDecorated(false);
  setIndentation(14);
  setUniformRowHeights(true);
  setTextElideMode(Qt::ElideMiddle);
  setSelectionMode(ExtendedSelection);
  setEditTriggers(NoEditTriggers);
  setExpandsOnDoubleClick(true);
  setContextMenuPolicy(Qt::CustomContextMenu);
  setAccessibleName(tr("Past runs"));
  header()->setStretchLastSection(false);
  header()->setSectionResizeMode(QHeaderView::ResizeToContents);
  header()->setSectionResizeMode(RunItem::nameColumn, QHeaderView::Stretch);
  header()->setSectionsClickable(true);
  header()->setSortIndicatorShown(true);
  header()->setSortIndicatorClearable(true);
  header()->setSortIndicator(-1, Qt::AscendingOrder);
  header()->setToolTip(tr("Click to sort; the third click sorts by time again, newest first"));
  connect(header(), &QHeaderView::sortIndicatorChanged, this, &RunList::onSorting);
  connect(this, &QTreeWidget::itemChanged, this, &RunList::onItemChanged);
  showColumns();
}

void RunList::setRuns(const std::vector<ListedRun>& runs) {
  const bool same = runs.size() == runs_.size() &&
                    std::equal(runs.begin(), runs.end(), runs_.begin(), [](const auto& a, const auto& b) {
                      return a.header.folder == b.header.folder && a.sweep == b.sweep;
                    });
  const QScopedValueRollback filling(filling_, true);
  runs_ = runs;
  if (same) {
    std::map<fs::path, RunItem*> items;
    for (RunItem* item : this->runs()) items[item->folder()] = item;
    for (const ListedRun& run : runs) items.at(run.header.folder)->setRun(run);
    sumUp();
  } else {
    rebuild(runs);
  }
  settleTitles();
  showColumns();
  applyFilter();
}

// Two runs without a name that began on different days may be called the same.
void RunList::settleTitles() {
  std::map<QString, int> bearers;
  for (const RunItem* item : this->runs())
    if (item->header().name.empty()) ++bearers[titleOf(item->header())];
  for (RunItem* item : this->runs())
    if (item->header().name.empty()) item->setWholeId(bearers[titleOf(item->header())] > 1);
}

// What a person sees and has done stays as it was.
void RunList::rebuild(const std::vector<ListedRun>& runs) {
  std::set<fs::path> checked, marked, open;
  std::map<fs::path, RunSummary> known;
  const fs::path current = currentItem() ? asRun(currentItem())->folder() : fs::path();
  for (const RunItem* item : this->runs()) {
    if (item->checkState(RunItem::nameColumn) == Qt::Checked) checked.insert(item->folder());
    if (item->summary()) known[item->folder()] = *item->summary();
  }
  for (QTreeWidgetItem* item : selectedItems()) marked.insert(asRun(item)->folder());
  for (int i = 0; i < topLevelItemCount(); ++i)
    if (topLevelItem(i)->isExpanded()) open.insert(asRun(topLevelItem(i))->folder());
  const int scrolled = verticalScrollBar()->value();

  const bool quiet = blockSignals(true);
  clear();
  std::map<fs::path, RunItem*> sweeps;
  const auto settle = [&](RunItem* item) {
    if (marked.contains(item->folder())) item->setSelected(true);
    if (item->folder() == current) setCurrentItem(item, 0, QItemSelectionModel::NoUpdate);
  };
  for (const ListedRun& run : runs) {
    auto* item = new RunItem(run);
    if (run.sweep.empty()) {
      addTopLevelItem(item);
    } else {
      const auto [entry, isNew] = sweeps.emplace(run.sweep, nullptr);
      if (isNew) {
        entry->second = new RunItem(run.sweep);
        addTopLevelItem(entry->second);
      }
      entry->second->insertChild(0, item);  // in the order in which the sweep trained them
    }
    if (const auto summary = known.find(item->folder()); summary != known.end())
      item->setSummary(summary->second);
    if (checked.contains(item->folder())) item->setCheckState(RunItem::nameColumn, Qt::Checked);
    settle(item);
  }
  for (const auto& [folder, item] : sweeps) {
    settle(item);
    item->setExpanded(open.contains(folder));
  }
  setRootIsDecorated(!sweeps.empty());
  sumUp();
  blockSignals(quiet);
  if (header()->sortIndicatorSection() >= 0)
    sortItems(header()->sortIndicatorSection(), header()->sortIndicatorOrder());
  verticalScrollBar()->setValue(scrolled);
  Q_EMIT itemSelectionChanged();
}

void RunList::onSorting(int column, Qt::SortOrder order) {
  const QScopedValueRollback filling(filling_, true);
  if (column >= 0) return sortItems(column, order);
  rebuild(runs_);
  settleTitles();
  applyFilter();
}

void RunList::sumUp() {
  for (int i = 0; i < topLevelItemCount(); ++i)
    if (RunItem* item = asRun(topLevelItem(i)); item->isSweep()) item->sumUp();
}

void RunList::showSummary(const fs::path& folder, const RunSummary& summary) {
  RunItem* item = find(folder);
  if (!item) return;
  const QScopedValueRollback filling(filling_, true);
  item->setSummary(summary);
  if (item->parent()) asRun(item->parent())->sumUp();
}

void RunList::setFilter(const QString& text) {
  filter_ = text.trimmed();
  applyFilter();
}

void RunList::applyFilter() {
  for (int i = 0; i < topLevelItemCount(); ++i) {
    RunItem* item = asRun(topLevelItem(i));
    bool any = item->matches(filter_);
    if (item->isSweep()) {
      const bool all = any;
      for (int c = 0; c < item->childCount(); ++c) {
        RunItem* one = asRun(item->child(c));
        const bool shown = all || one->matches(filter_);
        one->setHidden(!shown);
        any = any || shown;
      }
      if (!filter_.isEmpty() && any && !all) item->setExpanded(true);
    }
    item->setHidden(!any);
  }
}

bool RunList::anyShown() const {
  for (int i = 0; i < topLevelItemCount(); ++i)
    if (!topLevelItem(i)->isHidden()) return true;
  return false;
}

std::vector<RunItem*> RunList::runs() const {
  std::vector<RunItem*> items;
  for (int i = 0; i < topLevelItemCount(); ++i) {
    RunItem* item = asRun(topLevelItem(i));
    if (!item->isSweep()) items.push_back(item);
    for (int c = 0; c < item->childCount(); ++c) items.push_back(asRun(item->child(c)));
  }
  return items;
}

RunItem* RunList::find(const fs::path& folder) const {
  for (RunItem* item : runs())
    if (item->folder() == folder) return item;
  return nullptr;
}

std::vector<RunItem*> RunList::ticked() const {
  std::vector<RunItem*> items = runs();
  std::erase_if(items,
                [](const RunItem* item) { return item->checkState(RunItem::nameColumn) != Qt::Checked; });
  return items;
}

std::vector<RunItem*> RunList::chosen() const {
  std::vector<RunItem*> items = runs();
  std::erase_if(items, [](const RunItem* item) {
    return !item->isSelected() && !(item->parent() && item->parent()->isSelected());
  });
  return items;
}

void RunList::tick(const std::vector<RunItem*>& items) {
  {
    const QScopedValueRollback filling(filling_, true);
    for (RunItem* item : items) item->setCheckState(RunItem::nameColumn, Qt::Checked);
  }
  Q_EMIT ticksChanged();
}

void RunList::show(const fs::path& folder) {
  RunItem* item = find(folder);
  if (!item) return;
  if (item->parent()) item->parent()->setExpanded(true);
  setCurrentItem(item, RunItem::nameColumn, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
  scrollToItem(item);
}

void RunList::rename(RunItem* item) {
  if (!item || item->isSweep()) return;
  naming_ = true;
  nameBefore_ = item->text(RunItem::nameColumn);
  editItem(item, RunItem::nameColumn);
}

void RunList::closeEditor(QWidget* editor, QAbstractItemDelegate::EndEditHint hint) {
  QTreeWidget::closeEditor(editor, hint);
  naming_ = false;
  setFocus();
}

void RunList::onItemChanged(QTreeWidgetItem* item, int column) {
  if (filling_ || column != RunItem::nameColumn) return;
  RunItem* run = asRun(item);
  const QString name = run->text(column).trimmed();
  if (run->isSweep() || !naming_ || name == nameBefore_) {
    Q_EMIT ticksChanged();
    return;
  }
  const QScopedValueRollback filling(filling_, true);
  run->setText(column, nameBefore_);  // until it is stored
  Q_EMIT renamed(run->folder(), name);
}

void RunList::showColumns() {
  const bool tags = std::ranges::any_of(runs_, [](const ListedRun& run) { return !run.header.tags.empty(); });
  setColumnHidden(RunItem::tagColumn, !tags || width() < widthForTags);
  setColumnHidden(RunItem::startColumn, width() < widthForStart);
}

void RunList::resizeEvent(QResizeEvent* event) {
  showColumns();
  QTreeWidget::resizeEvent(event);
}

void RunList::changeEvent(QEvent* event) {
  QTreeWidget::changeEvent(event);
  if (event->type() != QEvent::StyleChange && event->type() != QEvent::PaletteChange) return;
  const QScopedValueRollback filling(filling_, true);  // the colours of the states
  for (RunItem* item : runs()) {
    const auto run = std::ranges::find(runs_, item->folder(), [](const auto& r) { return r.header.folder; });
    if (run != runs_.end()) item->setRun(*run);
  }
  sumUp();
  settleTitles();
}

}  // namespace bypath
