// The doctor beside a run of the open document: examines what the dashboard gets to see of it, and tells what
// lasts (core/inspection/rounds.h).
//
//   auto* rounds = new DoctorRounds({editor, trainer, dashboard}, parent);
//   connect(rounds, &DoctorRounds::changed, canvas, &CanvasWidget::showFindings);
#pragma once

#include <optional>
#include <QElapsedTimer>
#include <QObject>

#include "core/inspection/check_up.h"
#include "core/inspection/rounds.h"

namespace bypath {

class Dashboard;
class DocumentEditor;
class TrainController;
struct FeedEvent;
struct InspectionFrame;

class DoctorRounds : public QObject {
  Q_OBJECT
 public:
  struct Desk {
    DocumentEditor& editor;
    TrainController& trainer;
    Dashboard& dashboard;
  };
  DoctorRounds(const Desk& desk, QObject* parent);

  // What stands now, and how much it was told by.
  const CheckUp& checkUp() const { return checkUp_; }
  qint64 step() const { return step_; }

 Q_SIGNALS:
  void changed(const std::vector<bypath::Finding>& findings);

 private:
  void begin();
  void end();
  void look(const InspectionFrame& frame);
  void hear(const FeedEvent& event);

  Desk desk_;
  std::optional<Rounds> rounds_;  // none: the run is not of the document
  CheckUp checkUp_;
  qint64 step_ = -1;
  QElapsedTimer sinceLast_;
  qint64 lookTime_ = 0;  // ns
};

}  // namespace bypath
