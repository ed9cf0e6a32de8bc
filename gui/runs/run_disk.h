// What touches the runs on the disk and may take long, on a thread of its own, one thing after the other, so
// that a long history or a large checkpoint never holds up the window.
//
//   disk->list();                                  // listed() follows
//   disk->open({"/runs/7"});                       // opened() follows, for curves
//   connect(disk, &RunDisk::summarised, list, &RunList::showSummary);
#pragma once

#include <filesystem>
#include <QObject>
#include <QThreadPool>
#include <vector>

#include "core/runs/run_store.h"
#include "core/runs/run_summary.h"

namespace bypath {

struct ListedRun {
  RunHeader header;
  std::filesystem::path sweep;  // the folder of the sweep that it belongs to; empty: none
};

struct ChosenRun {
  RunHeader header;
  std::vector<RunRow> rows;
  std::vector<RunMark> marks;
};

struct RunExport {
  std::filesystem::path folder;  // the run's
  std::filesystem::path target;  // a CSV file, or a folder of events
  bool events = false;           // for TensorBoard
};

class RunDisk : public QObject {
  Q_OBJECT
 public:
  explicit RunDisk(QObject* parent = nullptr);
  ~RunDisk() override;

  void list();
  void summarise(const std::filesystem::path& folder);  // when nothing else is to be done
  // What cannot be read is left out, and said.
  void open(const std::vector<std::filesystem::path>& folders);

  void write(const std::vector<RunExport>& exports);
  // Stops at the first that cannot be deleted.
  void remove(const std::vector<std::filesystem::path>& folders);

 Q_SIGNALS:
  void listed(const std::vector<bypath::ListedRun>& runs);
  void summarised(const std::filesystem::path& folder, const bypath::RunSummary& summary);
  void opened(const std::vector<bypath::ChosenRun>& runs,
              const std::vector<std::filesystem::path>& unreadable);
  void written();
  void removed();  // some or all of them
  void failed(const QString& sentence);

 private:
  template <class Call>
  void onWindow(Call call) {
    QMetaObject::invokeMethod(this, std::move(call), Qt::QueuedConnection);
  }

  void fail(const Error& error);

  QThreadPool thread_;  // ended before the rest of this
};

}  // namespace bypath
