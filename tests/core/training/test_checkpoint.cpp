#include <fstream>
#include <limits>
#include <QTemporaryDir>
#include <QtTest>

#include "core/base/random.h"
#include "core/training/checkpoint.h"

using namespace bypath;
using namespace std::string_literals;
namespace fs = std::filesystem;

namespace {

constexpr uint64_t seed = 20261121;

ParameterStore makeStore(int64_t units = 4) {
  return ParameterStore(
      {{.name = "stage/conv/weight", .shape = {3, 3, 2, units}},
       {.name = "stage/bn/running_mean", .shape = {units}, .role = ParameterRole::runningMean},
       {.name = "fc/bias", .shape = {units}, .role = ParameterRole::bias}});
}

void fill(std::span<float> values, uint32_t stream) {
  for (size_t i = 0; i < values.size(); ++i)
    values[i] = normal({.seed = seed, .stream = stream}, static_cast<uint32_t>(i));
}

NetworkSpec makeNetwork() {
  NetworkSpec network{"small", {}};
  network.graph.nodes.push_back(
      {.name = "input", .type = "input", .attributes = {{"shape", "8x8x3"s}}, .body = {}});
  network.graph.nodes.push_back(
      {.name = "fc", .type = "dense", .attributes = {{"units", int64_t{4}}}, .body = {}});
  network.graph.wires.push_back({"input", 0, "fc", 0});
  return network;
}

std::string bytesOf(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

bool same(std::span<const float> a, std::span<const float> b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size_bytes()) == 0;
}

}  // namespace

class TestCheckpoint : public QObject {
  Q_OBJECT

  QTemporaryDir place_;
  fs::path path() const { return fs::path(place_.path().toStdString()) / "c.safetensors"; }

  // Writes one with everything in it, of two updates by Adam.
  void write(ParameterStore& store, Optimizer& optimizer) {
    Parallel parallel(1);
    for (int p = 0; p < store.size(); ++p) fill(store.values(p), static_cast<uint32_t>(p));
    for (uint32_t update = 0; update < 2; ++update) {
      fill(store.gradients(0), 10 + update);
      fill(store.gradients(2), 20 + update);
      optimizer.step(store, 0.1, parallel);
    }
    CheckpointHeader header{makeNetwork(), {{"batch", int64_t{32}}, {"learning_rate", 0.1}}, {}};
    header.progress.step = 2;
    header.progress.sinceEpoch.add({{"loss", 0.1}});
    const Result<void> written = writeCheckpoint(path(), header, store, &optimizer);
    QVERIFY2(written.ok(), written ? "" : written.error().message.c_str());
  }

 private Q_SLOTS:
  void comesBackBitByBit() {
    ParameterStore store = makeStore(), back = makeStore();
    const Attributes settings = {{"optimizer", "adam"s}};
    Optimizer optimizer(settings, store), optimizerBack(settings, back);
    write(store, optimizer);
    const Result<Checkpoint> read = readCheckpoint(path());
    QVERIFY2(read.ok(), read ? "" : read.error().message.c_str());
    QVERIFY(read->header.network == makeNetwork());
    QCOMPARE(read->header.progress.step, int64_t{2});
    QCOMPARE(std::get<int64_t>(read->header.settings.at("batch")), int64_t{32});
    QVERIFY(loadParameters(*read, back).ok());
    QVERIFY(loadOptimizer(*read, back, optimizerBack).ok());
    for (int p = 0; p < store.size(); ++p) QVERIFY(same(store.values(p), back.values(p)));
    for (size_t s = 0; s < 2; ++s)
      for (size_t p = 0; p < 3; ++p)
        QVERIFY(same(optimizer.slots()[s].values[p].span(), optimizerBack.slots()[s].values[p].span()));
    QCOMPARE(optimizerBack.updates(), int64_t{2});
    // And goes on alike.
    Parallel parallel(1);
    for (ParameterStore* one : {&store, &back}) fill(one->gradients(0), 40), fill(one->gradients(2), 41);
    optimizer.step(store, 0.1, parallel);
    optimizerBack.step(back, 0.1, parallel);
    QVERIFY(same(store.values(0), back.values(0)));
  }

  void namesTheFirstParameterThatDoesNotMatch() {
    ParameterStore store = makeStore();
    Optimizer optimizer({}, store);
    write(store, optimizer);
    const Checkpoint checkpoint = *readCheckpoint(path());
    ParameterStore wider = makeStore(6);
    const Result<void> loaded = loadParameters(checkpoint, wider);
    QVERIFY(!loaded.ok() && loaded.error().kind == ErrorKind::data);
    QVERIFY(loaded.error().message.find("stage/conv/weight") != std::string::npos);
    QVERIFY(loaded.error().message.find("3x3x2x6") != std::string::npos);
    ParameterStore fewer({{.name = "stage/conv/weight", .shape = {3, 3, 2, 4}}});
    QVERIFY(loadParameters(checkpoint, fewer).error().message.find("fc/bias") != std::string::npos);
    Optimizer adam({{"optimizer", "adam"s}}, store);
    QVERIFY(!loadOptimizer(checkpoint, store, adam).ok());
  }

  void weightsAloneCannotBeTrainedOn() {
    ParameterStore store = makeStore();
    Optimizer optimizer({}, store);
    QVERIFY(writeCheckpoint(path(), {makeNetwork(), {}, {}}, store, nullptr).ok());
    const Checkpoint checkpoint = *readCheckpoint(path());
    QVERIFY(loadParameters(checkpoint, store).ok());
    QVERIFY(!loadOptimizer(checkpoint, store, optimizer).ok());
  }

  void numbersThatAreNotFiniteAreNeverWritten() {
    ParameterStore store = makeStore();
    Optimizer optimizer({}, store);
    write(store, optimizer);
    const std::string before = bytesOf(path());
    store.values(1)[3] = std::numeric_limits<float>::infinity();
    Result<void> written = writeCheckpoint(path(), {makeNetwork(), {}, {}}, store, &optimizer);
    QVERIFY(!written.ok() && written.error().kind == ErrorKind::diverged);
    QVERIFY(written.error().message.find("stage/bn/running_mean") != std::string::npos);
    store.values(1)[3] = 0;
    optimizer.slots()[0].values[2][0] = std::numeric_limits<float>::quiet_NaN();
    written = writeCheckpoint(path(), {makeNetwork(), {}, {}}, store, &optimizer);
    QVERIFY(!written.ok() && written.error().kind == ErrorKind::diverged);
    QVERIFY2(bytesOf(path()) == before, "the checkpoint before it stays");
  }

  // Every single byte of the file changed, one at a time: noticed, or of no meaning.
  void everyChangedByteIsNoticed() {
    ParameterStore store = makeStore();
    Optimizer optimizer({}, store);
    write(store, optimizer);
    const std::string whole = bytesOf(path());
    const fs::path target = path().string() + ".changed";
    int unseen = 0;
    qInfo("seed %llu, %zu bytes", static_cast<unsigned long long>(seed), whole.size());
    for (size_t at = 0; at < whole.size(); ++at) {
      std::string changed = whole;
      changed[at] ^= static_cast<char>(1u << uniformInteger({.seed = seed}, static_cast<uint32_t>(at), 8));
      std::ofstream(target, std::ios::binary | std::ios::trunc) << changed;
      const Result<Checkpoint> read = readCheckpoint(target);
      if (!read) continue;
      ParameterStore back = makeStore();
      Optimizer optimizerBack({}, back);
      if (!loadParameters(*read, back) || !loadOptimizer(*read, back, optimizerBack)) continue;
      bool equal = read->header.network == makeNetwork() && read->header.progress.step == 2;
      for (int p = 0; p < 3; ++p) equal = equal && same(store.values(p), back.values(p));
      if (!equal) ++unseen;
    }
    QCOMPARE(unseen, 0);
  }

  void otherFilesGetASentence() {
    const fs::path target = path().string() + ".other";
    const auto message = [&] {
      const Result<Checkpoint> read = readCheckpoint(target);
      return read ? ""s : read.error().message;
    };
    QVERIFY(message().find(target.string()) != std::string::npos);
    std::ofstream(target) << "hello";
    QVERIFY(!message().empty());
    QVERIFY(writeSafetensors(target, {}).ok());
    QVERIFY(message().find("no Bypath checkpoint") != std::string::npos);
    ParameterStore store = makeStore();
    Optimizer optimizer({}, store);
    write(store, optimizer);
    const std::string whole = bytesOf(path());
    for (const size_t size : {whole.size() - 1, whole.size() / 2, size_t{9}, size_t{0}}) {
      std::ofstream(target, std::ios::binary | std::ios::trunc) << whole.substr(0, size);
      QVERIFY(!message().empty());
    }
  }
};

QTEST_GUILESS_MAIN(TestCheckpoint)
#include "test_checkpoint.moc"
