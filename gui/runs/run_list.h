// The list of runs as a tree: newest first, the runs of one sweep below it; ticks, a filter, sorting by
// column, renaming in place.
//
//   list->setRuns(runs);                  // ticks, selection and open sweeps stay
//   list->setFilter(tr("cifar"));
//   connect(list, &RunList::ticksChanged, ...);  list->ticked();
#pragma once

#include <QTreeWidget>
#include <vector>

#include "gui/runs/run_item.h"

namespace bypath {

class RunList : public QTreeWidget {
  Q_OBJECT
 public:
  explicit RunList(QWidget* parent = nullptr);

  void setRuns(const std::vector<ListedRun>& runs);
  void showSummary(const std::filesystem::path& folder, const RunSummary& summary);
  void setFilter(const QString& text);

  // Every run, those of sweeps too, in the order of the list.
  std::vector<RunItem*> runs() const;
  RunItem* find(const std::filesystem::path& folder) const;
  std::vector<RunItem*> ticked() const;
  // A selected sweep stands for all its runs.
  std::vector<RunItem*> chosen() const;
  bool anyShown() const;
  bool isEditing() const { return state() == EditingState; }
  void tick(const std::vector<RunItem*>& items);
  void show(const std::filesystem::path& folder);  // selects it and scrolls to it
  void rename(RunItem* item);                      // begins; renamed() follows

 Q_SIGNALS:
  void ticksChanged();
  void renamed(const std::filesystem::path& folder, const QString& name);

 protected:
  void resizeEvent(QResizeEvent* event) override;
  void changeEvent(QEvent* event) override;
  void closeEditor(QWidget* editor, QAbstractItemDelegate::EndEditHint hint) override;

 private:
  void rebuild(const std::vector<ListedRun>& runs);
  void applyFilter();
  void sumUp();
  void settleTitles();
  void showColumns();
  void onItemChanged(QTreeWidgetItem* item, int column);
  void onSorting(int column, Qt::SortOrder order);

  std::vector<ListedRun> runs_;  // newest first
  QString filter_;
  bool filling_ = false;
  bool naming_ = false;  // a name is being typed, in the place of ...
  QString nameBefore_;
};

}  // namespace bypath
