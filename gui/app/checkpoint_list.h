// The runs that a page of the dashboard can read a checkpoint of: this window's, then the latest others. Told
// anew when asked, and when the run that trains has written its first checkpoint while the page is in sight.
//
//   CheckpointList runs(trainer, page, isAutoencoder);
//   connect(&page, &ExplorePage::runsWanted, &runs, &CheckpointList::refresh);
//   connect(&runs, &CheckpointList::listed, &page, &ExplorePage::setRuns);
#pragma once

#include <QTimer>

#include "core/network/network_spec.h"
#include "gui/app/background_work.h"
#include "gui/dashboard/run_chooser.h"

class QWidget;

namespace bypath {

class TrainController;

class CheckpointList : public QObject {
  Q_OBJECT
 public:
  // Runs of networks that do not fit are left out. `page` must outlive this.
  using Fits = std::function<bool(const NetworkSpec&)>;
  CheckpointList(TrainController& trainer, QWidget& page, Fits fits, QObject* parent = nullptr);

  void refresh();

 Q_SIGNALS:
  void listed(const std::vector<bypath::CheckpointRun>& runs);

 private:
  void awaitCheckpoint();

  TrainController& trainer_;
  QWidget& page_;
  Fits fits_;
  BackgroundWork listing_;
  QTimer waiting_;  // for the first checkpoint of the run
};

}  // namespace bypath
