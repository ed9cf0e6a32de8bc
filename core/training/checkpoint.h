// A run at one step, in one safetensors file: "model/<path>" weights and running statistics,
// "optimizer/<slot>/<path>" what the optimizer remembers, "average/<path>" the averaged weights where there
// are any, and in the metadata the network, the settings and the progress as JSON. A checksum over the
// metadata stands beside those of the tensors, so that no change goes unseen.
//
//   writeCheckpoint(folder / "checkpoint-last.safetensors", {network, settings, progress}, store,
//   &optimizer); Result<Checkpoint> checkpoint = readCheckpoint(path); loadParameters(*checkpoint, store);
#pragma once

#include <filesystem>

#include "core/network/project_file.h"
#include "core/tensor/safetensors.h"
#include "core/training/optimizer.h"
#include "core/training/progress.h"
#include "core/training/weight_average.h"

namespace bypath {

struct CheckpointHeader {
  NetworkSpec network;
  Attributes settings;
  TrainingProgress progress;
};

struct Checkpoint {
  std::filesystem::path path;
  CheckpointHeader header;
  int64_t optimizerUpdates = -1;  // -1: weights alone
  SafetensorsFile file;
};

// The network's content without its name: what decides whether a checkpoint is of this network.
std::string networkHash(const NetworkSpec& network);

// Without an optimizer, weights alone. Numbers that are not finite are never written (ErrorKind::diverged).
Result<void> writeCheckpoint(const std::filesystem::path& path, const CheckpointHeader& header,
                             const ParameterStore& store, const Optimizer* optimizer,
                             const WeightAverage* average = nullptr);
// Errors: missing, damaged, no checkpoint of ours.
Result<Checkpoint> readCheckpoint(const std::filesystem::path& path);
// Errors name the first parameter that is missing, has another shape, or is not of this network.
Result<void> loadParameters(const Checkpoint& checkpoint, ParameterStore& store);
Result<void> loadOptimizer(const Checkpoint& checkpoint, const ParameterStore& store, Optimizer& optimizer);
Result<void> loadAverage(const Checkpoint& checkpoint, const ParameterStore& store, WeightAverage& average);

// What a network takes over from a checkpoint of another one: every parameter whose path and shape match. The
// first copy of a repeated block is the block itself where it is not repeated ("stage[1]" is "stage").
struct CarryOver {
  std::vector<std::string> kept;     // layers (paths) whose parameters were all taken over
  std::vector<std::string> fresh;    // layers of the network that start anew
  std::vector<std::string> dropped;  // layers of the checkpoint that have no place in it
  std::string text() const;          // one sentence
};
CarryOver carryOver(const Checkpoint& checkpoint, ParameterStore& store);

}  // namespace bypath
