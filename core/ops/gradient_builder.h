// What a gradient rule is given: the op being differentiated and a way to append backward ops.
//
//   void reluGradient(GradientBuilder& b) {
//     b.contribute(0, b.emit(reluBackwardOp(), {b.output(0), b.outputGradient(0)}, {}));
//   }
//
// The implementation lives in plan/differentiate, which sums contributions at forks with an explicit op.
#pragma once

#include <vector>

#include "core/ops/op_graph.h"

namespace bypath {

class GradientBuilder {
 public:
  virtual ~GradientBuilder() = default;
  virtual const OpNode& node() const = 0;
  virtual Shape shape(ValueId id) const = 0;
  // Gradient of the objective with respect to output i; noValue when nothing reaches it.
  virtual ValueId outputGradient(int i) const = 0;
  // Whether anyone needs the gradient of input i (a parameter, or a value that depends on one).
  virtual bool wants(int i) const = 0;
  virtual std::vector<ValueId> emitAll(const OpType& type, std::vector<ValueId> inputs,
                                       OpAttributes attributes) = 0;
  virtual void contribute(int input, ValueId gradient) = 0;

  ValueId input(int i) const { return node().inputs[i]; }
  ValueId output(int i) const { return node().outputs[i]; }
  const OpAttributes& attributes() const { return node().attributes; }
  ValueId emit(const OpType& type, std::vector<ValueId> inputs, OpAttributes attributes) {
    return emitAll(type, std::move(inputs), std::move(attributes))[0];
  }
};

}  // namespace bypath
