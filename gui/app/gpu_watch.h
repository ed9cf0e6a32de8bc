// How the GPU is doing, asked on a thread of its own: opening it takes a while, and a driver may take its
// time.
//
//   connect(watch, &GpuWatch::changed, this, [=] { show(watch->state()); });
//   watch->ask();
#pragma once

#include <optional>
#include <QObject>
#include <QTimer>

#include "core/engines/cuda/gpu_state.h"

namespace bypath {

class GpuWatch : public QObject {
  Q_OBJECT
 public:
  explicit GpuWatch(QObject* parent = nullptr);

  // None before the first answer.
  const std::optional<GpuState>& state() const { return state_; }
  // Once; while an answer is on its way this does nothing.
  void ask();
  // Now and every two seconds from now on, or no longer.
  void keepAsking(bool on);
  bool keepsAsking() const { return again_.isActive(); }

 Q_SIGNALS:
  void changed();

 private:
  void finish(const GpuState& state);

  std::optional<GpuState> state_;
  QTimer again_;
  bool busy_ = false;
};

}  // namespace bypath
