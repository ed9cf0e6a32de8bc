// A trained network read back from a run: the network, its settings and its weights; and a way to run it
// forward.
//
//   Result<Model> model = loadModel("runs/7", layerCatalog());
//   Result<Evaluation> e = evaluate(*model, engine, *data, layerCatalog(), ...);
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/data/batch_loader.h"
#include "core/engines/engine.h"
#include "core/network/check.h"
#include "core/network/project_file.h"
#include "core/tensor/npy.h"

namespace bypath {

struct Model {
  Project project;
  Attributes settings;
  std::shared_ptr<ParameterStore> parameters;
  int64_t step = 0;
  std::filesystem::path checkpoint;
};

// RUN is a run's folder, or a checkpoint file. Errors: missing, damaged, of another network (names the first
// parameter that does not match).
Result<Model> loadModel(const std::filesystem::path& run, const LayerCatalog& layers);

// How the network wants its pixels: unit when it reconstructs them with a Bernoulli loss, else standardise.
Normalisation normalisationFor(const OpGraph& graph);

// Means over a split: "loss", every loss term and metric by name.
Result<std::map<std::string, double>> evaluate(const Model& model, Engine& engine, const LayerCatalog& layers,
                                               const BatchLoader& loader, const Split& split);

// Forward in evaluation mode of the whole network or of a part ("decoder"); float32 NCHW (or N x F) in and
// out.
Result<NpyArray> predict(const Model& model, Engine& engine, const LayerCatalog& layers,
                         const NpyArray& input, const std::string& part);

}  // namespace bypath
