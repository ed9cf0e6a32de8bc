#include "gui/app/background_work.h"

namespace bypath {

BackgroundWork::BackgroundWork(QObject* parent)
    : QObject(parent), stop_(std::make_shared<std::atomic<bool>>(false)) {}

BackgroundWork::~BackgroundWork() {
  *stop_ = true;
}

void BackgroundWork::beginJob(Job job) {
  *stop_ = true;
  if (working_)
    next_ = std::move(job);
  else
    run(std::move(job));
  setBusy(true);
}

void BackgroundWork::cancel() {
  *stop_ = true;
  next_ = {};
  setBusy(false);
}

void BackgroundWork::run(Job job) {
  working_ = true;
  stop_ = std::make_shared<std::atomic<bool>>(false);
  thread_ = std::jthread([this, job = std::move(job), stop = stop_] {
    const Progress told = [this, stop, last = -1](double share) mutable {
      if (const int percent = static_cast<int>(share * 100); percent != last && !*stop) {
        last = percent;
        QMetaObject::invokeMethod(
            this,
            [this, stop, share] {
              if (!*stop) Q_EMIT progress(share);
            },
            Qt::QueuedConnection);
      }
      return !*stop;
    };
    std::function<void()> done = job(told);
    QMetaObject::invokeMethod(
        this, [this, stop, done = std::move(done)] { ended(*stop ? std::function<void()>() : done); },
        Qt::QueuedConnection);
  });
}

void BackgroundWork::ended(const std::function<void()>& done) {
  working_ = false;
  if (next_) {
    run(std::exchange(next_, {}));
    return;
  }
  if (!done) return;
  setBusy(false);
  done();  // may begin something else
}

void BackgroundWork::setBusy(bool busy) {
  if (busy == busy_) return;
  busy_ = busy;
  Q_EMIT busyChanged(busy);
}

}  // namespace bypath
