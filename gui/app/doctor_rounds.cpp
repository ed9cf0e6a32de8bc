#include "gui/app/doctor_rounds.h"

#include "gui/app/train_controller.h"
#include "gui/dashboard/dashboard.h"

namespace bypath {

namespace {

constexpr qint64 rarely = 20;  // looks take at most so small a part of the window's time

}  // namespace

DoctorRounds::DoctorRounds(const Desk& desk, QObject* parent) : QObject(parent), desk_(desk) {
  connect(&desk_.trainer, &TrainController::started, this, &DoctorRounds::begin);
  connect(&desk_.editor, &DocumentEditor::replaced, this, &DoctorRounds::end);
  connect(&desk_.dashboard, &Dashboard::frameArrived, this, &DoctorRounds::look);
  connect(&desk_.dashboard, &Dashboard::eventArrived, this, &DoctorRounds::hear);
}

void DoctorRounds::begin() {
  end();
  if (desk_.trainer.isOfDocument()) rounds_.emplace(desk_.editor.checked().graph);
}

void DoctorRounds::end() {
  rounds_.reset();
  step_ = -1;
  checkUp_ = {};
  sinceLast_.invalidate();
  lookTime_ = 0;
  Q_EMIT changed({});
}

void DoctorRounds::look(const InspectionFrame& frame) {
  // A person who goes back in time is shown old frames.
  if (!rounds_ || frame.step <= step_ || frame.probes.layers.empty()) return;
  if (sinceLast_.isValid() && sinceLast_.nsecsElapsed() < rarely * lookTime_) return;
  QElapsedTimer clock;
  clock.start();
  step_ = frame.step;
  checkUp_.layers = static_cast<int64_t>(frame.probes.layers.size());
  ++checkUp_.records;
  const std::vector<Finding>& standing = rounds_->look(frame.probes);
  lookTime_ = clock.nsecsElapsed();
  sinceLast_.start();
  if (standing == checkUp_.findings) return;
  checkUp_.findings = standing;
  Q_EMIT changed(standing);
}

void DoctorRounds::hear(const FeedEvent& event) {
  if (!rounds_ || event.kind != FeedEventKind::epoch) return;
  rounds_->epochEnded(event.values);
  ++checkUp_.epochs;
}

}  // namespace bypath
