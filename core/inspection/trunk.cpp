#include "core/inspection/trunk.h"

#include <algorithm>

#include "core/inspection/graph_slice.h"
#include "core/network/paths.h"
#include "core/network/type_ids.h"
#include "core/ops/catalog.h"

namespace bypath {
namespace {

using Marks = std::vector<bool>;  // by ValueId

bool anyOf(const Marks& marks, const std::vector<ValueId>& values) {
  return std::ranges::any_of(values,
                             [&](ValueId id) { return id != noValue && marks[static_cast<size_t>(id)]; });
}

bool isComputed(const OpGraph& graph, ValueId id) {
  return id != noValue && graph.value(id).kind == ValueKind::computed;
}

// What a loss term is computed from.
Marks leadingToLoss(const OpGraph& graph) {
  Marks leads(graph.values.size(), false);
  for (const LossTerm& term : graph.losses) leads[static_cast<size_t>(term.value)] = true;
  for (size_t i = graph.nodes.size(); i-- > 0;) {
    const OpNode& node = graph.nodes[i];
    if (anyOf(leads, node.outputs))
      for (const ValueId id : node.inputs) leads[static_cast<size_t>(id)] = true;
  }
  return leads;
}

// What `to` is computed from, itself included.
Marks ancestors(const OpGraph& graph, ValueId to) {
  Marks marks(graph.values.size(), false);
  marks[static_cast<size_t>(to)] = true;
  for (size_t i = graph.nodes.size(); i-- > 0;) {
    const OpNode& node = graph.nodes[i];
    if (anyOf(marks, node.outputs))
      for (const ValueId id : node.inputs) marks[static_cast<size_t>(id)] = true;
  }
  return marks;
}

bool isAmong(const std::string& path, const std::vector<std::string>& consumers) {
  return std::ranges::any_of(consumers, [&](const std::string& one) { return isAtOrIn(path, one); });
}

// Readers of the fork whose way leads to the end, but those that the shortcut claims.
void findBranchReaders(const OpGraph& graph, const std::vector<std::string>& shortcutConsumers,
                       TrunkBlock& block) {
  const Marks before = ancestors(graph, block.end);
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    const OpNode& node = graph.nodes[i];
    const bool reads = std::ranges::count(node.inputs, block.fork) > 0;
    if (reads && anyOf(before, node.outputs) && !isAmong(node.path, shortcutConsumers))
      block.branchReaders.push_back(static_cast<int>(i));
  }
}

ValueId sumOf(const OpGraph& graph, const ShortcutSite& site) {
  for (const OpNode& node : graph.nodes)
    if (node.type == &addOp() && std::ranges::count(node.inputs, site.branchEnd) > 0 &&
        std::ranges::count(node.inputs, site.shortcutEnd) > 0)
      return node.outputs[0];
  return noValue;
}

// A residual block whose branch nothing goes around: what enters it, and what leaves it.
TrunkBlock plainBlock(const OpGraph& graph, const std::string& path) {
  const std::string branch = joinPath(path, typeId::branch);
  const auto isInside = [&](const OpNode& node) {
    return node.path.starts_with(path) && node.path.size() > path.size() && node.path[path.size()] == '/';
  };
  TrunkBlock block{.path = path};
  Marks made(graph.values.size(), false);
  bool hasBranch = false;
  for (const OpNode& node : graph.nodes) {
    if (isInside(node)) {
      hasBranch = hasBranch || node.path.starts_with(branch);
      for (const ValueId id : node.inputs)
        if (block.fork == noValue && !made[static_cast<size_t>(id)] &&
            (isComputed(graph, id) || graph.value(id).kind == ValueKind::input))
          block.fork = id;
      for (const ValueId id : node.outputs)
        if (isComputed(graph, id)) made[static_cast<size_t>(id)] = true;
      continue;
    }
    for (const ValueId id : node.inputs)
      if (block.end == noValue && made[static_cast<size_t>(id)]) block.end = id;
  }
  if (!hasBranch) block.end = noValue;  // muted
  return block;
}

// A place that all of `from` goes through on its way to the loss terms behind it: nothing else of `from`
// enters what comes after.
bool isPassage(const OpGraph& graph, const Marks& from, const Marks& leads, ValueId place) {
  if (!from[static_cast<size_t>(place)] || !leads[static_cast<size_t>(place)]) return false;
  Marks behind(graph.values.size(), false);
  behind[static_cast<size_t>(place)] = true;
  for (const OpNode& node : graph.nodes) {
    if (!anyOf(leads, node.outputs) || !readsAny(graph, node, behind)) continue;
    for (size_t i = 0; i < node.inputs.size(); ++i) {
      const auto id = static_cast<size_t>(node.inputs[i]);
      if (from[id] && !behind[id] && !isTarget(graph, node, i)) return false;
    }
    for (const ValueId id : node.outputs)
      if (id != noValue) behind[static_cast<size_t>(id)] = true;
  }
  return true;
}

// The longest row of these in which each begins behind the end of the one before. They come sorted by fork.
std::vector<TrunkBlock> longestRow(const OpGraph& graph, const std::vector<TrunkBlock>& blocks) {
  std::vector<Marks> behind;
  std::vector<int> length(blocks.size(), 1), previous(blocks.size(), -1);
  int last = -1;
  for (size_t i = 0; i < blocks.size(); ++i) {
    for (size_t j = 0; j < i; ++j)
      if (behind[j][static_cast<size_t>(blocks[i].fork)] && length[j] + 1 > length[i]) {
        length[i] = length[j] + 1;
        previous[i] = static_cast<int>(j);
      }
    behind.push_back(descendants(graph, blocks[i].end));
    // The row begins at the first block.
    const bool connected = i == 0 || previous[i] >= 0;
    if (!connected) length[i] = 0;
    if (connected && (last < 0 || length[i] > length[static_cast<size_t>(last)])) last = static_cast<int>(i);
  }
  std::vector<TrunkBlock> row;
  for (int i = last; i >= 0; i = previous[static_cast<size_t>(i)])
    row.push_back(blocks[static_cast<size_t>(i)]);
  std::ranges::reverse(row);
  return row;
}

}  // namespace

std::vector<TrunkBlock> findBlocks(const CheckedNetwork& checked) {
  const OpGraph& graph = checked.graph;
  std::vector<TrunkBlock> blocks;
  for (const ShortcutSite& site : graph.shortcuts) {
    TrunkBlock block{.path = site.path,
                     .fork = site.fork,
                     .end = sumOf(graph, site),
                     .branchEnd = site.branchEnd,
                     .shortcutEnd = site.shortcutEnd};
    if (block.end == noValue) continue;
    findBranchReaders(graph, site.shortcutConsumers, block);
    blocks.push_back(std::move(block));
  }
  for (const std::string& path : checked.order) {
    const auto facts = checked.nodes.find(path);
    if (facts == checked.nodes.end() || facts->second.type != typeId::residualBlock) continue;
    if (std::ranges::count(blocks, path, &TrunkBlock::path) > 0) continue;
    TrunkBlock block = plainBlock(graph, path);
    if (block.fork == noValue || block.end == noValue) continue;
    findBranchReaders(graph, {}, block);
    blocks.push_back(std::move(block));
  }
  std::ranges::stable_sort(blocks, {}, &TrunkBlock::fork);
  return blocks;
}

Trunk findTrunk(const CheckedNetwork& checked) {
  const OpGraph& graph = checked.graph;
  const std::vector<TrunkBlock> all = findBlocks(checked);
  const Marks leads = leadingToLoss(graph);
  for (auto start = all.begin(); start != all.end(); ++start) {
    const Marks from = descendants(graph, start->fork);
    if (!isPassage(graph, from, leads, start->end)) continue;
    std::vector<TrunkBlock> chain = {*start};
    for (auto next = start + 1; next != all.end(); ++next)
      if (isPassage(graph, from, leads, next->fork) && isPassage(graph, from, leads, next->end))
        chain.push_back(*next);
    chain = longestRow(graph, chain);
    const auto count = static_cast<int>(chain.size());
    return {.blocks = std::move(chain), .aside = static_cast<int>(all.size()) - count};
  }
  return {.blocks = {}, .aside = static_cast<int>(all.size())};
}

}  // namespace bypath
