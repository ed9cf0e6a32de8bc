// Past runs, newest first: tick one to lay its curves under those of the current run.
//
//   connect(panel, &RunsPanel::chosenChanged, dashboard, [=] {
//   dashboard->setOverlays(overlays(panel->chosen())); });
#pragma once

#include <deque>
#include <QWidget>
#include <vector>

#include "core/runs/run_store.h"

class QLabel;
class QStackedWidget;
class QTreeWidget;
class QTreeWidgetItem;

namespace bypath {

struct ChosenRun {
  RunHeader header;
  std::vector<RunRow> rows;
  std::vector<RunMark> marks;
};

class RunsPanel : public QWidget {
  Q_OBJECT
 public:
  explicit RunsPanel(QWidget* parent = nullptr);
  // Reads the list again; ticks stay. The best values follow one by one, without holding up the window.
  void refresh();
  std::vector<ChosenRun> chosen();
  int count() const;
  QTreeWidget* list() const { return list_; }

 Q_SIGNALS:
  void chosenChanged();

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  void fillNextBest();
  void say(const QString& text);

  QStackedWidget* pages_;
  QLabel* message_;
  QTreeWidget* list_;
  std::vector<RunHeader> runs_;
  std::deque<QTreeWidgetItem*> withoutBest_;
};

}  // namespace bypath
