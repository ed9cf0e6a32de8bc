#include "core/training/delete_run.h"

#include <algorithm>
#include <regex>

#include "core/runs/run_index.h"
#include "core/runs/run_lock.h"
#include "core/runs/run_store.h"
#include "core/training/run_files.h"

namespace bypath {

namespace {

namespace fs = std::filesystem;

bool isHistory(const std::string& name) {
  return name == "run.sqlite" || name == "run.sqlite-wal" || name == "run.sqlite-shm";
}

bool isOfRun(const std::string& name) {
  static const std::regex kept(R"(checkpoint-step-\d{8,}\.safetensors)");
  static const std::regex unfinished(R"(\.bypath-\d+-\d+\.part)");
  return isHistory(name) || name == "lock" || name == lastCheckpointName || name == bestCheckpointName ||
         name == weightsName || name == projectName || std::regex_match(name, kept) ||
         std::regex_match(name, unfinished);
}

}  // namespace

std::vector<fs::path> filesOfRun(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored))
    if (!entry.is_directory(ignored) && isOfRun(entry.path().filename().string()))
      files.push_back(entry.path());
  std::ranges::sort(files, {}, [](const fs::path& path) {
    const std::string name = path.filename().string();
    return std::pair(name == "run.sqlite" ? 2 : isHistory(name) ? 1 : 0, name);
  });
  return files;
}

Result<bool> deleteRun(const fs::path& folder) {
  std::error_code problem;
  const fs::path place = fs::canonical(folder, problem);
  if (Result<RunStore> store = RunStore::open(folder); !store) return store.error();
  const Result<RunLock> lock = RunLock::acquire(folder);
  if (!lock && lock.error().kind == ErrorKind::usage)
    return Error{ErrorKind::usage,
                 "The run in " + folder.string() + " is being trained; stop it before you delete it."};
  for (const fs::path& file : filesOfRun(place))
    if (fs::remove(file, problem); problem)
      return Error{ErrorKind::io, "Cannot remove " + file.string() + ": " + problem.message() + "."};
  if (Result<void> gone = unregisterRun(place); !gone) return gone.error();
  return fs::remove(place, problem);
}

}  // namespace bypath
