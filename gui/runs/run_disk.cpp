#include "gui/runs/run_disk.h"

#include <map>

#include "core/experiments/sweep.h"
#include "core/training/delete_run.h"

namespace bypath {

namespace {

namespace fs = std::filesystem;

constexpr int whenIdle = -1;  // everything else comes first

std::vector<ListedRun> withSweeps(std::vector<RunHeader> headers) {
  std::map<fs::path, bool> isSweep;
  std::vector<ListedRun> runs;
  for (RunHeader& header : headers) {
    const fs::path parent = header.folder.parent_path();
    const auto [entry, isNew] = isSweep.emplace(parent, false);
    std::error_code ignored;
    if (isNew) entry->second = fs::exists(parent / sweepFileName, ignored);
    runs.push_back({std::move(header), entry->second ? parent : fs::path()});
  }
  return runs;
}

Result<ChosenRun> readRun(const fs::path& folder) {
  const Result<RunStore> store = RunStore::open(folder);
  if (!store) return store.error();
  Result<std::vector<RunRow>> rows = store->rows();
  if (!rows) return rows.error();
  Result<std::vector<RunMark>> marks = store->marks();
  if (!marks) return marks.error();
  return ChosenRun{store->header(), std::move(*rows), std::move(*marks)};
}

}  // namespace

RunDisk::RunDisk(QObject* parent) : QObject(parent) {
  thread_.setMaxThreadCount(1);
}

RunDisk::~RunDisk() {
  thread_.clear();
  thread_.waitForDone();
}

void RunDisk::list() {
  thread_.start([this] {
    Result<std::vector<RunHeader>> headers = listRuns();
    if (!headers) return fail(headers.error());
    onWindow([this, runs = withSweeps(std::move(*headers))] { Q_EMIT listed(runs); });
  });
}

void RunDisk::summarise(const fs::path& folder) {
  thread_.start(
      [this, folder] {
        const Result<RunStore> store = RunStore::open(folder);
        const Result<std::vector<RunRow>> rows =
            store ? store->rows() : Result<std::vector<RunRow>>(store.error());
        onWindow([this, folder, summary = rows ? bypath::summarise(*rows) : RunSummary()] {
          Q_EMIT summarised(folder, summary);
        });
      },
      whenIdle);
}

void RunDisk::open(const std::vector<fs::path>& folders) {
  thread_.start([this, folders] {
    std::vector<ChosenRun> runs;
    std::vector<fs::path> unreadable;
    for (const fs::path& folder : folders) {
      Result<ChosenRun> run = readRun(folder);
      if (run) {
        runs.push_back(std::move(*run));
      } else {
        fail(run.error());
        unreadable.push_back(folder);
      }
    }
    onWindow([this, runs = std::move(runs), unreadable] { Q_EMIT opened(runs, unreadable); });
  });
}

void RunDisk::write(const std::vector<RunExport>& exports) {
  thread_.start([this, exports] {
    for (const RunExport& one : exports) {
      const Result<RunStore> store = RunStore::open(one.folder);
      if (!store) return fail(store.error());
      const Result<void> done =
          one.events ? exportTensorBoard(*store, one.target) : exportCsv(*store, one.target);
      if (!done) return fail(done.error());
    }
    onWindow([this] { Q_EMIT written(); });
  });
}

void RunDisk::remove(const std::vector<fs::path>& folders) {
  thread_.start([this, folders] {
    for (const fs::path& folder : folders)
      if (const Result<bool> gone = deleteRun(folder); !gone) {
        fail(gone.error());
        break;
      }
    onWindow([this] { Q_EMIT removed(); });
  });
}

void RunDisk::fail(const Error& error) {
  onWindow([this, text = QString::fromStdString(error.message)] { Q_EMIT failed(text); });
}

}  // namespace bypath
