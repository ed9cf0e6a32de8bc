// A piece of a network's ops as a graph of its own. What the piece reads from outside becomes an input;
// parameters keep their names, so that the network's store serves, and are frozen.
//
//   const std::vector<bool> inside = descendants(graph, fork);
//   Result<GraphSlice> slice = sliceGraph(graph, {.wanted = {end}, .inside = inside, .entry = fork});
//   for (const SliceInput& input : slice->inputs) session->setInput(input.id, known.at(input.source));
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/ops/op_graph.h"

namespace bypath {

struct SliceRequest {
  std::vector<ValueId> wanted;        // of the source
  std::vector<LossTerm> losses = {};  // of the source, wanted too
  // By the source's ValueId: computed values that the slice computes itself; all others are inputs.
  std::vector<bool> inside;
  // The value that gradients are asked for: an image input named "shortcut"; the nodes of branchReaders read
  // it through another one named "branch".
  ValueId entry = noValue;
  std::vector<int> branchReaders = {};
};

struct SliceInput {
  ValueId id = noValue;      // in the slice
  ValueId source = noValue;  // in the network
};

struct GraphSlice {
  OpGraph graph;
  std::vector<SliceInput> inputs;
  std::map<ValueId, ValueId> values;  // of the source -> of the slice, where computed there
};

Result<GraphSlice> sliceGraph(const OpGraph& source, const SliceRequest& request);

// Whether a node only compares with an input of the network, such as the image a VAE reconstructs: no
// gradient goes that way.
bool isTarget(const OpGraph& graph, const OpNode& node, size_t input);

// Whether a node reads one of these (by ValueId), other than as a target.
bool readsAny(const OpGraph& graph, const OpNode& node, const std::vector<bool>& values);

// By ValueId: whether a value is `of` or is computed from it.
std::vector<bool> descendants(const OpGraph& graph, ValueId of);

}  // namespace bypath
