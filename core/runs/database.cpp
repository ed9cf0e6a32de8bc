#include "core/runs/database.h"

#include <sqlite3.h>
#include <unistd.h>

#include <cmath>
#include <limits>
#include <unordered_map>

namespace bypath {
namespace {

constexpr int busyMilliseconds = 5000;

struct FinalizeStatement {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
struct CloseConnection {
  void operator()(sqlite3* connection) const { sqlite3_close(connection); }
};

// A file name inside an SQLite URI.
std::string uriOf(const std::filesystem::path& path) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string uri = "file:";
  for (const char c : std::filesystem::absolute(path).string()) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) || c == '/' || c == '.' || c == '-' || c == '_') {
      uri += c;
    } else {
      uri += {'%', digits[byte >> 4], digits[byte & 15]};
    }
  }
  return uri + "?immutable=1";
}

}  // namespace

int64_t Row::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}
double Row::real(int column) const {
  if (sqlite3_column_type(statement_, column) == SQLITE_NULL) return std::numeric_limits<double>::quiet_NaN();
  return sqlite3_column_double(statement_, column);
}
SqlBytes Row::bytes(int column) const {
  const void* data = sqlite3_column_blob(statement_, column);
  return {static_cast<const std::byte*>(data), static_cast<size_t>(sqlite3_column_bytes(statement_, column))};
}
std::string Row::text(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  return bytes ? std::string(bytes, static_cast<size_t>(sqlite3_column_bytes(statement_, column))) : "";
}

struct Database::State {
  std::filesystem::path path;
  std::unique_ptr<sqlite3, CloseConnection> connection;
  // After the connection, so that statements end first.
  std::unordered_map<std::string, std::unique_ptr<sqlite3_stmt, FinalizeStatement>> statements;
};

Database::Database(std::unique_ptr<State> state) : state_(std::move(state)) {}
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;
Database::~Database() = default;

const std::filesystem::path& Database::path() const {
  return state_->path;
}
int64_t Database::lastRow() const {
  return sqlite3_last_insert_rowid(state_->connection.get());
}

Error Database::failure(const std::string& what, int code) const {
  const bool damaged = code == SQLITE_NOTADB || code == SQLITE_CORRUPT || code == SQLITE_ERROR;
  const std::string reason =
      state_->connection ? sqlite3_errmsg(state_->connection.get()) : sqlite3_errstr(code);
  return {damaged ? ErrorKind::data : ErrorKind::io,
          "Cannot " + what + " " + state_->path.string() + ": " + reason + "."};
}

Result<Database> Database::open(const std::filesystem::path& path, Mode mode) {
  Database database(std::make_unique<State>());
  State& state = *database.state_;
  state.path = path;
  const bool asItStands = mode == Mode::read && ::access(path.c_str(), W_OK) != 0;
  const std::string name = asItStands ? uriOf(path) : path.string();
  const int flags = asItStands ? SQLITE_OPEN_READONLY | SQLITE_OPEN_URI
                               : SQLITE_OPEN_READWRITE | (mode == Mode::create ? SQLITE_OPEN_CREATE : 0);
  sqlite3* connection = nullptr;
  const int code = sqlite3_open_v2(name.c_str(), &connection, flags, nullptr);
  state.connection.reset(connection);
  if (code != SQLITE_OK) return database.failure("open", code);
  sqlite3_extended_result_codes(connection, 0);
  sqlite3_busy_timeout(connection, busyMilliseconds);
  sqlite3_db_config(connection, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(connection, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  const char* settings =
      asItStands ? "PRAGMA query_only=ON;" : "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;";
  if (Result<void> done = database.script(settings); !done) return done.error();
  return database;
}

Result<void> Database::script(const std::string& sql) {
  const int code = sqlite3_exec(state_->connection.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return failure("use", code);
  return {};
}

Result<void> Database::run(const std::string& sql, std::initializer_list<SqlValue> values,
                           const std::function<void(const Row&)>& row) {
  auto& statement = state_->statements[sql];
  if (!statement) {
    sqlite3_stmt* prepared = nullptr;
    const int code = sqlite3_prepare_v2(state_->connection.get(), sql.c_str(), -1, &prepared, nullptr);
    if (code != SQLITE_OK) return failure("read", code);
    statement.reset(prepared);
  }
  int index = 0;
  for (const SqlValue& value : values) {
    ++index;
    if (const auto* whole = std::get_if<int64_t>(&value)) sqlite3_bind_int64(statement.get(), index, *whole);
    if (const auto* bytes = std::get_if<SqlBytes>(&value))
      sqlite3_bind_blob64(statement.get(), index, bytes->data(), bytes->size(), SQLITE_TRANSIENT);
    if (const auto* real = std::get_if<double>(&value)) sqlite3_bind_double(statement.get(), index, *real);
    if (const auto* text = std::get_if<std::string>(&value))
      sqlite3_bind_text(statement.get(), index, text->data(), static_cast<int>(text->size()),
                        SQLITE_TRANSIENT);
  }
  int code = SQLITE_ROW;
  while ((code = sqlite3_step(statement.get())) == SQLITE_ROW)
    if (row) row(Row(statement.get()));
  Result<void> result;
  if (code != SQLITE_DONE) result = failure(sqlite3_stmt_readonly(statement.get()) ? "read" : "write", code);
  sqlite3_reset(statement.get());
  return result;
}

Result<void> Database::transaction(const std::function<Result<void>()>& body) {
  if (Result<void> begun = run("BEGIN IMMEDIATE"); !begun) return begun;
  Result<void> result = body();
  if (result) result = run("COMMIT");
  if (!result && !sqlite3_get_autocommit(state_->connection.get())) {
    const Error& kept = result.error();
    if (Result<void> undone = run("ROLLBACK"); !undone)
      return Error{kept.kind, kept.message + " " + undone.error().message};
  }
  return result;
}

Result<int64_t> Database::version(size_t known) {
  int64_t found = 0;
  Result<void> read = run("PRAGMA user_version", {}, [&](const Row& row) { found = row.integer(0); });
  if (!read) return read.error();
  if (found > static_cast<int64_t>(known))
    return Error{ErrorKind::data, path().string() + " was written by a newer Bypath (history version " +
                                      std::to_string(found) + ", this one knows " + std::to_string(known) +
                                      "); update Bypath to open it."};
  return found;
}

Result<void> Database::migrate(std::span<const std::string_view> steps) {
  const auto whole = static_cast<int64_t>(steps.size());
  const Result<int64_t> before = version(steps.size());
  if (!before) return before.error();
  if (*before == whole) return {};
  return transaction([&]() -> Result<void> {
    const Result<int64_t> found = version(steps.size());  // another program may have been faster
    if (!found) return found.error();
    if (*found == whole) return {};
    for (const std::string_view step : steps.subspan(static_cast<size_t>(*found)))
      if (Result<void> done = script(std::string(step)); !done) return done;
    return script("PRAGMA user_version=" + std::to_string(whole));
  });
}

}  // namespace bypath
