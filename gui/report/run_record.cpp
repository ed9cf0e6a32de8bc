#include "gui/report/run_record.h"

#include <nlohmann/json.hpp>

#include "core/base/bounded_reader.h"
#include "core/training/run_files.h"
#include "core/training/settings.h"

namespace bypath {

namespace {

// A run of a later Bypath may have settings that this one does not know; they are left out.
Result<Attributes> settingsOf(const RunHeader& header) {
  if (header.settings.empty()) return completeSettings({});
  const Result<nlohmann::json> json = parseJson(header.settings, "the settings of " + header.id);
  if (!json) return json.error();
  Result<Attributes> read = attributesFromJson(*json, "the settings of " + header.id);
  if (!read) return read;
  std::erase_if(*read, [](const auto& entry) { return !trainingSchema().find(entry.first); });
  return completeSettings(*read);
}

// Looks of older steps may know what the last does not: the shortcuts are seen less often in some runs.
std::optional<ProbeRecord> lastLookOf(const std::vector<ProbeRecord>& records) {
  std::optional<ProbeRecord> last;
  for (auto record = records.rbegin(); record != records.rend(); ++record) {
    if (!last && (!record->layers.empty() || !record->shortcuts.empty())) last = *record;
    if (last && last->layers.empty()) last->layers = record->layers;
    if (last && last->shortcuts.empty()) last->shortcuts = record->shortcuts;
    if (last && !last->layers.empty() && !last->shortcuts.empty()) break;
  }
  return last;
}

}  // namespace

Result<RunRecord> readRunRecord(const std::filesystem::path& folder) {
  const Result<RunStore> store = RunStore::open(folder);
  if (!store) return store.error();
  RunRecord record{.header = store->header()};
  Result<Attributes> settings = settingsOf(record.header);
  if (!settings) return settings.error();
  Result<std::vector<RunRow>> rows = store->rows();
  if (!rows) return rows.error();
  Result<std::vector<RunMark>> marks = store->marks();
  if (!marks) return marks.error();
  const Result<std::vector<ProbeRecord>> probes = store->probes();
  if (!probes) return probes.error();
  if (Result<Project> project = readProject(folder / projectName); project)
    record.project = std::move(*project);
  record.settings = std::move(*settings);
  record.rows = std::move(*rows);
  record.marks = std::move(*marks);
  record.lastLook = lastLookOf(*probes);
  record.summary = summarise(record.rows);
  return record;
}

}  // namespace bypath
