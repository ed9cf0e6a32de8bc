// What a trained network loses with each of its residual blocks (Veit 2016): loss and accuracy on the
// validation images with blocks removed, their shortcuts left in place, or with the weights of two blocks
// swapped.
//
//   Result<Lesions> lesions = lesion(*model, engine, layerCatalog(), {.data = set});
//   for (const LesionRow& row : lesions->rows) show(row.blocks, lesions->change(row, "loss"));
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/data/data_set.h"
#include "core/engines/engine.h"
#include "core/inspection/trunk.h"
#include "core/training/averages.h"
#include "core/training/model.h"

namespace bypath {

struct LesionRequest {
  std::shared_ptr<const DataSet> data;  // its test images
  int64_t limit = 0;                    // only the first so many; 0: all
  std::vector<std::string> only{};      // these blocks, or all copies of a drawn one; none named: all
  bool together = false;                // `only` at once, in one row
  bool swap = false;                    // exchanges weights instead of removing
  int64_t random = 0;  // so many blocks, or swaps, at once, drawn at random; 0: each by itself
  // Also every number from this to `random`, which then may lie beyond the number of blocks; 0: `random`
  // alone. A draw of more blocks holds those of the same draw of fewer.
  int64_t from = 0;
  int64_t draws = 1;  // how often so many are drawn
  uint64_t seed = 1;  // of what is drawn
  // Told the share done; ends it by saying false.
  std::function<bool(double)> progress{};
};

struct LesionRow {
  std::vector<std::string> blocks;     // removed; of swaps, pair after pair
  std::optional<NamedNumbers> values;  // "loss", every term and metric
  std::string reason;                  // why there are no values
};

struct Lesions {
  NamedNumbers whole;  // of the network as it is
  int64_t images = 0;
  int64_t removable = 0;                 // blocks there are to remove; of swaps, pairs
  bool swapped = false, random = false;  // as requested
  std::vector<LesionRow> rows;           // as drawn, from the input on

  // How much a row's value lies above that of the whole network; nothing where either is missing.
  std::optional<double> change(const LesionRow& row, const std::string& name) const;
};

// One block a row; with `swap`, each block and the next of the same shapes. The model stays as it is. Errors:
// an unknown block, more blocks at once than there are (usage); images that do not fit; interrupted.
Result<Lesions> lesion(const Model& model, Engine& engine, const LayerCatalog& layers,
                       const LesionRequest& request);

// The network's ops without these blocks' branches: what read the sum reads the shortcut. They must have one.
OpGraph withoutBranches(OpGraph graph, const std::vector<TrunkBlock>& removed);

// A block's parameters by name and shape, as text; "" where it has none. Two blocks of the same can be
// swapped.
std::string shapesOf(const ParameterStore& store, const std::string& block);
// Exchanges all parameters of two blocks, running statistics included.
void swapBlocks(ParameterStore& store, const std::string& first, const std::string& second);

}  // namespace bypath
