#include <algorithm>
#include <cstdlib>

#include "core/data/data_source.h"

namespace bypath {
namespace {

const std::vector<DataSource>& sources() {
  static const std::vector<DataSource> table = {
      shapesSource(),
      cifar10Source(),
  };
  return table;
}

const DataSource* findSource(const std::string& name) {
  const auto& table = sources();
  const auto found =
      std::ranges::find(table, name, [](const DataSource& source) { return source.entry.name; });
  return found == table.end() ? nullptr : &*found;
}

Error unknownName(const std::string& name) {
  std::string known;
  for (const DataSource& source : sources()) known += (known.empty() ? "" : ", ") + source.entry.name;
  return {ErrorKind::usage, "There is no data set '" + name + "'; choose one of " + known + "."};
}

// The XDG base directory specification: a relative path in such a variable is to be ignored.
std::filesystem::path absoluteFromEnvironment(const char* variable) {
  const char* value = std::getenv(variable);
  const std::filesystem::path path = value ? value : "";
  return path.is_absolute() ? path : std::filesystem::path();
}

}  // namespace

const std::vector<DataSetEntry>& dataCatalog() {
  static const std::vector<DataSetEntry> entries = [] {
    std::vector<DataSetEntry> list;
    for (const DataSource& source : sources()) list.push_back(source.entry);
    return list;
  }();
  return entries;
}

std::filesystem::path dataFolder(const std::filesystem::path& given) {
  if (!given.empty()) return given;
  if (const char* chosen = std::getenv("BYPATH_DATA_DIR"); chosen && *chosen) return chosen;
  if (const auto shared = absoluteFromEnvironment("XDG_DATA_HOME"); !shared.empty())
    return shared / "bypath/data";
  if (const auto home = absoluteFromEnvironment("HOME"); !home.empty())
    return home / ".local/share/bypath/data";
  return ".";
}

std::string dataState(const DataSetEntry& entry, const std::filesystem::path& dataDir) {
  const DataSource* source = findSource(entry.name);
  return source ? source->state(source->entry, dataFolder(dataDir)) : unknownName(entry.name).message;
}

Result<std::shared_ptr<const DataSet>> openDataSet(const std::string& name,
                                                   const std::filesystem::path& dataDir,
                                                   const std::function<void(double)>& progress) {
  const DataSource* source = findSource(name);
  if (!source) return unknownName(name);
  return source->open(source->entry, dataFolder(dataDir), progress);
}

}  // namespace bypath
