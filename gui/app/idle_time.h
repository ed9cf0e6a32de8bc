// Whether the machine has nothing better to do: nothing is being trained here, and has not been for a few
// seconds, so that the pause between two runs of a queue is none.
//
//   connect(idle, &IdleTime::changed, page, &LandscapePage::setIdle);
#pragma once

#include <QObject>
#include <QTimer>

namespace bypath {

class TrainController;

class IdleTime : public QObject {
  Q_OBJECT
 public:
  static constexpr int rest = 3000;  // ms without training until it is idle
  IdleTime(TrainController& trainer, QObject* parent);
  bool idle() const { return idle_; }

 Q_SIGNALS:
  void changed(bool idle);

 private:
  void follow();
  void set(bool idle);

  TrainController& trainer_;
  QTimer resting_;
  bool idle_ = false;
};

}  // namespace bypath
