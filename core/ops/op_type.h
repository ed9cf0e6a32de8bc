// What an engine runs. An OpType carries everything the rest of the program derives from: shapes, gradient
// rule, plain double-precision reference, cost, examples. Ops know no layers and no engine.
//
// Conventions
//   Activations are NHWC. All sizes include the batch N as the first dimension.
//   Every attribute is a double in OpAttributes; integers are exact.
//   A "state" input (running mean) may be named again as an output: it is overwritten at that point of the
//   step. Labels are class numbers stored as floats, shape (N).
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/tensor/shape.h"

namespace bypath {

class GradientBuilder;

class OpAttributes {
 public:
  OpAttributes() = default;
  OpAttributes(std::initializer_list<std::pair<std::string_view, double>> list) {
    for (const auto& [key, value] : list) set(key, value);
  }
  void set(std::string_view key, double value);
  // Asking for an attribute that is not there is our bug; pass a fallback where it is optional.
  double real(std::string_view key) const;
  double real(std::string_view key, double fallback) const;
  int64_t integer(std::string_view key) const { return static_cast<int64_t>(real(key)); }
  int64_t integer(std::string_view key, int64_t fallback) const {
    return static_cast<int64_t>(real(key, static_cast<double>(fallback)));
  }
  bool flag(std::string_view key) const { return real(key, 0) != 0; }
  const std::vector<std::pair<std::string, double>>& list() const { return list_; }
  bool operator==(const OpAttributes&) const = default;

 private:
  std::vector<std::pair<std::string, double>> list_;  // sorted by key
};

// One use of an op, without data: what shape rules, costs and kernels' accept() look at.
struct OpCall {
  OpAttributes attributes{};
  std::vector<Shape> inputs{};
  std::vector<Shape> outputs{};  // empty while the shape rule runs
  bool fixedWeights = false;     // the parameters it reads are the same in every run
};

// Which training step this is: the key of every random number inside the network.
struct StepKey {
  uint64_t seed = 0;
  uint32_t step = 0;
  uint32_t firstSample = 0;  // number of the batch's first sample, for micro-batches
  bool operator==(const StepKey&) const = default;
};

struct ReferenceTensor {
  std::span<double> data;
  Shape shape;
};

// One run of an op in double precision. A state that is both input and output is the same memory.
struct ReferenceRun {
  const OpAttributes& attributes;
  std::span<const ReferenceTensor> inputs;
  std::span<const ReferenceTensor> outputs;  // zeroed before the call, states excepted
  StepKey key;
};

struct OpCost {
  double multiplyAdds = 0;  // as papers count them: one per weight use
  double bytes = 0;         // read and written once, at 4 bytes a value
};

// A small case that the conformance suite runs: shape rule, finite differences, every kernel, every engine.
struct OpExample {
  std::string name;
  OpAttributes attributes;
  std::vector<Shape> inputs;
  double low = -1, high = 1;       // inputs are drawn uniformly from here ...
  std::vector<int> labelInputs{};  // ... except these, integers in [0, labelBound)
  int labelBound = 0;
  std::vector<int> positiveInputs{};     // ... and these, from [0.1, 1]
  std::vector<int> unitInputs{};         // ... and these, from [0.05, 0.95]
  std::vector<int> stateInputs{};        // inputs that are states (overwritten)
  std::vector<int> notDifferentiated{};  // inputs without a gradient (labels, targets, states)
  // Fills inputs that depend on others (max_pool_backward's y is the pooled x); null: all are independent.
  void (*derive)(const OpAttributes&, std::span<const ReferenceTensor> inputs) = nullptr;
};

struct OpType {
  std::string id;
  std::string summary;  // one sentence with the formula
  Result<std::vector<Shape>> (*shapes)(const OpCall&) = nullptr;
  void (*reference)(const ReferenceRun&) = nullptr;
  void (*gradient)(GradientBuilder&) = nullptr;  // null: nothing flows back through this op
  OpCost (*cost)(const OpCall&) = nullptr;       // null: no products of weights, bytes of inputs and outputs
  std::vector<OpExample> (*examples)() = nullptr;
  // Output o overwrites state input stateOutputs[i].second when .first == o.
  std::vector<std::pair<int, int>> stateOutputs{};
  // Output 0 may take the memory of one of these inputs when that input dies here.
  std::vector<int> inPlaceInputs{};
  // ... or of these, whose places among the inputs depend on the call.
  std::vector<int> (*workPlaces)(const OpAttributes& attributes, size_t inputs) = nullptr;
  // Output 0 is the same memory as input 0, only shaped otherwise (reshape).
  bool alias = false;
};

// The inputs that may give their memory to output 0.
std::vector<int> workPlaces(const OpType& type, const OpAttributes& attributes, size_t inputs);

// Every input and output once, at 4 bytes a value.
double bytesOf(const OpCall& call);
// The outputs of `call` must be filled in.
OpCost costOf(const OpType& type, const OpCall& call);

}  // namespace bypath
