// Random directions in the space of a network's weights, as long in every filter as the filter itself (Li
// 2018), so that a step means the same in networks whose weights have other scales:
//
//   d_f <- d_f * |theta_f| / |d_f|
//
// A filter is what makes one output channel of a convolution, or one unit of a dense layer. Biases, scales,
// shifts and running statistics stay where they are.
//
//   const WeightDirection delta = filterDirection(graph, store, {.seed = 1, .stream = 0});
//   displace(moved, store, {{&delta, 0.5}, {&eta, -1}});
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/ops/op_graph.h"
#include "core/tensor/parameter_store.h"

namespace bypath {

// By parameter of the store; empty: it does not move.
using WeightDirection = std::vector<std::vector<float>>;

// How a weight's values fall into filters: value i belongs to filter (i / inner) % count.
struct FilterLayout {
  int64_t count = 1;
  int64_t inner = 1;

  int64_t filterOf(int64_t index) const { return index / inner % count; }
};
// Of a parameter of the graph that is a weight: rank 2 (in, out) or 4 (KH, KW, in, out), of a transposed
// convolution (KH, KW, out, in).
FilterLayout filterLayout(const OpGraph& graph, ValueId weight);

// Normal numbers that follow from the seed, the number of the direction and each parameter's name alone, so
// that networks that share a path and a shape are moved alike.
struct DirectionKey {
  uint64_t seed = 1;
  uint32_t number = 0;
};
WeightDirection filterDirection(const OpGraph& graph, const ParameterStore& store, const DirectionKey& key);

struct WeightStep {
  const WeightDirection* direction = nullptr;
  double length = 0;
};
// Sets the weights of `moved` to those of `from` and all steps on top; both hold the same parameters.
void displace(ParameterStore& moved, const ParameterStore& from, std::span<const WeightStep> steps);

}  // namespace bypath
