// Past runs, newest first: tick one to lay its curves under those of the current run; name, tag and annotate
// them, compare them, go on from them.
//
//   connect(panel, &RunsPanel::chosenChanged, dashboard, [=] {
//   dashboard->setOverlays(overlays(panel->chosen())); });
#pragma once

#include <functional>
#include <map>
#include <QTimer>
#include <QWidget>
#include <vector>

#include "gui/runs/run_commands.h"
#include "gui/runs/run_disk.h"

class QLabel;
class QLineEdit;
class QPushButton;
class QStackedWidget;

namespace bypath {

class RunDetails;
class RunList;
class RunNotice;

class RunsPanel : public QWidget {
  Q_OBJECT
 public:
  explicit RunsPanel(QWidget* parent = nullptr);

  // Reads the list again, without holding up the window; ticks stay.
  void refresh();
  // The ticked runs, as far as they have been read.
  std::vector<ChosenRun> chosen() const;
  int count() const;
  // Enters a run, or the runs of a sweep, brought from elsewhere, and shows them ticked; returns their
  // folders.
  Result<std::vector<std::filesystem::path>> openFolder(const std::filesystem::path& folder);

  RunList* list() const { return list_; }
  RunDetails* details() const { return details_; }
  RunCommands* commands() const { return commands_; }
  RunNotice* notice() const { return notice_; }
  QLineEdit* filterField() const { return filter_; }
  QPushButton* compareButton() const { return compare_; }

 Q_SIGNALS:
  void chosenChanged();
  void folderWanted();  // the button for one from elsewhere

 protected:
  void showEvent(QShowEvent* event) override;
  void hideEvent(QHideEvent* event) override;

 private:
  void buildLayout();
  void takeList(const std::vector<ListedRun>& runs);
  void takeChosen(const std::vector<ChosenRun>& runs, const std::vector<std::filesystem::path>& unreadable);
  void readTicked();
  void showSelection();
  void showPage();
  void store(const std::filesystem::path& folder, const std::function<Result<void>(RunStore&)>& edit);

  RunDisk* disk_;
  QStackedWidget* pages_;
  QLabel* message_;
  RunList* list_;
  RunNotice* notice_;
  RunDetails* details_;
  RunCommands* commands_;
  QLineEdit* filter_;
  QPushButton* compare_;
  std::map<std::filesystem::path, ChosenRun> read_;          // ticked runs
  std::map<std::filesystem::path, std::string> summarised_;  // the state in which that was done
  std::vector<std::filesystem::path> arriving_;              // to be ticked once they are in the list
  bool listed_ = false;
  QTimer ticks_;  // several ticks at once are one change
  QTimer again_;  // for runs that are being trained
};

}  // namespace bypath
