#include "gui/app/idle_time.h"

#include "gui/app/train_controller.h"

namespace bypath {

IdleTime::IdleTime(TrainController& trainer, QObject* parent) : QObject(parent), trainer_(trainer) {
  resting_.setSingleShot(true);
  resting_.setInterval(rest);
  connect(&resting_, &QTimer::timeout, this, [this] { set(true); });
  connect(&trainer_, &TrainController::stateChanged, this, &IdleTime::follow);
  connect(&trainer_, &TrainController::started, this, &IdleTime::follow);
  connect(&trainer_, &TrainController::ended, this, &IdleTime::follow);
  follow();
}

void IdleTime::follow() {
  const bool busy = trainer_.active() && !trainer_.paused();
  if (busy) {
    resting_.stop();
    set(false);
  } else if (!idle_ && !resting_.isActive()) {
    resting_.start();
  }
}

void IdleTime::set(bool idle) {
  if (idle == idle_) return;
  idle_ = idle;
  Q_EMIT changed(idle);
}

}  // namespace bypath
