#include "core/inspection/backward_start.h"

#include "core/ops/catalog.h"

namespace bypath {

std::vector<float> BackwardStart::allOnes(const OpGraph& graph) const {
  return std::vector<float>(static_cast<size_t>(graph.shape(ones).count()), 1.0F);
}

Result<BackwardStart> startBackward(OpGraph& graph, ValueId y) {
  const Shape shape = graph.shape(y);
  const int64_t samples = shape[0], each = shape.perSample().count();
  const BackwardStart start{.gradient = graph.addInput("gradient", shape, InputRole::label),
                            .ones = graph.addInput("ones", {each, 1}, InputRole::label)};
  ValueId value = noValue;
  const auto then = [&](const OpType& type, std::vector<ValueId> inputs,
                        OpAttributes attributes) -> Result<void> {
    Result<std::vector<ValueId>> made = graph.add(type, std::move(inputs), std::move(attributes), "gradient");
    if (!made) return made.error();
    value = (*made)[0];
    return {};
  };
  Result<void> done = then(multiplyOp(), {y, start.gradient}, {});
  if (done) done = then(reshapeOp(), {value}, {{"rank", 2}, {"d1", static_cast<double>(each)}});
  if (done) done = then(matmulOp(), {value, start.ones}, {{"transpose_a", 0}, {"transpose_b", 0}});
  if (done) done = then(reshapeOp(), {value}, {{"rank", 1}});
  if (!done) return done.error();
  graph.losses = {{"gradient", value, static_cast<double>(samples)}};
  return start;
}

}  // namespace bypath
