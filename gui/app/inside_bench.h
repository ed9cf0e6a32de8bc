// Answers the pages that look inside a trained network: reads a run's last checkpoint and works on it beside
// the window.
//
//   InsideBench bench({editor, shelf, trainer}, {*pathsPage, *lesionPage});
#pragma once

#include "gui/app/background_work.h"
#include "gui/app/checkpoint_list.h"
#include "gui/app/data_shelf.h"
#include "gui/document/document.h"

namespace bypath {

class InsidePage;
class LesionPage;
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
  struct Pages {
    PathsPage& paths;
    LesionPage& lesions;
  };
  InsideBench(const Desk& desk, const Pages& pages, QObject* parent = nullptr);

 private:
  void serve(InsidePage& page, CheckpointList& runs, BackgroundWork& work);
  void sumPaths(const QString& folder);
  void removeBlocks(const QString& folder);

  Desk desk_;
  Pages pages_;
  CheckpointList pathRuns_, lesionRuns_;
  BackgroundWork pathWork_, lesionWork_;
};

}  // namespace bypath
