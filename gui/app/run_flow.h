// What the window does with past runs: lays their curves under the current ones, compares them, puts their
// networks on the canvas, and goes on from their checkpoints.
//
//   runFlow_ = new RunFlow(*this, *files_, shelf_);   // connects the panel of runs to the rest of the window
//   runFlow_->openFolder(path);
#pragma once

#include <filesystem>
#include <QObject>
#include <QThreadPool>
#include <QTimer>

#include "gui/app/background_work.h"
#include "gui/app/data_shelf.h"
#include "gui/runs/runs_panel.h"

namespace bypath {

class FileFlow;
class MainWindow;
struct Project;
struct ReportSource;

class RunFlow : public QObject {
  Q_OBJECT
 public:
  RunFlow(MainWindow& window, FileFlow& files, DataShelf& shelf);
  ~RunFlow() override;

  // Errors are said in the window's message bar.
  void compare(const RunCommands::Folders& folders);
  void openNetwork(const std::filesystem::path& run);
  // Trains the open document, beginning with the run's weights.
  void useWeights(const std::filesystem::path& run);
  // A new run that branches off at this checkpoint. Where another network is on the canvas, a copy of the
  // run's takes its place, unless that has unsaved changes: then the person is asked.
  void goOn(const std::filesystem::path& checkpoint);
  // A run, or a folder of runs, that may come from another machine.
  void openFolder(const std::filesystem::path& folder);
  void askForFolder();
  // A page about the run, read and looked at beside the window; says where it is, or what went wrong.
  void writeReportTo(const std::filesystem::path& run, const std::filesystem::path& file);
  void askForReport(const std::filesystem::path& run);

 private:
  void showOverlays();
  void readCompared();
  bool openCopy(const std::filesystem::path& run);
  void branch(const std::filesystem::path& checkpoint);
  bool isOnCanvas(const std::filesystem::path& checkpoint) const;
  void complain(const Error& error);

  struct Reported;
  void finishReport(const Reported& found, const ReportSource& source, const std::filesystem::path& file);

  MainWindow& window_;
  FileFlow& files_;
  DataShelf& shelf_;
  RunCommands::Folders compared_;
  int asked_ = 0;  // counts readings of them; only the last is shown
  QTimer again_;   // while one of them is being trained
  BackgroundWork report_;
  QThreadPool thread_;  // ended before the rest of this
};

}  // namespace bypath
