#include <set>

#include "core/base/atomic_file.h"
#include "core/base/text.h"
#include "core/runs/run_store.h"

namespace bypath {
namespace {

std::string quoted(const std::string& name) {
  if (name.find_first_of(",\"\n") == std::string::npos) return name;
  std::string text = "\"";
  for (const char c : name) text += c == '"' ? "\"\"" : std::string(1, c);
  return text + "\"";
}

}  // namespace

Result<void> exportCsv(const RunStore& store, const std::filesystem::path& target) {
  Result<std::vector<RunRow>> rows = store.rows();
  if (!rows) return rows.error();
  std::set<std::string> names;
  for (const RunRow& row : *rows)
    for (const auto& [name, value] : row.values) names.insert(name);
  std::string text = "step,epoch,seconds";
  for (const std::string& name : names) text += "," + quoted(name);
  text += "\n";
  for (const RunRow& row : *rows) {
    text += std::to_string(row.step) + "," + std::to_string(row.epoch) + "," + exactText(row.seconds);
    for (const std::string& name : names) {
      const auto value = row.values.find(name);
      text += "," + (value == row.values.end() ? std::string() : exactText(value->second));
    }
    text += "\n";
  }
  return writeFileAtomically(target, text);
}

}  // namespace bypath
