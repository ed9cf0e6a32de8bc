#include "core/runs/histogram_log.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <map>

#include "core/runs/probe_log.h"

namespace bypath {

namespace {

static_assert(std::endian::native == std::endian::little, "numbers are stored as they lie in memory");

struct Quantity {
  const char* name;
  Histogram LayerHistograms::*value;
};
constexpr Quantity quantities[] = {{"weights", &LayerHistograms::weights},
                                   {"gradient", &LayerHistograms::gradient},
                                   {"output", &LayerHistograms::output}};

void put(std::vector<std::byte>& bytes, float value) {
  const auto raw = std::bit_cast<std::array<std::byte, sizeof(float)>>(value);
  bytes.insert(bytes.end(), raw.begin(), raw.end());
}

void put(std::vector<std::byte>& bytes, uint32_t value) {
  constexpr uint32_t low = 0x7f, more = 0x80;
  for (; value > low; value >>= 7) bytes.push_back(static_cast<std::byte>((value & low) | more));
  bytes.push_back(static_cast<std::byte>(value));
}

// Reads what put() wrote; false at a torn end.
bool take(SqlBytes& bytes, float& value) {
  if (bytes.size() < sizeof(float)) return false;
  std::memcpy(&value, bytes.data(), sizeof(float));
  bytes = bytes.subspan(sizeof(float));
  return true;
}

bool take(SqlBytes& bytes, uint32_t& value) {
  constexpr uint32_t low = 0x7f, more = 0x80;
  constexpr int widest = 28;
  value = 0;
  for (int shift = 0; !bytes.empty() && shift <= widest; shift += 7) {
    const auto part = static_cast<uint32_t>(bytes[0]);
    bytes = bytes.subspan(1);
    value |= (part & low) << shift;
    if ((part & more) == 0) return true;
  }
  return false;
}

bool take(SqlBytes& bytes, Histogram& histogram) {
  uint32_t bins = 0;
  if (!take(bytes, histogram.low) || !take(bytes, histogram.high) || !take(bytes, bins)) return false;
  if (bins > bytes.size()) return false;  // each takes a byte at least
  histogram.counts.resize(bins);
  return std::ranges::all_of(histogram.counts, [&](uint32_t& count) { return take(bytes, count); });
}

// A record being read: its layers by path.
struct Open {
  HistogramRecord record;
  std::map<std::string, size_t> places;

  LayerHistograms& layer(const std::string& path) {
    const auto [at, isNew] = places.emplace(path, record.layers.size());
    if (isNew) record.layers.push_back({.path = path});
    return record.layers[at->second];
  }
};

}  // namespace

Result<void> appendHistogramRow(Database& database, const HistogramRecord& record) {
  return database.transaction([&]() -> Result<void> {
    for (const Quantity& quantity : quantities) {
      std::vector<std::string> paths;
      std::vector<std::byte> bytes;
      for (const LayerHistograms& layer : record.layers) {
        const Histogram& one = layer.*quantity.value;
        if (one.empty()) continue;
        paths.push_back(layer.path);
        put(bytes, one.low);
        put(bytes, one.high);
        put(bytes, static_cast<uint32_t>(one.counts.size()));
        for (const uint32_t count : one.counts) put(bytes, count);
      }
      if (paths.empty()) continue;
      const Result<int64_t> list = pathListOf(database, paths);
      if (!list) return list.error();
      Result<void> done =
          database.run("INSERT INTO histogram (step, quantity, paths, numbers) VALUES (?, ?, ?, ?)",
                       {record.step, std::string(quantity.name), *list, SqlBytes(bytes)});
      if (!done) return done;
    }
    return {};
  });
}

Result<std::vector<HistogramRecord>> readHistogramRecords(Database& database) {
  const Result<std::map<int64_t, std::vector<std::string>>> lists = readPathLists(database);
  if (!lists) return lists.error();
  std::map<int64_t, Open> records;
  bool sound = true;
  Result<void> read = database.run(
      "SELECT step, quantity, paths, numbers FROM histogram ORDER BY id", {}, [&](const Row& row) {
        Open& open = records[row.integer(0)];
        open.record.step = row.integer(0);
        const std::string name = row.text(1);
        const auto* quantity = std::ranges::find(quantities, name, &Quantity::name);
        const auto paths = lists->find(row.integer(2));
        sound = sound && quantity != std::end(quantities) && paths != lists->end();
        if (!sound) return;
        SqlBytes bytes = row.bytes(3);
        for (const std::string& path : paths->second)
          sound = sound && take(bytes, open.layer(path).*quantity->value);
        sound = sound && bytes.empty();
      });
  if (!read) return read.error();
  if (!sound)
    return Error{ErrorKind::data,
                 database.path().string() + " holds histograms that do not fit their layers."};
  std::vector<HistogramRecord> list;
  list.reserve(records.size());
  for (auto& [step, open] : records) list.push_back(std::move(open.record));
  return list;
}

}  // namespace bypath
