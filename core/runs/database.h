// SQLite for this room: statements are prepared once and kept, every failure is a sentence with the file's
// path.
//
//   Result<Database> db = Database::open(path, Database::Mode::create);
//   db->run("INSERT INTO mark VALUES (?, ?)", {step, text});
//   db->run("SELECT step FROM mark", {}, [&](const Row& row) { steps.push_back(row.integer(0)); });
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "core/base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace bypath {

using SqlBytes = std::span<const std::byte>;
using SqlValue = std::variant<int64_t, double, std::string, SqlBytes>;

// A result row, valid during the callback.
class Row {
 public:
  explicit Row(sqlite3_stmt* statement) : statement_(statement) {}
  int64_t integer(int column) const;
  double real(int column) const;  // not a number where NULL is stored, as SQLite does with not-a-number
  std::string text(int column) const;
  SqlBytes bytes(int column) const;

 private:
  sqlite3_stmt* statement_;
};

class Database {
 public:
  // read falls back to a file that cannot be written, as it stands.
  enum class Mode { create, read };
  static Result<Database> open(const std::filesystem::path& path, Mode mode);
  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;
  ~Database();

  Result<void> run(const std::string& sql, std::initializer_list<SqlValue> values = {},
                   const std::function<void(const Row&)>& row = {});
  // Runs `body` inside one transaction: all of it is stored, or none.
  Result<void> transaction(const std::function<Result<void>()>& body);
  int64_t lastRow() const;
  // The schema's version, the number of steps that made it; 0 of an empty file. A file made by more steps
  // than this program knows is refused.
  Result<int64_t> version(size_t known);
  // Makes the steps of the schema that the file does not have yet.
  Result<void> migrate(std::span<const std::string_view> steps);
  const std::filesystem::path& path() const;

 private:
  struct State;
  explicit Database(std::unique_ptr<State> state);
  Error failure(const std::string& what, int code) const;
  Result<void> script(const std::string& sql);

  std::unique_ptr<State> state_;
};

}  // namespace bypath
