#include "gui/app/gpu_watch.h"

#include <QCoreApplication>
#include <QPointer>
#include <QThreadPool>

namespace bypath {

namespace {

constexpr int millisecondsBetween = 2000;

}  // namespace

GpuWatch::GpuWatch(QObject* parent) : QObject(parent) {
  again_.setInterval(millisecondsBetween);
  connect(&again_, &QTimer::timeout, this, &GpuWatch::ask);
}

void GpuWatch::ask() {
  if (busy_) return;
  busy_ = true;
  QThreadPool::globalInstance()->start([self = QPointer(this)] {
    const GpuState state = gpuState();
    QMetaObject::invokeMethod(
        qApp,
        [self, state] {
          if (self) self->finish(state);
        },
        Qt::QueuedConnection);
  });
}

void GpuWatch::keepAsking(bool on) {
  if (on == again_.isActive()) return;
  if (!on) return again_.stop();
  again_.start();
  ask();
}

void GpuWatch::finish(const GpuState& state) {
  busy_ = false;
  state_ = state;
  Q_EMIT changed();
}

}  // namespace bypath
