// What a command that looks into a trained network begins with: the network and its weights, the data set it
// is looked at with, an engine.
//
//   Result<TrainedRun> run = openTrainedRun(cli, arguments.run, arguments.data);
//   lesion(run->model, *run->engine, layerCatalog(), {.data = run->data});
#pragma once

#include "core/cli/cli.h"

namespace bypath {

struct TrainedRun {
  Model model;
  std::shared_ptr<const DataSet> data;
  std::unique_ptr<Engine> engine;
};

// The data set is the one the run was trained on where none is given.
Result<TrainedRun> openTrainedRun(const Cli& cli, const RunArguments& run, DataArguments data);

}  // namespace bypath
