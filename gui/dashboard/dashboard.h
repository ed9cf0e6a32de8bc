// Everything that training shows: status, curves, gradients, shortcuts, pictures. Drains a TrainingFeed at 30
// Hz and hands what came to its pages; a page that is out of sight is brought up to date when it comes into
// sight.
//
//   dashboard->watch(feed);
//   connect(dashboard, &Dashboard::frameArrived, canvas, [=](const InspectionFrame& f) {
//   canvas->showFlow(f.probes); });
#pragma once

#include <memory>
#include <optional>
#include <QTimer>
#include <QWidget>
#include <vector>

#include "core/training/feed.h"
#include "gui/dashboard/frame_history.h"
#include "gui/dashboard/level_lines.h"
#include "gui/dashboard/run_curves.h"

class QHBoxLayout;
class QStackedWidget;
class QTabWidget;
class QToolButton;

namespace bypath {

class ComparePage;
class CurveChart;
class EmptyState;
class ExplorePage;
class GradientPage;
class PicturesPage;
class RatePage;
class ShortcutPage;
class TrainingStatus;

class Dashboard : public QWidget {
  Q_OBJECT
 public:
  explicit Dashboard(QWidget* parent = nullptr);

  // A new run: what was seen of the last one goes away.
  void watch(std::shared_ptr<TrainingFeed> feed);
  // Takes what is in the feed now, without waiting for the timer.
  void drain();
  void setOverlays(std::vector<CurveOverlay> overlays);
  // Lines to read the curves of the run by; a new run starts without.
  void setLevels(const LevelsByQuantity& levels);
  // The frame now shown; null before the first.
  std::shared_ptr<const InspectionFrame> frame() const { return frame_; }
  // What a person can go back to, and where they are: a step of it, or none while the run is followed.
  const FrameHistory& history() const { return history_; }
  std::optional<int64_t> scrubbedTo() const { return scrubbedTo_; }

  const RunCurves& curves() const { return curves_; }
  TrainingStatus* status() const { return status_; }
  CurveChart* primaryChart() const { return primary_; }
  CurveChart* secondaryChart() const { return secondary_; }
  GradientPage* gradients() const { return gradients_; }
  ShortcutPage* shortcuts() const { return shortcuts_; }
  PicturesPage* pictures() const { return pictures_; }
  ComparePage* compare() const { return compare_; }
  ExplorePage* explore() const { return explore_; }
  RatePage* rate() const { return rate_; }
  // A page that not every network has, or that is not always wanted, has a tab while it is.
  void offerPage(QWidget* page, bool offered);
  QTabWidget* tabs() const { return tabs_; }
  // A button at the right end of the status.
  QToolButton* offerAction(QAction& action);

 public Q_SLOTS:
  // Shows the run as it was at a step, here and to whom frameArrived() tells, until followRun().
  void scrubTo(qint64 step);
  void followRun();

 Q_SIGNALS:
  void historyGrew();
  void scrubChanged();
  void eventArrived(const bypath::FeedEvent& event);
  void frameArrived(const bypath::InspectionFrame& frame);
  void nodeRequested(const QString& path);  // a bar or row was clicked
  void trainRequested();                    // the button of the empty state

 private:
  void take(const FeedEvent& event);
  void showFrame(std::shared_ptr<const InspectionFrame> frame);
  void refresh();

  std::shared_ptr<TrainingFeed> feed_;
  std::shared_ptr<const InspectionFrame> frame_, latest_;
  FrameHistory history_;
  std::optional<int64_t> scrubbedTo_;
  RunCurves curves_;
  std::vector<CurveOverlay> overlays_;
  int drawnCurves_ = -1;  // revision of curves_ on the screen
  const InspectionFrame* drawnFrame_ = nullptr;
  const QWidget* drawnPage_ = nullptr;  // the page that shows drawnFrame_
  bool secondaryChosen_ = false;
  bool ended_ = false;  // the feed has said its last word
  QTimer timer_;

  TrainingStatus* status_;
  QHBoxLayout* head_;
  QTabWidget* tabs_;
  QStackedWidget* curvePage_;
  EmptyState* noCurves_;
  QWidget* charts_;
  CurveChart* primary_;
  CurveChart* secondary_;
  GradientPage* gradients_;
  ShortcutPage* shortcuts_;
  PicturesPage* pictures_;
  ComparePage* compare_;
  ExplorePage* explore_;
  RatePage* rate_;
};

}  // namespace bypath
