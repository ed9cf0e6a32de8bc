// What can be done with the selected runs, as actions with keys and as the menu of the list.
//
//   auto* commands = new RunCommands(*list, *disk, *notice, parent);
//   list->addActions(commands->actions());
//   connect(commands, &RunCommands::compareRequested, window, ...);
#pragma once

#include <filesystem>
#include <QKeySequence>
#include <QObject>
#include <vector>

#include "gui/runs/run_disk.h"

class QAction;
class QMenu;

namespace bypath {

class RunList;
class RunNotice;

class RunCommands : public QObject {
  Q_OBJECT
 public:
  using Folders = std::vector<std::filesystem::path>;
  RunCommands(RunList& list, RunDisk& disk, RunNotice& notice, QObject* parent);

  QAction *compare, *rename, *tickSweep, *network, *weights, *exportModel, *report, *csv, *events, *folder,
      *command, *remove;
  QMenu* menu() const { return menu_; }
  QMenu* goOnMenu() const { return goOn_; }

  // Fits the actions to what is selected.
  void update();
  // The runs that compare lays side by side: the selected ones if there are several, else those ticked, else
  // the selected one.
  Folders compared() const;

  // For a person's choice of a place, and for tests.
  void exportCsvTo(const std::filesystem::path& file);
  void exportEventsTo(const std::filesystem::path& folder);

 Q_SIGNALS:
  void compareRequested(const bypath::RunCommands::Folders& folders);
  void networkRequested(const std::filesystem::path& folder);
  void weightsRequested(const std::filesystem::path& folder);
  void exportRequested(const std::filesystem::path& folder);
  void reportRequested(const std::filesystem::path& folder);
  void goOnRequested(const std::filesystem::path& checkpoint);

 private:
  QAction* make(const QString& text, const QKeySequence& key = {}, const QString& tip = {});
  void fillGoOn();
  void askForCsv();
  void askForEvents();
  void copyCommand();
  void askToRemove();
  const RunHeader* single() const;  // the only run that is selected

  RunList& list_;
  RunDisk& disk_;
  RunNotice& notice_;
  QMenu* menu_;
  QMenu* goOn_;
  QString written_;  // what is said when it is
};

}  // namespace bypath
