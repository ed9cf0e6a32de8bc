// Event files, read back by a parser that knows nothing of the writer: framing, checksums bit by bit,
// messages field by field.
#include <cstring>
#include <fstream>
#include <map>
#include <optional>
#include <QTemporaryDir>
#include <QtTest>

#include "core/base/crc32c.h"
#include "core/runs/run_store.h"

using namespace bypath;
namespace fs = std::filesystem;

namespace {

// Bit by bit, straight from the polynomial.
uint32_t plainCrc(const std::string& bytes) {
  uint32_t crc = 0xffffffff;
  for (const char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = crc & 1 ? crc >> 1 ^ 0x82f63b78 : crc >> 1;
  }
  return crc ^ 0xffffffff;
}

template <class Number>
Number numberAt(const std::string& bytes, size_t at) {
  Number number{};
  std::memcpy(&number, bytes.data() + at, sizeof number);  // this test runs on little-endian machines
  return number;
}

bool hasChecksum(const std::string& bytes, uint32_t masked) {
  const uint32_t rotated = masked - 0xa282ead8;
  return (rotated >> 17 | rotated << 15) == plainCrc(bytes);
}

// The data of all records; nothing if any is cut or has another checksum.
std::optional<std::vector<std::string>> recordsOf(const std::string& file) {
  std::vector<std::string> records;
  for (size_t at = 0; at < file.size();) {
    if (file.size() - at < 12 || !hasChecksum(file.substr(at, 8), numberAt<uint32_t>(file, at + 8)))
      return {};
    const auto length = numberAt<uint64_t>(file, at);
    if (length > file.size() - at - 16) return {};
    records.push_back(file.substr(at + 12, length));
    if (!hasChecksum(records.back(), numberAt<uint32_t>(file, at + 12 + length))) return {};
    at += 16 + length;
  }
  return records;
}

uint64_t varint(const std::string& bytes, size_t& at) {
  uint64_t value = 0;
  for (int shift = 0;; shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes.at(at++));
    value |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
}

// Each field's bytes by its number; of variable whole numbers, eight bytes.
std::map<uint64_t, std::string> fieldsOf(const std::string& message) {
  std::map<uint64_t, std::string> fields;
  for (size_t at = 0; at < message.size();) {
    const uint64_t key = varint(message, at);
    size_t length = key % 8 == 1 ? 8 : 4;
    if (key % 8 == 0) {
      const uint64_t value = varint(message, at);
      fields[key / 8] = std::string(reinterpret_cast<const char*>(&value), sizeof value);
      continue;
    }
    if (key % 8 == 2) length = varint(message, at);
    fields[key / 8] = message.substr(at, length);
    at += length;
  }
  return fields;
}

struct Scalar {
  double time = 0;
  int64_t step = 0;
  std::string tag;
  float value = 0;
  bool operator==(const Scalar&) const = default;
};

std::vector<Scalar> scalarsOf(const std::vector<std::string>& records) {
  std::vector<Scalar> scalars;
  for (const std::string& record : records) {
    auto event = fieldsOf(record);
    if (!event.contains(5)) continue;
    auto value = fieldsOf(fieldsOf(event[5])[1]);
    scalars.push_back({numberAt<double>(event[1], 0), numberAt<int64_t>(event[2], 0), value[1],
                       numberAt<float>(value[2], 0)});
  }
  return scalars;
}

std::vector<std::string> readEvents(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) files.push_back(entry.path());
  if (files.size() != 1 || !files[0].filename().string().starts_with("events.out.tfevents.1795219200."))
    return {};
  std::ifstream in(files[0], std::ios::binary);
  return recordsOf(std::string(std::istreambuf_iterator<char>(in), {})).value_or(std::vector<std::string>{});
}

}  // namespace

class TestExportTensorBoard : public QObject {
  Q_OBJECT

  QTemporaryDir place_;
  fs::path folder(const char* name) const { return fs::path(place_.path().toStdString()) / name; }

 private Q_SLOTS:
  void initTestCase() { qputenv("XDG_DATA_HOME", (place_.path() + "/home").toUtf8()); }

  void knowsTheChecksum() {
    QCOMPARE(crc32c("123456789"), 0xe3069283u);
    QCOMPARE(crc32c(""), 0u);
    const std::string all = "The quick brown fox\0\xff jumps";
    QCOMPARE(crc32c(all), plainCrc(all));
  }

  void writesWhatTensorBoardReads() {
    Result<RunStore> store = RunStore::create(
        folder("run"),
        {.network = "resnet", .data = "shapes", .settings = "{}", .started = "2026-11-21T00:00:00Z"});
    QVERIFY(store.ok());
    QVERIFY(store->append({300, 1, false, 1.5, {{"loss", 2.5}, {"accuracy", 0.25}}}).ok());
    QVERIFY(store->append({300, 1, true, 2, {{"loss", 2.75}, {"val_loss", 3}}}).ok());
    const Result<void> written = exportTensorBoard(*store, folder("events"));
    QVERIFY2(written.ok(), written ? "" : written.error().message.c_str());

    const std::vector<std::string> training = readEvents(folder("events") / "train");
    QCOMPARE(training.size(), size_t{4});
    QCOMPARE(fieldsOf(training[0])[3], std::string("brain.Event:2"));
    const double start = 1795219200;
    QVERIFY(scalarsOf(training) == (std::vector<Scalar>{{start + 1.5, 300, "accuracy", 0.25f},
                                                        {start + 1.5, 300, "loss", 2.5f},
                                                        {start + 2, 300, "epoch_loss", 2.75f}}));
    const std::vector<std::string> validation = readEvents(folder("events") / "validation");
    QCOMPARE(validation.size(), size_t{2});
    QVERIFY(scalarsOf(validation) == (std::vector<Scalar>{{start + 2, 300, "loss", 3.0f}}));
  }

  void aRunWithoutValidationHasNoSecondFile() {
    Result<RunStore> store = RunStore::create(folder("bare"), {.network = "resnet", .settings = "{}"});
    QVERIFY(store.ok() && store->append({1, 1, true, 1, {{"loss", 1}}}).ok());
    QVERIFY(exportTensorBoard(*store, folder("bare-events")).ok());
    QVERIFY(!fs::exists(folder("bare-events") / "validation"));
    const Result<void> mixed = exportTensorBoard(*store, folder("events"));
    QVERIFY(!mixed.ok() && mixed.error().kind == ErrorKind::usage);
  }
};

QTEST_GUILESS_MAIN(TestExportTensorBoard)
#include "test_export_tensorboard.moc"
