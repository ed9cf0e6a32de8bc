// The unravelled view of a residual network (Veit 2016, figure 1): n blocks are 2^n paths from the input to
// the loss, each through the branch or past it at every block. Here is the gradient of every single one in
// front of the first block, exactly, without assuming that anything is linear:
//
//   g_p = A_1^T ... A_n^T g,    A_i = F_i where p goes through the branch of block i, else H_i
//
// Their sum is the ordinary gradient g. A path's share is its projection on that, g_p . g / |g|^2, so that
// all shares add up to 1; one that pulls the other way has a negative share.
//
//   Result<Unravelled> found = unravel(checked, engine, store, {.images = images, .labels = labels});
//   for (const GradientPath& path : found->paths) show(path.goesThrough(0), path.norm, path.share);
#pragma once

#include <functional>

#include "core/inspection/trunk_gradient.h"

namespace bypath {

constexpr size_t mostUnravelledBlocks = 6;

struct GradientPath {
  unsigned branches = 0;  // bit i: through the branch of block i, counted from the input
  int length = 0;         // branches on its way
  double norm = 0;
  double share = 0;

  bool goesThrough(size_t block) const { return ((branches >> block) & 1U) != 0; }
};

struct Unravelled {
  std::vector<std::string> blocks;            // from the input on
  int aside = 0;                              // as in PathLengths
  std::vector<GradientPath> paths;            // 2^n, by `branches`; none where the network has no blocks
  std::vector<std::vector<float>> gradients;  // of the same, where asked for; empty: zero
  double norm = 0;                            // of the ordinary gradient at the first fork
  double sumRelativeError = 0;                // |sum of all paths - ordinary gradient| / |ordinary gradient|
};

struct UnravelOptions {
  bool keepGradients = false;
  // Told the share done; ends it by saying false.
  std::function<bool(double)> progress{};
};

// As gradientByPathLength(). A loss that leaves the trunk before its end counts with the paths that go
// through no later branch. Errors: more than mostUnravelledBlocks (usage); no memory; interrupted.
Result<Unravelled> unravel(const CheckedNetwork& checked, Engine& engine, ParameterStore& store,
                           const PathBatch& batch, const UnravelOptions& options = {});

// Of a trained network, on the batch that gradientFlow() looks at.
Result<Unravelled> unravel(const Model& model, Engine& engine, const LayerCatalog& layers,
                           const FlowRequest& request, const UnravelOptions& options = {});

}  // namespace bypath
