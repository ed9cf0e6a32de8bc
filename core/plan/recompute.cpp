#include <algorithm>
#include <limits>

#include "core/base/text.h"
#include "core/ops/catalog.h"
#include "core/plan/arena.h"
#include "core/plan/pass.h"

namespace bypath {

namespace {

// Values made of others by one pass over memory are made again on the way back instead of being kept, where
// what they are made of is kept anyway or can be made again, too. No number changes. Sums of residual blocks
// hang on each other, and a chain of them is made again at once, from the last one that is kept. Long chains
// keep few values but make many at a time, so several lengths are tried; the shortest counts that is nearly
// the best.
constexpr int chainLengths[] = {0, 1, 2, 4, 8};
constexpr double nearly = 1.02;

bool isCheap(const OpType* type) {
  static const OpType* const cheap[] = {&batchNormOp(),   &batchNormApplyOp(), &reluOp(),         &addOp(),
                                        &padChannelsOp(), &concatOp(),         &sliceChannelsOp()};
  return std::find(std::begin(cheap), std::end(cheap), type) != std::end(cheap);
}

class Recomputation {
 public:
  Recomputation(OpGraph& graph, const std::vector<ValueId>& kept, int longestChain)
      : graph_(graph),
        nodes_(graph.nodes),
        longestChain_(longestChain),
        maker_(graph.values.size(), -1),
        firstBackward_(graph.values.size(), never),
        lastForward_(graph.values.size(), -1),
        last_(graph.values.size(), -1),
        depth_(graph.values.size(), 0),
        again_(graph.values.size(), noValue) {
    for (size_t i = 0; i < nodes_.size(); ++i) {
      const int step = static_cast<int>(i);
      if (nodes_[i].direction == Direction::backward && turn_ == never) turn_ = step;
      for (ValueId id : nodes_[i].inputs) {
        last_[at(id)] = step;
        if (step < turn_)
          lastForward_[at(id)] = step;
        else
          firstBackward_[at(id)] = std::min(firstBackward_[at(id)], step);
      }
      if (step >= turn_) continue;
      if (nodes_[i].type == &conv2dOp() || nodes_[i].type == &matmulOp()) lastProduct_ = step;
      for (ValueId id : nodes_[i].outputs)
        if (id != noValue && graph.value(id).kind == ValueKind::computed) maker_[at(id)] = step;
    }
    for (ValueId id : kept) {
      last_[at(id)] = never;
      firstBackward_[at(id)] = -1;
    }
  }

  std::string run() {
    double bytes = 0;
    int dropped = 0;
    for (int i = 0; i < std::min(turn_, static_cast<int>(nodes_.size())); ++i) {
      const ValueId id = nodes_[static_cast<size_t>(i)].outputs[0];
      if (id == noValue || !isWorthIt(id)) continue;
      const int depth = depthOf(id, firstBackward_[at(id)]);
      if (depth > longestChain_) continue;
      depth_[at(id)] = depth;
      bytes += 4 * static_cast<double>(graph_.shape(id).count());
      ++dropped;
    }
    if (dropped > 0) rewrite();
    return std::to_string(dropped) + " values made again instead of kept, " +
           bytesText(static_cast<uint64_t>(bytes)) + " in all; " + std::to_string(made_) + " steps for it";
  }

 private:
  static constexpr int never = std::numeric_limits<int>::max();
  static size_t at(ValueId id) { return static_cast<size_t>(id); }

  // Something is kept while this one would lie idle.
  bool isWorthIt(ValueId id) const {
    return maker_[at(id)] >= 0 && firstBackward_[at(id)] != never && firstBackward_[at(id)] >= 0 &&
           lastForward_[at(id)] < lastProduct_;
  }

  const OpNode& makerOf(ValueId id) const { return nodes_[static_cast<size_t>(maker_[at(id)])]; }

  // What the op that makes a value again reads.
  static std::vector<ValueId> ingredients(const OpNode& node) {
    if (node.type != &batchNormOp()) return node.inputs;
    return {node.inputs[0], node.outputs[1], node.outputs[2], node.inputs[1], node.inputs[2]};
  }

  // How many steps in a row make a value again at a time; more than the longest chain where none do.
  int depthOf(ValueId id, int time) const {
    if (maker_[at(id)] < 0 || !isCheap(makerOf(id).type) || makerOf(id).outputs[0] != id)
      return longestChain_ + 1;
    int depth = 0;
    for (ValueId from : ingredients(makerOf(id))) {
      if (from == noValue) return longestChain_ + 1;
      if (maker_[at(from)] < 0) continue;  // an input or a parameter
      if (depth_[at(from)] > 0)
        depth = std::max(depth, depth_[at(from)]);
      else if (last_[at(from)] < time)
        depth = std::max(depth, depthOf(from, time));
      if (depth >= longestChain_) return longestChain_ + 1;
    }
    return depth + 1;
  }

  void rewrite() {
    std::vector<OpNode> order;
    order.reserve(nodes_.size());
    for (size_t i = 0; i < nodes_.size(); ++i) {
      OpNode node = nodes_[i];
      if (static_cast<int>(i) >= turn_)
        for (ValueId& id : node.inputs)
          if (at(id) < depth_.size() && depth_[at(id)] > 0) id = made(id, static_cast<int>(i), order);
      order.push_back(std::move(node));
    }
    nodes_ = std::move(order);
  }

  // The value made again, by now.
  ValueId made(ValueId id, int time, std::vector<OpNode>& order) {
    if (again_[at(id)] != noValue) return again_[at(id)];
    OpNode node = makerOf(id);
    node.inputs = ingredients(node);
    if (node.type == &batchNormOp()) {
      node.type = &batchNormApplyOp();
      OpAttributes attributes;
      if (node.attributes.flag("relu")) attributes.set("relu", 1);
      node.attributes = attributes;
    }
    for (ValueId& from : node.inputs)
      if (maker_[at(from)] >= 0 && (depth_[at(from)] > 0 || last_[at(from)] < time))
        from = made(from, time, order);
    node.direction = Direction::backward;
    const Value& value = graph_.value(id);
    const Value copy{.shape = value.shape, .name = value.name + " again"};
    again_[at(id)] = static_cast<ValueId>(graph_.values.size());
    graph_.values.push_back(copy);
    node.outputs = {again_[at(id)]};
    order.push_back(std::move(node));
    ++made_;
    return again_[at(id)];
  }

  OpGraph& graph_;
  std::vector<OpNode>& nodes_;
  int longestChain_;
  // By ValueId, of the values there were at the start.
  std::vector<int> maker_;          // the forward node that computes it, or -1
  std::vector<int> firstBackward_;  // the first node of the way back that reads it
  std::vector<int> lastForward_;    // the last one before
  std::vector<int> last_;
  std::vector<int> depth_;  // of the chain that makes it again; 0: it is kept
  std::vector<ValueId> again_;
  int turn_ = never;  // where the way back begins
  int lastProduct_ = -1;
  int made_ = 0;
};

// The most bytes of computed values that live at one step.
size_t mostBytes(const OpGraph& graph, const std::vector<ValueId>& kept) {
  const auto end = static_cast<int>(graph.nodes.size());
  std::vector<int> last(graph.values.size(), -1);
  for (int step = 0; step < end; ++step)
    for (ValueId id : graph.nodes[static_cast<size_t>(step)].inputs) last[static_cast<size_t>(id)] = step;
  for (ValueId id : kept) last[static_cast<size_t>(id)] = end;
  std::vector<MemoryRange> ranges;
  for (int step = 0; step < end; ++step)
    for (ValueId id : graph.nodes[static_cast<size_t>(step)].outputs)
      if (id != noValue && graph.value(id).kind == ValueKind::computed)
        ranges.push_back({.values = {},
                          .bytes = sizeof(float) * static_cast<size_t>(graph.shape(id).count()),
                          .first = step,
                          .last = std::max(step, last[static_cast<size_t>(id)])});
  return leastArenaBytes(ranges);
}

}  // namespace

Result<std::string> passRecompute(PlanDraft& draft) {
  struct Trial {
    OpGraph graph;
    std::string summary;
    size_t bytes = 0;
  };
  std::vector<Trial> trials;
  size_t fewest = std::numeric_limits<size_t>::max();
  for (int length : chainLengths) {
    Trial& trial = trials.emplace_back(Trial{.graph = draft.graph, .summary = {}});
    trial.summary = Recomputation(trial.graph, draft.kept, length).run();
    trial.bytes = mostBytes(trial.graph, draft.kept);
    fewest = std::min(fewest, trial.bytes);
  }
  const auto chosen = std::find_if(trials.begin(), trials.end(), [&](const Trial& trial) {
    return static_cast<double>(trial.bytes) <= nearly * static_cast<double>(fewest);
  });
  draft.graph = std::move(chosen->graph);
  return std::move(chosen->summary);
}

}  // namespace bypath
