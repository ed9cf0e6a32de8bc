// A trained network as it is looked into beside the window: weights of the last checkpoint, an engine of its
// own, never a GPU, its data set. Reading takes a while; call it where the window does not wait.
//
//   Result<OpenedRun> run = openRun({folder, &editor.layers(), &shelf});
//   Result<Lesions> lesions = lesion(run->model, *run->engine, layers, {.data = run->data});
#pragma once

#include "core/training/model.h"
#include "gui/app/data_shelf.h"

namespace bypath {

struct RunOrder {
  std::filesystem::path folder;
  const LayerCatalog* layers = nullptr;
  DataShelf* shelf = nullptr;
};

struct OpenedRun {
  Model model;
  std::unique_ptr<Engine> engine;
  std::shared_ptr<const DataSet> data;
};

// Errors: no checkpoint, a damaged one, an engine or data set that this machine does not have.
Result<OpenedRun> openRun(const RunOrder& order);

}  // namespace bypath
