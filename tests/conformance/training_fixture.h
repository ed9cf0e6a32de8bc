// Small networks, data and folders for the tests that train.
#pragma once

#include <bit>
#include <filesystem>
#include <fstream>
#include <QTemporaryDir>
#include <QtTest>

#include "core/base/hash.h"
#include "core/engines/cpu/cpu_engine.h"
#include "core/layers/catalog.h"
#include "core/network/edit.h"
#include "core/runs/run_store.h"
#include "core/templates/catalog.h"
#include "core/training/checkpoint.h"
#include "core/training/run_files.h"
#include "core/training/settings.h"
#include "core/training/trainer.h"

namespace bypath {

namespace fs = std::filesystem;

constexpr int64_t whole(int64_t number) {
  return number;
}

inline std::string bytesOf(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// All that a log says but times.
inline std::string logOf(const fs::path& folder) {
  Result<RunStore> store = RunStore::open(folder);
  if (!store) return store.error().message;
  const std::vector<RunRow> rows = *store->rows();
  std::string text;
  for (const RunRow& row : rows) {
    text += std::to_string(row.step) + " " + std::to_string(row.epoch) + (row.epochEnd ? " end" : "");
    for (const auto& [name, value] : row.values)
      if (name != "images_per_second")
        text += " " + name + "=" + std::to_string(std::bit_cast<uint64_t>(value));
    text += "\n";
  }
  return text;
}

inline std::string weightsHash(const fs::path& folder) {
  const Result<Checkpoint> checkpoint = readCheckpoint(folder / lastCheckpointName);
  if (!checkpoint) return checkpoint.error().message;
  std::string all;
  for (const auto& [name, tensor] : checkpoint->file.tensors) all += name + sha256(tensor.bytes);
  return sha256(all);
}

struct TrainingFixture {
  QTemporaryDir place_;
  std::shared_ptr<const DataSet> data_ = makeShapes(96, 40);
  NetworkSpec small_;
  NetworkSpec vae_;
  NetworkSpec noisy_;  // small_ with every kind of noise

  fs::path folder(const std::string& name) const { return fs::path(place_.path().toStdString()) / name; }

  // Six batches of 16 an epoch.
  TrainingJob job(const NetworkSpec& network, const fs::path& at, Engine* engine, Attributes settings) const {
    settings = mergeSettings(
        {{"batch", whole(16)}, {"epochs", whole(2)}, {"log_every", whole(2)}, {"seed", whole(3)}}, settings);
    return {.project = {.network = network, .layout = {}, .training = {}},
            .settings = std::move(settings),
            .layers = &layerCatalog(),
            .engine = engine,
            .data = data_,
            .folder = at,
            .resume = false};
  }

  static Result<TrainingOutcome> train(TrainingJob job, std::vector<FeedEvent>* events = nullptr) {
    auto feed = std::make_shared<TrainingFeed>();
    Trainer trainer(std::move(job), feed);
    Result<TrainingOutcome> outcome = trainer.run();
    if (events) *events = feed->drain();
    return outcome;
  }

  // Of initTestCase().
  void build() {
    qputenv("XDG_DATA_HOME", (place_.path() + "/home").toUtf8());
    Result<NetworkSpec> small = buildTemplate("starter", {{"width", whole(4)}});
    QVERIFY2(small.ok(), small ? "" : small.error().message.c_str());
    small_ = *small;
    Result<NetworkSpec> vae = buildTemplate("conv-vae", {{"latent", whole(8)}});
    QVERIFY2(vae.ok(), vae ? "" : vae.error().message.c_str());
    vae_ = *vae;
    noisy_ = *buildTemplate("resnet", {{"depth", whole(14)}, {"width", whole(4)}, {"survival", 0.5}});
    const auto node = [this](const char* name) { return noisy_.graph.find(name); };
    node("stage2")->attributes["survival_by"] = std::string("sample");
    for (const char* name : {"stem_conv", "fc"}) node(name)->attributes["drop_connect"] = 0.2;
    for (const char* type : {"spatial_dropout", "gaussian_dropout"}) {
      QVERIFY(addNode(noisy_, "", type, {{"rate", 0.1}}, type).ok());
      QVERIFY(insertOnWire(noisy_, "", type, *noisy_.graph.wireInto("stage2", 0)).ok());
    }
  }
};

}  // namespace bypath
