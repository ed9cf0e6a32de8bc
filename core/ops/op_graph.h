// Lowered ops and value ids, forward and backward, in execution order (every op after the ops it reads from).
//
//   OpGraph graph;
//   ValueId x = graph.addInput("image", {8, 32, 32, 3}, InputRole::image);
//   ValueId w = graph.addParameter(info);
//   Result<std::vector<ValueId>> y = graph.add(conv2dOp(), {x, w}, {{"stride", 1}, ...}, "stem/conv");
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/base/result.h"
#include "core/ops/op_type.h"
#include "core/tensor/parameter_store.h"

namespace bypath {

using ValueId = int32_t;
inline constexpr ValueId noValue = -1;

enum class ValueKind {
  input,
  parameter,
  state,
  computed
};                                            // state: a running statistic in the ParameterStore
enum class InputRole { image, label, seed };  // seed: d(loss)/d(loss), a constant one
enum class Direction { forward, backward, probe };

struct Value {
  Shape shape;
  ValueKind kind = ValueKind::computed;
  std::string name;  // input or parameter name; else "<op path>:<output>"
  InputRole role = InputRole::image;
  int parameter = -1;  // index into OpGraph::parameters
};

struct OpNode {
  const OpType* type = nullptr;
  OpAttributes attributes;
  std::vector<ValueId> inputs;
  std::vector<ValueId> outputs;  // noValue: an output nobody wants
  std::string path;              // the layer it came from; for a fork's sum, the consumers' common value name
  Direction direction = Direction::forward;
  // Of a sum of gradient contributions at a fork: the layer path that sent each input, in input order.
  std::vector<std::string> contributors;
};

// A term of the objective: per-sample values (N) or a scalar (1); objective = sum of weight * mean(term).
struct LossTerm {
  std::string name;  // "cross_entropy", "reconstruction", "kl", "penalty"
  ValueId value = noValue;
  double weight = 1;
};
struct Metric {
  std::string name;         // "accuracy"
  ValueId value = noValue;  // per-sample (N)
};
// A named value a reader may ask for: network outputs, part boundaries.
struct NamedValue {
  std::string name;
  ValueId value = noValue;
};

// An Add where a shortcut meets a branch: `fork` is the value both came from. The consumers are layer paths
// that read the fork, by the side they lead to; an identity shortcut's only consumer is the Add itself.
struct ShortcutSite {
  std::string path;  // of the block, or of a hand-drawn Add
  ValueId fork = noValue;
  ValueId branchEnd = noValue;
  ValueId shortcutEnd = noValue;
  std::vector<std::string> branchConsumers;
  std::vector<std::string> shortcutConsumers;
};

class OpGraph {
 public:
  ValueId addInput(std::string name, Shape shape, InputRole role);
  // The same name twice is the same parameter (shapes must agree).
  ValueId addParameter(const ParameterInfo& info);
  // Appends an op; runs its shape rule. Outputs are new values, except state outputs, which keep their id.
  Result<std::vector<ValueId>> add(const OpType& type, std::vector<ValueId> inputs, OpAttributes attributes,
                                   std::string path, Direction direction = Direction::forward);

  const Value& value(ValueId id) const { return values[id]; }
  Shape shape(ValueId id) const { return values[id].shape; }
  OpCall call(const OpNode& node) const;
  // Index of the node that computes a value, -1 for inputs, parameters and states.
  int producer(ValueId id) const;

  std::vector<Value> values;
  std::vector<OpNode> nodes;
  std::vector<ParameterInfo> parameters;
  std::vector<ValueId> parameterValues;  // by parameter index
  std::vector<ValueId> inputs;
  std::vector<LossTerm> losses;
  std::vector<Metric> metrics;
  std::vector<NamedValue> outputs;
  std::vector<ShortcutSite> shortcuts;

 private:
  std::unordered_map<std::string, ValueId> parameterByName_;
};

}  // namespace bypath
