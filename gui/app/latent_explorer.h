// Answers the dashboard's page for looking into a latent space: lists the runs, reads a checkpoint, decodes
// walks through it, all beside the window.
//
//   LatentExplorer explorer({editor, shelf, trainer}, *dashboard.explore());
#pragma once

#include "gui/app/background_work.h"
#include "gui/app/checkpoint_list.h"
#include "gui/app/data_shelf.h"
#include "gui/dashboard/latent_walk.h"
#include "gui/document/document.h"

namespace bypath {

class ExplorePage;
class TrainController;
struct LoadedLatents;

class LatentExplorer : public QObject {
  Q_OBJECT
 public:
  struct Desk {
    DocumentEditor& editor;
    DataShelf& shelf;
    TrainController& trainer;
  };
  LatentExplorer(const Desk& desk, ExplorePage& page, QObject* parent = nullptr);
  ~LatentExplorer() override;

 private:
  void load(const QString& folder);
  void walk(const LatentWalk& walk);

  Desk desk_;
  ExplorePage& page_;
  std::shared_ptr<LoadedLatents> loaded_;
  CheckpointList runs_;
  BackgroundWork work_;  // one at a time: a network is run by one thread only
};

}  // namespace bypath
