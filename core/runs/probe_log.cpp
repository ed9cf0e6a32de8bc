#include "core/runs/probe_log.h"

#include <bit>
#include <cstring>

#include "core/probes/probe_columns.h"

namespace bypath {

namespace {

static_assert(std::endian::native == std::endian::little, "numbers are stored as they lie in memory");

std::string joined(const std::vector<std::string>& paths) {
  std::string text;
  for (const std::string& path : paths) text += path + '\n';
  return text;
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> paths;
  for (size_t begin = 0, end = 0; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1)
    paths.push_back(text.substr(begin, end - begin));
  return paths;
}

ProbeRecord& recordOf(std::map<int64_t, ProbeRecord>& records, int64_t step) {
  ProbeRecord& record = records[step];
  record.step = step;
  return record;
}

Result<void> readRows(Database& database, std::map<int64_t, ProbeRecord>& records) {
  Result<void> read = database.run(
      "SELECT step, path, norm, weight_norm FROM layer_gradient ORDER BY id", {}, [&](const Row& row) {
        recordOf(records, row.integer(0))
            .layers.push_back({.path = row.text(1), .norm = row.real(2), .weightNorm = row.real(3)});
      });
  if (!read) return read;
  return database.run(
      "SELECT step, path, shortcut_norm, branch_norm, cosine, branch_deviation, input_deviation FROM "
      "shortcut_flow ORDER BY id",
      {}, [&](const Row& row) {
        recordOf(records, row.integer(0))
            .shortcuts.push_back(
                {row.text(1), row.real(2), row.real(3), row.real(4), row.real(5), row.real(6)});
      });
}

Result<void> readColumns(Database& database, std::map<int64_t, ProbeRecord>& records) {
  Result<std::map<int64_t, std::vector<std::string>>> lists = readPathLists(database);
  if (!lists) return lists.error();
  bool sound = true;
  Result<void> read =
      database.run("SELECT step, quantity, paths, numbers FROM probe ORDER BY id", {}, [&](const Row& row) {
        const std::string quantity = row.text(1);
        const SqlBytes numbers = row.bytes(3);
        ProbeColumn column{.quantity = quantity,
                           .paths = (*lists)[row.integer(2)],
                           .values = std::vector<double>(numbers.size() / 8)};
        if (!numbers.empty()) std::memcpy(column.values.data(), numbers.data(), column.values.size() * 8);
        sound &= addColumn(recordOf(records, row.integer(0)), column);
      });
  if (read && !sound)
    return Error{ErrorKind::data,
                 database.path().string() + " holds gradients that do not fit their layers."};
  return read;
}

}  // namespace

Result<int64_t> pathListOf(Database& database, const std::vector<std::string>& paths) {
  const std::string text = joined(paths);
  if (Result<void> done = database.run("INSERT OR IGNORE INTO path_list (paths) VALUES (?)", {text}); !done)
    return done.error();
  int64_t id = 0;
  Result<void> found = database.run("SELECT id FROM path_list WHERE paths = ?", {text},
                                    [&](const Row& row) { id = row.integer(0); });
  if (!found) return found.error();
  return id;
}

Result<std::map<int64_t, std::vector<std::string>>> readPathLists(Database& database) {
  std::map<int64_t, std::vector<std::string>> lists;
  Result<void> read = database.run("SELECT id, paths FROM path_list", {},
                                   [&](const Row& row) { lists[row.integer(0)] = split(row.text(1)); });
  if (!read) return read.error();
  return lists;
}

Result<void> appendProbeColumns(Database& database, const ProbeRecord& record) {
  return database.transaction([&]() -> Result<void> {
    for (const ProbeColumn& column : columnsOf(record)) {
      const Result<int64_t> list = pathListOf(database, column.paths);
      if (!list) return list.error();
      Result<void> done = database.run(
          "INSERT INTO probe (step, quantity, paths, numbers) VALUES (?, ?, ?, ?)",
          {record.step, std::string(column.quantity), *list, std::as_bytes(std::span(column.values))});
      if (!done) return done;
    }
    return {};
  });
}

Result<std::vector<ProbeRecord>> readProbeRecords(Database& database, bool columns) {
  std::map<int64_t, ProbeRecord> records;
  if (Result<void> read = readRows(database, records); !read) return read.error();
  if (columns)
    if (Result<void> read = readColumns(database, records); !read) return read.error();
  std::vector<ProbeRecord> list;
  list.reserve(records.size());
  for (auto& [step, record] : records) list.push_back(std::move(record));
  return list;
}

}  // namespace bypath
