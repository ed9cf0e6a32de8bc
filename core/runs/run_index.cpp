#include "core/runs/run_index.h"

#include <algorithm>
#include <cstdlib>
#include <ctime>

#include "core/runs/database.h"
#include "core/runs/run_store.h"

namespace bypath {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view indexSchema[] = {R"sql(
CREATE TABLE run (id TEXT PRIMARY KEY, folder TEXT NOT NULL UNIQUE);
)sql"};

Result<void> makeFolder(const fs::path& folder) {
  std::error_code problem;
  fs::create_directories(folder, problem);
  if (problem)
    return Error{ErrorKind::io, "Cannot make the folder " + folder.string() + ": " + problem.message() + "."};
  return {};
}

Result<Database> openIndex() {
  if (Result<void> made = makeFolder(dataHome()); !made) return made.error();
  Result<Database> index = Database::open(dataHome() / "runs.sqlite", Database::Mode::create);
  if (!index) return index;
  if (Result<void> ready = index->migrate(indexSchema); !ready) return ready.error();
  return index;
}

fs::path runsFolder() {
  return dataHome() / "runs";
}

fs::path plainPath(const fs::path& path) {
  std::error_code ignored;
  const fs::path whole = fs::weakly_canonical(path, ignored);
  fs::path result = whole.empty() ? fs::absolute(path) : whole;
  return result.has_filename() ? result : result.parent_path();
}

}  // namespace

fs::path dataHome() {
  if (const char* home = std::getenv("XDG_DATA_HOME"); home && *home) return fs::path(home) / "bypath";
  if (const char* home = std::getenv("HOME"); home && *home) return fs::path(home) / ".local/share/bypath";
  return fs::temp_directory_path() / "bypath";
}

std::string plainName(const std::string& name) {
  std::string plain;
  for (const char c : name) plain += std::isalnum(static_cast<unsigned char>(c)) || c == '_' ? c : '-';
  return plain.empty() ? "network" : plain.substr(0, 60);
}

std::string timeText() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

std::string idByPlace(const fs::path& folder) {
  const fs::path plain = plainPath(folder);
  return plain.parent_path() == plainPath(runsFolder()) ? plain.filename().string() : "";
}

Result<std::string> registerRun(const fs::path& folder, const std::string& wanted, const std::string& date,
                                const std::string& network) {
  Result<Database> index = openIndex();
  if (!index) return index.error();
  const std::string place = plainPath(folder).string();
  std::string id = wanted;
  // An id is another run's as long as that is there.
  const auto ofAnother = [&](const std::string& name, bool& yes) {
    return index->run("SELECT folder FROM run WHERE id = ?", {name},
                      [&](const Row& row) { yes = row.text(0) != place && RunStore::exists(row.text(0)); });
  };
  const auto taken = [&](const std::string& name, bool& yes) {
    yes = fs::exists(runsFolder() / name);
    return index->run("SELECT 1 FROM run WHERE id = ?", {name}, [&](const Row&) { yes = true; });
  };
  Result<void> entered = index->transaction([&]() -> Result<void> {
    if (Result<void> gone = index->run("DELETE FROM run WHERE folder = ?", {place}); !gone) return gone;
    bool used = id.empty();
    if (!used)
      if (Result<void> asked = ofAnother(id, used); !asked) return asked;
    for (int number = 1; used; ++number) {
      id = date + "-" + plainName(network) + "-" + std::to_string(number);
      if (Result<void> asked = taken(id, used); !asked) return asked;
    }
    return index->run("INSERT OR REPLACE INTO run (id, folder) VALUES (?, ?)", {id, place});
  });
  if (!entered) return entered.error();
  return id;
}

Result<std::string> adoptRun(const fs::path& folder) {
  const Result<RunStore> store = RunStore::open(folder);
  if (!store) return store.error();
  if (Result<std::vector<RunRow>> rows = store->rows(); !rows) return rows.error();
  const RunHeader& header = store->header();
  Result<Database> index = openIndex();
  if (!index) return index.error();
  const std::string place = plainPath(folder).string();
  std::string known, owner;
  Result<void> asked = index->run("SELECT id, folder FROM run WHERE id = ? OR folder = ?", {header.id, place},
                                  [&](const Row& row) {
                                    if (row.text(1) == place)
                                      known = row.text(0);
                                    else
                                      owner = row.text(1);
                                  });
  if (!asked) return asked.error();
  if (!known.empty()) return known;
  const bool taken = !owner.empty() && RunStore::exists(owner);
  return registerRun(folder, taken ? "" : header.id, header.started.substr(0, 10), header.network);
}

Result<std::vector<fs::path>> adoptRuns(const fs::path& folder) {
  std::error_code problem;
  const auto holdsRun = [&](const fs::path& place) { return fs::exists(place / "run.sqlite", problem); };
  std::vector<fs::path> places;
  if (holdsRun(folder)) {
    places.push_back(folder);
  } else {
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, problem))
      if (holdsRun(entry.path())) places.push_back(entry.path());
  }
  if (places.empty())
    return Error{ErrorKind::io, "There is no run in " + folder.string() +
                                    ": neither it nor a folder in it has a file run.sqlite. Choose the "
                                    "folder that a training or a sweep has written."};
  for (const fs::path& place : places)
    if (Result<std::string> id = adoptRun(place); !id) return id.error();
  return places;
}

Result<void> unregisterRun(const fs::path& folder) {
  Result<Database> index = openIndex();
  if (!index) return index.error();
  return index->run("DELETE FROM run WHERE folder = ?", {plainPath(folder).string()});
}

Result<std::vector<RunHeader>> listRuns() {
  Result<Database> index = openIndex();
  if (!index) return index.error();
  std::vector<std::pair<std::string, fs::path>> places;
  Result<void> read = index->run("SELECT id, folder FROM run", {},
                                 [&](const Row& row) { places.emplace_back(row.text(0), row.text(1)); });
  if (!read) return read.error();
  std::vector<RunHeader> runs;
  for (const auto& [id, folder] : places)
    if (Result<RunStore> store = RunStore::open(folder); store) {
      runs.push_back(store->header());
      runs.back().id = id;  // of two runs with one id, brought from two machines, each has its own here
    }
  std::sort(runs.begin(), runs.end(), [](const RunHeader& a, const RunHeader& b) {
    return a.started != b.started ? a.started > b.started : a.id > b.id;
  });
  return runs;
}

Result<fs::path> findRun(const std::string& run) {
  std::error_code ignored;
  const fs::path path(run);
  if (fs::is_directory(path, ignored)) return path;
  if (fs::is_regular_file(path, ignored)) return path.has_parent_path() ? path.parent_path() : fs::path(".");
  Result<Database> index = openIndex();
  if (!index) return index.error();
  fs::path folder;
  Result<void> read =
      index->run("SELECT folder FROM run WHERE id = ?", {run}, [&](const Row& row) { folder = row.text(0); });
  if (!read) return read.error();
  if (folder.empty())
    return Error{ErrorKind::usage, "There is no run '" + run +
                                       "': it is neither a folder, nor a file, nor the id of a run on this "
                                       "machine; `bypath runs list` shows those there are."};
  if (!fs::is_directory(folder, ignored))
    return Error{ErrorKind::io, "The folder of run '" + run + "', " + folder.string() + ", is gone."};
  return folder;
}

Result<fs::path> newRunFolder(const std::string& network) {
  if (Result<void> made = makeFolder(runsFolder()); !made) return made.error();
  Result<Database> index = openIndex();
  if (!index) return index.error();
  const std::string base = timeText().substr(0, 10) + "-" + plainName(network) + "-";
  for (int number = 1;; ++number) {
    const std::string name = base + std::to_string(number);
    bool used = false;  // by a run that lies elsewhere
    if (Result<void> asked =
            index->run("SELECT 1 FROM run WHERE id = ?", {name}, [&](const Row&) { used = true; });
        !asked)
      return asked.error();
    if (used) continue;
    const fs::path folder = runsFolder() / name;
    std::error_code problem;
    if (fs::create_directory(folder, problem)) return folder;
    if (problem)
      return Error{ErrorKind::io,
                   "Cannot make the folder " + folder.string() + ": " + problem.message() + "."};
  }
}

}  // namespace bypath
