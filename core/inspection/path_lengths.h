// The gradient by the length of its path (Veit 2016), exactly. The gradient in front of n residual blocks is
//
//   dL/dx_0 = (H_1 + F_1)^T ... (H_n + F_n)^T g,    H_i, F_i: the Jacobians of shortcut and branch
//
// and multiplied out it is a sum over 2^n paths; a path's length is how many branches it goes through. The
// vector sum of all paths of length k follows block by block, from the last to the first, without assuming
// that anything is linear:
//
//   G_k <- H_i^T G_k + F_i^T G_(k-1)
//
//   Result<PathLengths> paths = gradientByPathLength(checked, engine, store, {.values = ...}, {.samples =
//   4}); for (const PathLength& k : paths->lengths) show(k.length, k.norm);
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/inspection/trunk_gradient.h"

namespace bypath {

struct PathLength {
  int length = 0;
  double paths = 0;  // how many there are: n over k
  double norm = 0;   // of the sum of the gradients of all of them
  double share = 0;  // of the sum of the norms of all lengths
  // Of one path (Veit 2016): the mean norm over sets of k blocks drawn at random, in which the gradient goes
  // through the branches alone, and elsewhere through the shortcuts alone; and that times `paths`. 0 where
  // nothing was drawn.
  double pathNorm = 0;
  double sampledNorm = 0;
};

struct PathLengths {
  std::vector<std::string> blocks;       // from the input on
  int aside = 0;                         // blocks inside others or beside these: part of where they stand
  std::vector<PathLength> lengths;       // 0 to n; none where the network has no blocks
  std::vector<std::vector<float>> sums;  // by length, at the first fork, samples first; where asked for
  double norm = 0;                       // of the ordinary gradient at the first fork
  double sumRelativeError = 0;           // |sum over all lengths - ordinary gradient| / |ordinary gradient|
};

struct PathOptions {
  int64_t samples = 0;                      // sets drawn for each length; 0: no sampling
  uint64_t seed = 1;                        // of what is drawn
  size_t sampleMemory = size_t{512} << 20;  // bytes of drawn paths' gradients on their way at once
  bool keepSums = false;
  // Told the share done; ends it by saying false.
  std::function<bool(double)> progress{};
};

// `checked` is the whole network, in training mode, for the size of the batch. Parameters, their gradients
// and running statistics in the store stay untouched. Errors: no memory; interrupted.
Result<PathLengths> gradientByPathLength(const CheckedNetwork& checked, Engine& engine, ParameterStore& store,
                                         const PathBatch& batch, const PathOptions& options = {});

// Of a trained network, on the batch that gradientFlow() looks at.
Result<PathLengths> gradientByPathLength(const Model& model, Engine& engine, const LayerCatalog& layers,
                                         const FlowRequest& request, const PathOptions& options = {});

}  // namespace bypath
