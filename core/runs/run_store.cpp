#include "core/runs/run_store.h"

#include "core/runs/database.h"
#include "core/runs/histogram_log.h"
#include "core/runs/probe_log.h"
#include "core/runs/run_index.h"

namespace bypath {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view historySchema[] = {R"sql(
CREATE TABLE run (id TEXT, network TEXT, data TEXT, settings TEXT, started TEXT, state TEXT);
CREATE TABLE point (id INTEGER PRIMARY KEY, step INTEGER NOT NULL, epoch INTEGER NOT NULL,
                    epoch_end INTEGER NOT NULL, seconds REAL NOT NULL);
CREATE TABLE value (point INTEGER NOT NULL, name TEXT NOT NULL, value REAL, PRIMARY KEY (point, name)) WITHOUT ROWID;
CREATE TABLE mark (id INTEGER PRIMARY KEY, step INTEGER NOT NULL, text TEXT NOT NULL);
CREATE TABLE layer_gradient (id INTEGER PRIMARY KEY, step INTEGER NOT NULL, path TEXT NOT NULL, norm REAL,
                             weight_norm REAL);
CREATE TABLE shortcut_flow (id INTEGER PRIMARY KEY, step INTEGER NOT NULL, path TEXT NOT NULL, shortcut_norm REAL,
                            branch_norm REAL, cosine REAL, branch_deviation REAL, input_deviation REAL);
CREATE INDEX point_step ON point (step);
CREATE INDEX layer_gradient_step ON layer_gradient (step);
CREATE INDEX shortcut_flow_step ON shortcut_flow (step);
)sql",
                                              R"sql(
CREATE TABLE remark (kind TEXT NOT NULL, text TEXT NOT NULL, PRIMARY KEY (kind, text)) WITHOUT ROWID;
)sql",
                                              R"sql(
CREATE TABLE path_list (id INTEGER PRIMARY KEY, paths TEXT NOT NULL UNIQUE);
CREATE TABLE probe (id INTEGER PRIMARY KEY, step INTEGER NOT NULL, quantity TEXT NOT NULL, paths INTEGER NOT NULL,
                    numbers BLOB NOT NULL);
CREATE INDEX probe_step ON probe (step);
)sql",
                                              R"sql(
CREATE TABLE histogram (id INTEGER PRIMARY KEY, step INTEGER NOT NULL, quantity TEXT NOT NULL,
                        paths INTEGER NOT NULL, numbers BLOB NOT NULL);
CREATE INDEX histogram_step ON histogram (step);
)sql"};
constexpr int64_t remarksSince = 2;  // "name" and "note", once each, and "tag"
constexpr int64_t histogramsSince = 4;
constexpr int64_t columnsSince = 3;  // probes as columns; before, rows of layer_gradient and shortcut_flow

fs::path historyFile(const fs::path& folder) {
  return folder / "run.sqlite";
}

}  // namespace

struct RunStore::State {
  Database database;
  RunHeader header;
  int64_t version = std::size(historySchema);
};

RunStore::RunStore(std::unique_ptr<State> state) : state_(std::move(state)) {}
RunStore::RunStore(RunStore&&) noexcept = default;
RunStore& RunStore::operator=(RunStore&&) noexcept = default;
RunStore::~RunStore() = default;

bool RunStore::exists(const fs::path& folder) {
  std::error_code ignored;
  if (!fs::is_regular_file(historyFile(folder), ignored)) return false;
  Result<Database> database = Database::open(historyFile(folder), Database::Mode::read);
  bool begun = false;
  return database && database->run("SELECT 1 FROM run", {}, [&](const Row&) { begun = true; }) && begun;
}

Result<RunStore> RunStore::create(const fs::path& folder, RunHeader header) {
  std::error_code problem;
  fs::create_directories(folder, problem);
  if (problem)
    return Error{ErrorKind::io, "Cannot make the folder " + folder.string() + ": " + problem.message() + "."};
  if (exists(folder))
    return Error{ErrorKind::usage, "There is a run in " + folder.string() +
                                       " already; go on with it by --resume, or choose another folder."};
  Result<Database> database = Database::open(historyFile(folder), Database::Mode::create);
  if (!database) return database.error();
  if (Result<void> ready = database->migrate(historySchema); !ready) return ready.error();
  header.folder = fs::absolute(folder);
  if (header.started.empty()) header.started = timeText();
  if (header.state.empty()) header.state = "running";
  if (header.id.empty()) header.id = idByPlace(folder);
  Result<std::string> id = registerRun(folder, header.id, header.started.substr(0, 10), header.network);
  std::string note;
  if (id) {
    header.id = *id;
  } else {
    note = "The run is not in the list of runs: " + id.error().message;
    if (header.id.empty()) header.id = folder.filename().string();
  }
  Result<void> begun =
      database->run("INSERT INTO run VALUES (?, ?, ?, ?, ?, ?)",
                    {header.id, header.network, header.data, header.settings, header.started, header.state});
  if (!begun) return begun.error();
  RunStore store(std::make_unique<State>(State{std::move(*database), std::move(header)}));
  if (!note.empty())
    if (Result<void> marked = store.mark(0, note); !marked) return marked.error();
  return store;
}

Result<RunStore> RunStore::open(const fs::path& folder) {
  std::error_code ignored;
  if (!fs::is_regular_file(historyFile(folder), ignored))
    return Error{ErrorKind::io, "There is no run in " + folder.string() + ": it has no file run.sqlite."};
  Result<Database> database = Database::open(historyFile(folder), Database::Mode::read);
  if (!database) return database.error();
  const Result<int64_t> version = database->version(std::size(historySchema));
  if (!version) return version.error();
  RunHeader header;
  header.folder = fs::absolute(folder);
  bool found = false;
  Result<void> read =
      database->run("SELECT id, network, data, settings, started, state FROM run", {}, [&](const Row& row) {
        found = true;
        header.id = row.text(0);
        header.network = row.text(1);
        header.data = row.text(2);
        header.settings = row.text(3);
        header.started = row.text(4);
        header.state = row.text(5);
      });
  if (!read) return read.error();
  if (!found)
    return Error{ErrorKind::data, historyFile(folder).string() + " holds no run; it was never begun."};
  RunStore store(std::make_unique<State>(State{std::move(*database), std::move(header), *version}));
  if (*version >= remarksSince)
    if (Result<void> remarks = store.readRemarks(); !remarks) return remarks.error();
  return store;
}

Result<void> RunStore::readRemarks() {
  RunHeader& header = state_->header;
  header.tags.clear();
  return state_->database.run("SELECT kind, text FROM remark ORDER BY kind, text", {}, [&](const Row& row) {
    const std::string kind = row.text(0);
    if (kind == "name") header.name = row.text(1);
    if (kind == "note") header.note = row.text(1);
    if (kind == "tag") header.tags.push_back(row.text(1));
  });
}

// The only one of its kind; an empty text is none.
Result<void> RunStore::setRemark(const std::string& kind, const std::string& text) {
  Database& database = state_->database;
  if (Result<void> ready = bringUpToDate(); !ready) return ready;
  return database.transaction([&]() -> Result<void> {
    Result<void> done = database.run("DELETE FROM remark WHERE kind = ?", {kind});
    if (!done || text.empty()) return done;
    return database.run("INSERT INTO remark VALUES (?, ?)", {kind, text});
  });
}

Result<void> RunStore::setName(const std::string& name) {
  Result<void> done = setRemark("name", name);
  if (done) state_->header.name = name;
  return done;
}

Result<void> RunStore::setNote(const std::string& note) {
  Result<void> done = setRemark("note", note);
  if (done) state_->header.note = note;
  return done;
}

Result<void> RunStore::setTag(const std::string& tag, bool wanted) {
  Database& database = state_->database;
  if (Result<void> ready = bringUpToDate(); !ready) return ready;
  Result<void> done = wanted ? database.run("INSERT OR IGNORE INTO remark VALUES ('tag', ?)", {tag})
                             : database.run("DELETE FROM remark WHERE kind = 'tag' AND text = ?", {tag});
  return done ? readRemarks() : done;
}

Result<void> RunStore::append(const RunRow& row) {
  Database& database = state_->database;
  return database.transaction([&]() -> Result<void> {
    Result<void> done =
        database.run("INSERT INTO point (step, epoch, epoch_end, seconds) VALUES (?, ?, ?, ?)",
                     {row.step, int64_t{row.epoch}, int64_t{row.epochEnd}, row.seconds});
    const int64_t point = database.lastRow();
    for (auto it = row.values.begin(); done && it != row.values.end(); ++it)
      done = database.run("INSERT INTO value VALUES (?, ?, ?)", {point, it->first, it->second});
    return done;
  });
}

Result<void> RunStore::appendProbes(const ProbeRecord& record) {
  if (Result<void> ready = bringUpToDate(); !ready) return ready;
  Result<void> done = appendProbeColumns(state_->database, record);
  if (!done || !record.histograms) return done;
  return appendHistogramRow(state_->database, *record.histograms);
}

Result<void> RunStore::bringUpToDate() {
  if (state_->version == static_cast<int64_t>(std::size(historySchema))) return {};
  if (Result<void> ready = state_->database.migrate(historySchema); !ready) return ready;
  state_->version = static_cast<int64_t>(std::size(historySchema));
  return {};
}

Result<void> RunStore::mark(int64_t step, const std::string& text) {
  return state_->database.run("INSERT INTO mark (step, text) VALUES (?, ?)", {step, text});
}

Result<void> RunStore::setState(const std::string& state) {
  Result<void> done = state_->database.run("UPDATE run SET state = ?", {state});
  if (done) state_->header.state = state;
  return done;
}

Result<void> RunStore::truncateAfter(int64_t step) {
  if (Result<void> ready = bringUpToDate(); !ready) return ready;
  Database& database = state_->database;
  return database.transaction([&]() -> Result<void> {
    for (const char* removal :
         {"DELETE FROM value WHERE point IN (SELECT id FROM point WHERE step > ?)",
          "DELETE FROM point WHERE step > ?", "DELETE FROM mark WHERE step > ?",
          "DELETE FROM layer_gradient WHERE step > ?", "DELETE FROM shortcut_flow WHERE step > ?",
          "DELETE FROM probe WHERE step > ?", "DELETE FROM histogram WHERE step > ?"})
      if (Result<void> done = database.run(removal, {step}); !done) return done;
    return {};
  });
}

Result<void> RunStore::flush() {
  return state_->database.run("PRAGMA wal_checkpoint(PASSIVE)");
}

const RunHeader& RunStore::header() const {
  return state_->header;
}

Result<std::vector<RunRow>> RunStore::rows() const {
  std::vector<RunRow> rows;
  int64_t last = -1;
  Result<void> read = state_->database.run(
      "SELECT point.id, step, epoch, epoch_end, seconds, name, value FROM point LEFT JOIN value "
      "ON value.point = point.id ORDER BY point.id, name",
      {}, [&](const Row& row) {
        if (row.integer(0) != last) {
          last = row.integer(0);
          rows.push_back({.step = row.integer(1),
                          .epoch = static_cast<int>(row.integer(2)),
                          .epochEnd = row.integer(3) != 0,
                          .seconds = row.real(4),
                          .values = {}});
        }
        if (const std::string name = row.text(5); !name.empty()) rows.back().values[name] = row.real(6);
      });
  if (!read) return read.error();
  return rows;
}

Result<std::vector<RunMark>> RunStore::marks() const {
  std::vector<RunMark> marks;
  Result<void> read =
      state_->database.run("SELECT step, text FROM mark ORDER BY id", {}, [&](const Row& row) {
        marks.push_back({row.integer(0), row.text(1)});
      });
  if (!read) return read.error();
  return marks;
}

Result<std::vector<ProbeRecord>> RunStore::probes() const {
  // Whoever writes may have brought the file up to date since it was opened.
  const Result<int64_t> version = state_->database.version(std::size(historySchema));
  if (!version) return version.error();
  return readProbeRecords(state_->database, *version >= columnsSince);
}

Result<std::vector<HistogramRecord>> RunStore::histograms() const {
  const Result<int64_t> version = state_->database.version(std::size(historySchema));
  if (!version) return version.error();
  if (*version < histogramsSince) return std::vector<HistogramRecord>();
  return readHistogramRecords(state_->database);
}

}  // namespace bypath
