// A look into the latent space of a variational autoencoder: the way from one image to another, the principal
// axes of its codes, and the same random codes through the time of a run. The first two walk in a checkpoint,
// read when a person says so; whoever holds the page reads and decodes on another thread.
//
//   connect(page, &ExplorePage::sourceWanted, explorer, &LatentExplorer::load);
//   connect(page, &ExplorePage::walkWanted, explorer, &LatentExplorer::walk);
#pragma once

#include <optional>
#include <QWidget>

#include "core/base/result.h"
#include "gui/dashboard/latent_walk.h"
#include "gui/dashboard/run_chooser.h"
#include "gui/dashboard/sample_history.h"

class QComboBox;
class QLabel;
class QPushButton;
class QScrollArea;
class QStackedWidget;
class QToolButton;

namespace bypath {

class AxisControls;
class BetweenControls;
class EmptyState;
class PictureMatrix;
class ProgressLine;
class TimeControls;

class ExplorePage : public QWidget {
  Q_OBJECT
 public:
  enum class Mode { between, axes, time };

  explicit ExplorePage(QWidget* parent = nullptr);

  void setMode(Mode mode);
  Mode mode() const;
  // Of the run that trains: kept thinned, whether the page is in sight or not.
  void addFrame(const InspectionFrame& frame);
  void clearFrames();  // another run
  // Runs that have a checkpoint, the one to propose first.
  void setRuns(const std::vector<CheckpointRun>& runs);
  void setSource(const LatentSource& source);
  void setRows(const std::vector<LatentRow>& rows, const QStringList& columns);
  void say(const QString& problem);  // in place of what was there before

  ProgressLine* progress() const { return progress_; }
  BetweenControls* between() const { return between_; }
  AxisControls* axes() const { return axes_; }
  TimeControls* time() const { return time_; }
  PictureMatrix* matrix() const { return matrix_; }
  QPushButton* readButton() const { return read_; }
  QString caption() const;
  Result<void> saveTo(const QString& path) const;

 Q_SIGNALS:
  void runsWanted();  // the page has come into sight
  void sourceWanted(const QString& folder);
  void walkWanted(const bypath::LatentWalk& walk);

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  void buildHead();
  void showMode();
  void showState();
  void showTime();
  void showCaption();
  void askForWalk();
  void read();
  void askAndSave();

  std::optional<LatentSource> source_;
  SampleHistory history_;
  QString problem_;
  QComboBox* mode_;
  RunChooser* run_;
  QPushButton* read_;
  QToolButton* save_;
  ProgressLine* progress_;
  QLabel* caption_;
  QStackedWidget* controls_;
  BetweenControls* between_;
  AxisControls* axes_;
  TimeControls* time_;
  QStackedWidget* content_;
  EmptyState* empty_;
  QPushButton* begin_;  // of the empty state
  QScrollArea* scroll_;
  PictureMatrix* matrix_;
};

}  // namespace bypath
