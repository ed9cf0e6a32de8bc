// One piece of work at a time on a thread of its own, so that the window goes on: with the share done, a way
// to cancel, and the result back on the window's thread. What is begun while another works takes its place.
//
//   work_.begin<Result<RateRange>>([=](const Progress& told) { return findRate(job, {}, told); },
//                                  [=](const Result<RateRange>& range) { show(range); });
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <QObject>
#include <thread>

namespace bypath {

// Told the share done; false: nobody wants the result any more.
using Progress = std::function<bool(double)>;

class BackgroundWork : public QObject {
  Q_OBJECT
 public:
  explicit BackgroundWork(QObject* parent = nullptr);
  ~BackgroundWork() override;  // ends the work and waits for it

  // `make` runs on the thread, `done` on the window's with what it returned; neither is called once the work
  // is cancelled or replaced. Both must do without what may go before this object.
  template <class T>
  void begin(std::function<T(const Progress&)> make, std::function<void(T)> done) {
    beginJob([make = std::move(make), done = std::move(done)](const Progress& told) {
      auto made = std::make_shared<T>(make(told));
      return std::function<void()>([made, done] { done(std::move(*made)); });
    });
  }
  void cancel();
  bool busy() const { return busy_; }

 Q_SIGNALS:
  void busyChanged(bool busy);
  void progress(double share);  // at most once a hundredth

 private:
  using Job = std::function<std::function<void()>(const Progress&)>;
  void beginJob(Job job);
  void run(Job job);
  void ended(const std::function<void()>& done);
  void setBusy(bool busy);

  Job next_;  // waits for the one that works to end
  std::shared_ptr<std::atomic<bool>> stop_;
  bool busy_ = false;
  bool working_ = false;  // the thread, cancelled or not
  std::jthread thread_;   // last: ended before what it uses
};

}  // namespace bypath
