// safetensors: round trip, the layout of the reference writer, and every kind of damage refused.
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <QTemporaryDir>
#include <QtTest>

#include "core/base/bounded_reader.h"
#include "core/base/hash.h"
#include "core/base/random.h"
#include "core/tensor/safetensors.h"

using namespace bypath;
namespace fs = std::filesystem;

namespace {

SafetensorsFile sample() {
  SafetensorsFile file;
  file.metadata = {{"format", "bypath-checkpoint"}, {"note", "caf\u00e9"}};
  const std::vector<float> weights = {1.5f, -2.0f, 3.25f, 0.0f, 1e-30f, -1e30f};
  const std::vector<int64_t> steps = {40};
  file.tensors["fc/weight"] = StoredTensor::fromFloats({2, 3}, weights.data());
  file.tensors["a/bias"] = StoredTensor::fromFloats({3}, weights.data());
  file.tensors["step"] = StoredTensor::fromIntegers({}, steps.data());
  file.tensors["nothing"] = StoredTensor::fromFloats({0, 7}, weights.data());
  StoredTensor wide{DataType::f64, {1}, std::vector<std::byte>(8)};
  const double pi = 3.141592653589793;
  std::memcpy(wide.bytes.data(), &pi, sizeof pi);
  file.tensors["wide"] = wide;
  return file;
}

bool same(const SafetensorsFile& a, const SafetensorsFile& b) {
  const auto equal = [](const auto& left, const auto& right) {
    return left.first == right.first && left.second.type == right.second.type &&
           left.second.shape == right.second.shape && left.second.bytes == right.second.bytes;
  };
  return a.metadata == b.metadata &&
         std::equal(a.tensors.begin(), a.tensors.end(), b.tensors.begin(), b.tensors.end(), equal);
}

std::string withHeader(const std::string& header, size_t dataBytes) {
  const uint64_t length = header.size();
  std::string text(reinterpret_cast<const char*>(&length), sizeof length);
  return text + header + std::string(dataBytes, '\0');
}

}  // namespace

class TestSafetensors : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { path_ = fs::path(temporary_.path().toStdString()) / "weights.safetensors"; }
  void roundTrip();
  void emptyFileRoundTrip();
  void layoutIsThatOfTheReferenceWriter();
  void foreignFilesNeedNoChecksums();
  void everyDamagedDataByteIsNoticed();
  void mutationsNeverCrash();
  void everyCutIsNoticed();
  void refusedHeaders_data();
  void refusedHeaders();
  void refusesToWriteNonsense();
  void failedWriteLeavesTheOldFile();
  void tooLargeIsRefused();

 private:
  std::string raw() const { return readTextFile(path_, 1 << 20).value(); }
  void store(const std::string& text) const { std::ofstream(path_, std::ios::binary) << text; }

  QTemporaryDir temporary_;
  fs::path path_;
};

void TestSafetensors::roundTrip() {
  const SafetensorsFile file = sample();
  QVERIFY(writeSafetensors(path_, file).ok());
  const auto back = readSafetensors(path_);
  QVERIFY2(back.ok(), back ? "" : back.error().message.c_str());
  QVERIFY(same(*back, file));
  QCOMPARE(back->tensors.at("fc/weight").count(), int64_t{6});
  QCOMPARE(back->tensors.at("step").count(), int64_t{1});
  QCOMPARE(back->tensors.at("nothing").count(), int64_t{0});
  const std::string first = raw();
  QVERIFY(writeSafetensors(path_, *back).ok());
  QCOMPARE(raw(), first);
}

void TestSafetensors::emptyFileRoundTrip() {
  QVERIFY(writeSafetensors(path_, {}).ok());
  const auto back = readSafetensors(path_);
  QVERIFY(back.ok());
  QVERIFY(back->tensors.empty() && back->metadata.empty());
}

void TestSafetensors::layoutIsThatOfTheReferenceWriter() {
  QVERIFY(writeSafetensors(path_, sample()).ok());
  const std::string text = raw();
  uint64_t length = 0;
  std::memcpy(&length, text.data(), sizeof length);
  QCOMPARE(length % 8, uint64_t{0});
  QCOMPARE(text[8], '{');
  const auto header = nlohmann::json::parse(text.substr(8, length));
  // Wide types first, then by name.
  QVERIFY(header["step"]["data_offsets"] == nlohmann::json({0, 8}));
  QVERIFY(header["wide"]["data_offsets"] == nlohmann::json({8, 16}));
  QVERIFY(header["a/bias"]["data_offsets"] == nlohmann::json({16, 28}));
  QVERIFY(header["fc/weight"]["data_offsets"] == nlohmann::json({28, 52}));
  QVERIFY(header["nothing"]["data_offsets"] == nlohmann::json({52, 52}));
  QVERIFY(header["step"]["shape"] == nlohmann::json::array());
  QCOMPARE(text.size(), 8 + length + 52);
  QVERIFY(header["__metadata__"]["sha256:step"] == sha256(text.substr(8 + length, 8)));
}

void TestSafetensors::foreignFilesNeedNoChecksums() {
  store(withHeader(R"({"w":{"shape":[2],"data_offsets":[0,8],"dtype":"F32"}}  )", 8));
  const auto back = readSafetensors(path_);
  QVERIFY(back.ok());
  QCOMPARE(back->tensors.at("w").count(), int64_t{2});
}

void TestSafetensors::everyDamagedDataByteIsNoticed() {
  QVERIFY(writeSafetensors(path_, sample()).ok());
  const std::string sound = raw();
  uint64_t length = 0;
  std::memcpy(&length, sound.data(), sizeof length);
  for (size_t at = 8 + length; at < sound.size(); ++at) {
    std::string damaged = sound;
    damaged[at] = static_cast<char>(damaged[at] ^ 4);
    store(damaged);
    const auto back = readSafetensors(path_);
    QVERIFY(!back);
    QVERIFY(back.error().message.find("SHA-256") != std::string::npos);
    QVERIFY(back.error().message.find("weights.safetensors") != std::string::npos);
  }
}

void TestSafetensors::mutationsNeverCrash() {
  bool set = false;
  const int wanted = qEnvironmentVariableIntValue("BYPATH_MUTATIONS", &set);
  const auto count = static_cast<uint32_t>(set ? wanted : 1000);
  const uint64_t seed = qEnvironmentVariable("BYPATH_SEED", "20").toULongLong();
  qint64 longest = 0;
  QVERIFY(writeSafetensors(path_, sample()).ok());
  const std::string sound = raw();
  for (uint32_t round = 0; round < count; ++round) {
    const RandomKey key{.seed = seed, .stream = streamOf("mutate"), .step = round};
    std::string damaged = sound;
    const uint32_t changes = 1 + uniformInteger(key, 0, 4);
    for (uint32_t change = 0; change < changes; ++change) {
      const uint32_t at = uniformInteger(key, 1 + 2 * change, static_cast<uint32_t>(sound.size()));
      damaged[at] = static_cast<char>(uniformInteger(key, 2 + 2 * change, 256));
    }
    store(damaged);
    QElapsedTimer timer;
    timer.start();
    const auto back = readSafetensors(path_);
    longest = std::max(longest, timer.elapsed());
    QVERIFY(back || !back.error().message.empty());
  }
  qInfo("%u mutations from seed %llu, the longest took %lld ms", count, static_cast<unsigned long long>(seed),
        static_cast<long long>(longest));
  QVERIFY(longest < 1000);
}

void TestSafetensors::everyCutIsNoticed() {
  QVERIFY(writeSafetensors(path_, sample()).ok());
  const std::string sound = raw();
  for (size_t size = 0; size < sound.size(); ++size) {
    store(sound.substr(0, size));
    QVERIFY(!readSafetensors(path_));
  }
  store(sound + "x");
  QVERIFY(!readSafetensors(path_));
}

void TestSafetensors::refusedHeaders_data() {
  QTest::addColumn<QByteArray>("header");
  QTest::addColumn<QByteArray>("part");
  const auto row = [](const char* name, const char* header, const char* part) {
    QTest::newRow(name) << QByteArray(header) << QByteArray(part);
  };
  row("no brace", " {}", "does not begin with '{'");
  row("not JSON", "{,", "cannot be read as JSON");
  row("array of things", R"({"w":[]})", "'w' must be described by");
  row("missing offsets", R"({"w":{"dtype":"F32","shape":[2]}})", "must be described by");
  row("extra key", R"({"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"x":1}})", "must be described by");
  row("type", R"({"w":{"dtype":"BF16","shape":[4],"data_offsets":[0,8]}})", "convert it to F32");
  row("type no text", R"({"w":{"dtype":5,"shape":[4],"data_offsets":[0,8]}})", "convert it to F32");
  row("negative size", R"({"w":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}})", "not lists of sizes");
  row("fraction", R"({"w":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}})", "not lists of sizes");
  row("three offsets", R"({"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8,8]}})", "not lists of sizes");
  row("wrong size", R"({"w":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}})", "do not match its shape");
  row("backwards", R"({"w":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}})", "do not match its shape");
  row("overflow", R"({"w":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}})",
      "do not match its shape");
  row("hole", R"({"w":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})", "must begin at 0");
  row("overlap",
      R"({"v":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"w":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})",
      "must begin at 8");
  row("short of the end", R"({"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})", "take 4 bytes");
  row("past the end", R"({"w":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}})", "take 16 bytes");
  row("duplicate", R"({"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"w":1})", "occurs twice");
  row("metadata", R"({"__metadata__":[],"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})",
      "not an object");
  row("metadata value", R"({"__metadata__":{"a":1},"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})",
      "'a' is not a text");
  row("orphan checksum",
      R"({"__metadata__":{"sha256:x":""},"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", "sha256:x");
  row("deep", R"({"w":[[[[[[]]]]]]})", "nested deeper");
}

void TestSafetensors::refusedHeaders() {
  QFETCH(QByteArray, header);
  QFETCH(QByteArray, part);
  store(withHeader(header.toStdString(), 8));
  const auto back = readSafetensors(path_);
  QVERIFY(!back);
  QCOMPARE(back.error().kind, ErrorKind::data);
  QVERIFY(back.error().message.find("weights.safetensors") != std::string::npos);
  QVERIFY2(back.error().message.find(part.toStdString()) != std::string::npos, back.error().message.c_str());
}

void TestSafetensors::refusesToWriteNonsense() {
  SafetensorsFile file;
  file.tensors["w"] = {DataType::f32, {3}, std::vector<std::byte>(8)};
  QVERIFY(!writeSafetensors(path_, file));
  file.tensors["w"].shape = {-2, -1};
  QVERIFY(!writeSafetensors(path_, file));
  file.tensors.clear();
  file.tensors["__metadata__"] = {DataType::f32, {2}, std::vector<std::byte>(8)};
  QVERIFY(!writeSafetensors(path_, file));
  file.tensors.clear();
  file.metadata["broken"] = "\xff";
  const auto done = writeSafetensors(path_, file);
  QVERIFY(!done && done.error().message.find("UTF-8") != std::string::npos);
}

void TestSafetensors::failedWriteLeavesTheOldFile() {
  QVERIFY(writeSafetensors(path_, sample()).ok());
  SafetensorsFile broken = sample();
  broken.tensors["fc/weight"].bytes.pop_back();
  QVERIFY(!writeSafetensors(path_, broken));
  QVERIFY(same(*readSafetensors(path_), sample()));
  QVERIFY(!writeSafetensors(path_.parent_path() / "absent" / "x", sample()));
}

void TestSafetensors::tooLargeIsRefused() {
  QVERIFY(writeSafetensors(path_, sample()).ok());
  QVERIFY(!readSafetensors(path_, 100));
  const uint64_t huge = 1ull << 60;
  store(std::string(reinterpret_cast<const char*>(&huge), 8) + "{}");
  QVERIFY(readSafetensors(path_).error().message.find("claims 1152921504606846976") != std::string::npos);
}

QTEST_GUILESS_MAIN(TestSafetensors)
#include "test_safetensors.moc"
