#include <algorithm>
#include <limits>

#include "core/base/text.h"
#include "core/ops/catalog.h"
#include "core/plan/arena.h"
#include "core/plan/liveness.h"
#include "core/plan/pass.h"
#include "core/plan/postpone.h"

namespace bypath {

namespace {

// Values made of others by one pass over memory are made again on the way back instead of being kept, where
// what they are made of is kept anyway or can be made again, too. No number changes. Sums of residual blocks
// hang on each other, and a chain of them is made again at once, from the last one that is kept. Long chains
// keep few values but make many at a time, so several lengths are tried; the shortest counts that is nearly
// the best.
constexpr int chainLengths[] = {0, 1, 2, 4, 8};
constexpr double nearly = 1.02;
// A convolution is done twice only where memory is large at all, its result a good part of it at its fullest,
// its products a small one of the step's, and the memory falls by a part worth it.
constexpr double leastShare = 0.03;
constexpr double mostProducts = 0.05;
constexpr double leastGain = 0.02;
constexpr size_t mostTwice = 12;

bool isCheap(const OpType* type) {
  static const OpType* const cheap[] = {&batchNormOp(),   &batchNormApplyOp(), &reluOp(),         &addOp(),
                                        &padChannelsOp(), &concatOp(),         &sliceChannelsOp()};
  return std::find(std::begin(cheap), std::end(cheap), type) != std::end(cheap);
}

bool isConvolution(const OpType* type) {
  return type == &conv2dOp() || type == &conv2dTransposedOp();
}

class Recomputation {
 public:
  // `twice` are convolutions, as indices of nodes, that count as cheap.
  Recomputation(OpGraph& graph, const std::vector<ValueId>& kept, int longestChain,
                const std::vector<int>& twice)
      : graph_(graph),
        nodes_(graph.nodes),
        longestChain_(longestChain),
        twice_(twice),
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
      if (isConvolution(nodes_[i].type) || nodes_[i].type == &matmulOp()) lastProduct_ = step;
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
      if (depth == never) continue;
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

  bool mayRepeat(int node) const {
    return isCheap(nodes_[static_cast<size_t>(node)].type) || isDoneTwice(node);
  }
  bool isDoneTwice(int node) const { return std::find(twice_.begin(), twice_.end(), node) != twice_.end(); }

  const OpNode& makerOf(ValueId id) const { return nodes_[static_cast<size_t>(maker_[at(id)])]; }

  // What the op that makes a value again reads.
  static std::vector<ValueId> ingredients(const OpNode& node) {
    if (node.type != &batchNormOp()) return node.inputs;
    return {node.inputs[0], node.outputs[1], node.outputs[2], node.inputs[1], node.inputs[2]};
  }

  // How many steps in a row make a value again at a time; `never` where none may.
  int depthOf(ValueId id, int time) const {
    const int maker = maker_[at(id)];
    if (maker < 0 || !mayRepeat(maker) || makerOf(id).outputs[0] != id) return never;
    int depth = 1;
    for (ValueId from : ingredients(makerOf(id))) {
      if (from == noValue) return never;
      if (maker_[at(from)] < 0) continue;  // an input or a parameter
      int before = depth_[at(from)];
      if (before == 0 && last_[at(from)] < time) before = depthOf(from, time);
      if (before == never) return never;
      depth = std::max(depth, before + 1);
    }
    return depth <= longestChain_ + (isDoneTwice(maker) ? 1 : 0) ? depth : never;
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
    // Two large results that are made again for branches that meet need not be there at once.
    for (auto at = repeated_.rbegin(); at != repeated_.rend(); ++at) postpone(nodes_, *at);
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
    if (isConvolution(node.type)) repeated_.push_back(order.size());
    order.push_back(std::move(node));
    ++made_;
    return again_[at(id)];
  }

  OpGraph& graph_;
  std::vector<OpNode>& nodes_;
  int longestChain_;
  const std::vector<int>& twice_;
  // By ValueId, of the values there were at the start.
  std::vector<int> maker_;          // the forward node that computes it, or -1
  std::vector<int> firstBackward_;  // the first node of the way back that reads it
  std::vector<int> lastForward_;    // the last one before
  std::vector<int> last_;
  std::vector<int> depth_;  // of the chain that makes it again; 0: it is kept
  std::vector<ValueId> again_;
  std::vector<size_t> repeated_;  // where convolutions are done a second time
  int turn_ = never;              // where the way back begins
  int lastProduct_ = -1;
  int made_ = 0;
};

struct Trial {
  OpGraph graph;
  std::string summary;
  size_t bytes = 0;  // at its fullest
};

Trial tried(const PlanDraft& draft, int longestChain, const std::vector<int>& twice) {
  Trial trial{.graph = draft.graph, .summary = {}};
  trial.summary = Recomputation(trial.graph, draft.kept, longestChain, twice).run();
  trial.bytes =
      leastArenaBytes(livenessOf(trial.graph, draft.kept, draft.gradients.parameterGradients).ranges);
  return trial;
}

// The convolutions that might be done twice, as indices of nodes, those with the largest results first.
std::vector<int> candidates(const OpGraph& graph, size_t bytes) {
  double products = 0;
  for (const OpNode& node : graph.nodes) products += costOf(*node.type, graph.call(node)).multiplyAdds;
  std::vector<int> found;
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    const OpNode& node = graph.nodes[i];
    if (node.direction != Direction::forward) break;
    if (!isConvolution(node.type)) continue;
    const auto size =
        static_cast<double>(sizeof(float)) * static_cast<double>(graph.shape(node.outputs[0]).count());
    if (size >= leastShare * static_cast<double>(bytes) &&
        costOf(*node.type, graph.call(node)).multiplyAdds <= mostProducts * products)
      found.push_back(static_cast<int>(i));
  }
  std::stable_sort(found.begin(), found.end(), [&](int a, int b) {
    const auto size = [&](int i) {
      return graph.shape(graph.nodes[static_cast<size_t>(i)].outputs[0]).count();
    };
    return size(a) > size(b);
  });
  if (found.size() > mostTwice) found.resize(mostTwice);
  return found;
}

}  // namespace

Result<std::string> passRecompute(PlanDraft& draft) {
  std::vector<Trial> trials;
  size_t fewest = std::numeric_limits<size_t>::max();
  for (int length : chainLengths) {
    trials.push_back(tried(draft, length, {}));
    fewest = std::min(fewest, trials.back().bytes);
  }
  const auto chosen = std::find_if(trials.begin(), trials.end(), [&](const Trial& trial) {
    return static_cast<double>(trial.bytes) <= nearly * static_cast<double>(fewest);
  });
  Trial best = std::move(*chosen);
  const auto cheap = static_cast<double>(best.bytes);
  // Sums that hang on each other need convolutions done twice all at once or not at all: all that may be are
  // tried together, and those that bring little are given up again.
  for (int length : chainLengths) {
    if (best.bytes < draft.options.largeMemory) break;
    std::vector<int> twice = candidates(draft.graph, static_cast<size_t>(cheap));
    if (twice.empty()) break;
    Trial trial = tried(draft, length, twice);
    for (size_t i = twice.size(); i-- > 0;) {
      std::vector<int> fewer = twice;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
      Trial without = tried(draft, length, fewer);
      if (static_cast<double>(without.bytes) > static_cast<double>(trial.bytes) + leastGain * cheap) continue;
      twice = std::move(fewer);
      trial = std::move(without);
    }
    const double worth = cheap * (1 - leastGain * static_cast<double>(twice.size()));
    if (twice.empty() || static_cast<double>(trial.bytes) > worth || trial.bytes >= best.bytes) continue;
    trial.summary += "; convolutions done twice: " + std::to_string(twice.size());
    best = std::move(trial);
  }
  draft.graph = std::move(best.graph);
  return std::move(best.summary);
}

}  // namespace bypath
