// Answers the pages that look inside a trained network: reads a run's last checkpoint and works on it beside
// the window.
//
//   InsideBench bench({editor, shelf, trainer}, *pathsPage);
#pragma once

#include "gui/app/background_work.h"
#include "gui/app/checkpoint_list.h"
#include "gui/app/data_shelf.h"
#include "gui/document/document.h"

namespace bypath {

class InsidePage;
class PathsPage;
class TrainController;

class InsideBench : public QObject {
  Q_OBJECT
 public:
  struct Desk {
    DocumentEditor& editor;
    DataShelf& shelf;
    TrainController& trainer;
  };
  InsideBench(const Desk& desk, PathsPage& paths, QObject* parent = nullptr);

 private:
  void serve(InsidePage& page, CheckpointList& runs, BackgroundWork& work);
  void sumPaths(const QString& folder);

  Desk desk_;
  PathsPage& paths_;
  CheckpointList pathRuns_;
  BackgroundWork pathWork_;
};

}  // namespace bypath
