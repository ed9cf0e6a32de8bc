#include <cmath>
#include <stdexcept>

#include "core/base/random.h"
#include "core/engines/reference/example_values.h"
#include "core/engines/reference/op_check.h"
#include "core/engines/reference/reference_engine.h"
#include "core/ops/gradient_builder.h"

namespace bypath {

namespace {

constexpr double stepSize = 2e-5;

// How many values of one input are moved: fewer where a run of the op is long.
size_t mostMoved(const OpType& type, const OpExample& example) {
  OpCall call{.attributes = example.attributes, .inputs = example.inputs};
  call.outputs = *type.shapes(call);
  return static_cast<size_t>(std::clamp(2e7 / (1 + costOf(type, call).multiplyAdds), 4.0, 64.0));
}

// A graph of the example's op alone, and after differentiate() of its gradient rule too.
class Single final : public GradientBuilder {
 public:
  Single(const OpType& type, const OpExample& example)
      : example_(example), contributions_(example.inputs.size()) {
    std::vector<ValueId> inputs;
    for (const Shape& shape : example.inputs)
      inputs.push_back(graph_.addInput("input" + std::to_string(inputs.size()), shape, InputRole::image));
    const Result<std::vector<ValueId>> added = graph_.add(type, inputs, example.attributes, "example");
    if (!added) throw std::logic_error(added.error().message);
    node_ = graph_.nodes[0];
  }
  void differentiate() {
    seed_ = graph_.addInput("seed", graph_.shape(node_.outputs[0]), InputRole::seed);
    node_.type->gradient(*this);
  }

  const OpNode& node() const override { return node_; }
  Shape shape(ValueId id) const override { return graph_.shape(id); }
  ValueId outputGradient(int i) const override { return i == 0 ? seed_ : noValue; }
  bool wants(int i) const override {
    return std::ranges::find(example_.notDifferentiated, i) == example_.notDifferentiated.end();
  }
  std::vector<ValueId> emitAll(const OpType& type, std::vector<ValueId> inputs,
                               OpAttributes attributes) override {
    const Result<std::vector<ValueId>> added =
        graph_.add(type, std::move(inputs), std::move(attributes), "gradient", Direction::backward);
    if (!added) throw std::logic_error(added.error().message);
    return *added;
  }
  void contribute(int input, ValueId gradient) override {
    if (!(shape(gradient) == example_.inputs[static_cast<size_t>(input)]))
      throw std::logic_error("the gradient of input " + std::to_string(input) + " is " +
                             shape(gradient).text());
    contributions_[static_cast<size_t>(input)].push_back(gradient);
  }

  const std::vector<ValueId>& contributions(size_t input) const { return contributions_[input]; }
  // A session for the ops so far, its inputs filled.
  std::unique_ptr<ReferenceSession> open(const std::vector<std::vector<double>>& inputs) const {
    const auto program = std::make_shared<Program>();
    program->graph = graph_;
    for (size_t i = 0; i < graph_.nodes.size(); ++i) program->steps.push_back({.node = static_cast<int>(i)});
    static ParameterStore noParameters;
    Result<std::unique_ptr<ReferenceSession>> session = openReference(program, noParameters);
    if (!session) throw std::logic_error(session.error().message);
    for (size_t i = 0; i < inputs.size(); ++i)
      std::ranges::copy(inputs[i], (*session)->values(node_.inputs[i]).begin());
    return std::move(*session);
  }

 private:
  const OpExample& example_;
  OpGraph graph_;
  OpNode node_;
  ValueId seed_ = noValue;
  std::vector<std::vector<ValueId>> contributions_;
};

double weighted(ReferenceSession& session, ValueId output, const std::vector<double>& weights) {
  session.run(checkKey);
  double sum = 0;
  for (size_t i = 0; i < weights.size(); ++i) sum += weights[i] * session.values(output)[i];
  return sum;
}

void compare(OpCheck& check, const OpType& type, const OpExample& example, uint64_t seed) {
  const std::vector<std::vector<double>> inputs = drawInputs(type, example, seed);
  const RandomKey random{.seed = seed, .stream = streamOf("gradient check/" + type.id)};
  Single single(type, example);
  const std::unique_ptr<ReferenceSession> forward = single.open(inputs);
  single.differentiate();
  const std::unique_ptr<ReferenceSession> both = single.open(inputs);
  const ValueId output = single.output(0);
  std::vector<double> weights(forward->values(output).size());
  for (uint32_t i = 0; i < weights.size(); ++i) weights[i] = 2.0 * uniform(random, i) - 1;
  std::ranges::copy(weights, both->values(single.outputGradient(0)).begin());
  both->run(checkKey);
  const size_t most = mostMoved(type, example);

  for (size_t input = 0; input < inputs.size(); ++input) {
    if (!single.wants(static_cast<int>(input))) continue;
    std::vector<double> rule(inputs[input].size(), 0);
    for (ValueId id : single.contributions(input))
      for (size_t i = 0; i < rule.size(); ++i) rule[i] += both->values(id)[i];
    double largest = 1e-3;
    for (double value : rule) largest = std::max(largest, std::abs(value));

    const std::span<double> moved = forward->values(single.input(static_cast<int>(input)));
    for (size_t n = 0; n < std::min(most, rule.size()); ++n) {
      const RandomKey choice{
          .seed = seed, .stream = random.stream, .step = 1, .sample = static_cast<uint32_t>(input)};
      const size_t i = rule.size() <= most ? n
                                           : uniformInteger(choice, static_cast<uint32_t>(n),
                                                            static_cast<uint32_t>(rule.size()));
      const auto objectiveAt = [&](double steps) {
        moved[i] = inputs[input][i] + steps * stepSize;
        return weighted(*forward, output, weights);
      };
      const double near = objectiveAt(1) - objectiveAt(-1), far = objectiveAt(2) - objectiveAt(-2);
      moved[i] = inputs[input][i];
      const double difference = (8 * near - far) / (12 * stepSize);
      const double error = std::abs(difference - rule[i]) / largest;
      // Written so that a NaN fails.
      if (!(error <= check.allowed) && check.passed) {
        check.passed = false;
        check.message = "input " + std::to_string(input) + " at " + std::to_string(i) + ": the rule says " +
                        std::to_string(rule[i]) + ", the difference " + std::to_string(difference);
      }
      check.worst = std::max(check.worst, error);
    }
  }
}

bool isFused(const OpAttributes& attributes) {
  for (const char* flag : {"relu", "normalise", "plus", "mask"})
    if (attributes.flag(flag)) return true;
  return false;
}

}  // namespace

OpCheck checkGradient(const OpType& type, const OpExample& example, uint64_t seed) {
  OpCheck check{.allowed = 1e-6};
  if (!type.gradient || isFused(example.attributes)) {
    check.applies = false;
    check.message =
        type.gradient ? "fused ops are made after differentiation" : "nothing flows back through this op";
    return check;
  }
  try {
    compare(check, type, example, seed);
  } catch (const std::logic_error& wrong) {
    check.passed = false;
    check.message = wrong.what();
  }
  return check;
}

}  // namespace bypath
