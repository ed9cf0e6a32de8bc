#include "core/engines/reference/reference_engine.h"

#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <chrono>

namespace bypath {

namespace {

double physicalMemory() {
  return static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGE_SIZE));
}

class Reference final : public ReferenceSession {
 public:
  // `stored` names each graph parameter's index in the store.
  Reference(std::shared_ptr<const Program> program, ParameterStore& store, std::vector<int> stored)
      : program_(std::move(program)), store_(store), stored_(std::move(stored)) {
    for (const Value& value : graph().values) {
      values_.emplace_back(static_cast<size_t>(value.shape.count()));
      if (value.kind == ValueKind::input && value.role == InputRole::seed)
        std::ranges::fill(values_.back().span(), 1);
    }
  }

  void setInput(ValueId input, std::span<const float> from) override {
    assert(from.size() == values(input).size());
    std::ranges::copy(from, values(input).begin());
  }

  void run(const StepKey& key) override {
    if (readsStore_) readStore();
    for (size_t i = 0; i < program_->steps.size(); ++i) {
      const auto start = std::chrono::steady_clock::now();
      runNode(graph().nodes[static_cast<size_t>(program_->steps[i].node)], key);
      if (seconds_.empty()) continue;
      seconds_[i] += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    }
    writeStore();
  }

  void measureSteps(std::span<double> seconds) override { seconds_ = seconds; }

  void read(ValueId value, std::span<float> out) const override {
    const std::span<const double> from = values_[static_cast<size_t>(value)].span();
    assert(out.size() == from.size());
    std::ranges::transform(from, out.begin(), [](double x) { return static_cast<float>(x); });
  }

  double scalar(ValueId value) const override { return values_[static_cast<size_t>(value)][0]; }

  std::span<double> values(ValueId value) override { return values_[static_cast<size_t>(value)].span(); }

  void readParametersFromStore(bool on) override { readsStore_ = on; }

 private:
  const OpGraph& graph() const { return program_->graph; }

  void readStore() {
    for (size_t p = 0; p < stored_.size(); ++p)
      std::ranges::copy(store_.values(stored_[p]), values(graph().parameterValues[p]).begin());
  }

  void runNode(const OpNode& node, const StepKey& key) {
    const OpCall call = graph().call(node);
    std::vector<ReferenceTensor> inputs, outputs;
    std::vector<Buffer<double>> unwanted;
    unwanted.reserve(node.outputs.size());
    for (ValueId id : node.inputs) inputs.push_back({values(id), graph().shape(id)});
    for (size_t o = 0; o < node.outputs.size(); ++o) {
      const ValueId id = node.outputs[o];
      if (id == noValue)
        unwanted.emplace_back(static_cast<size_t>(call.outputs[o].count()));
      else if (graph().value(id).kind == ValueKind::computed)
        std::ranges::fill(values(id), 0);
      outputs.push_back({id == noValue ? unwanted.back().span() : values(id), call.outputs[o]});
    }
    node.type->reference({node.attributes, inputs, outputs, key});
  }

  // Running statistics that the step has moved, and the gradients of parameters.
  void writeStore() {
    const auto toFloat = [](double x) { return static_cast<float>(x); };
    for (const OpNode& node : graph().nodes)
      for (ValueId id : node.outputs)
        if (id != noValue && graph().value(id).kind == ValueKind::state)
          std::ranges::transform(values(id), store_.values(storedIndex(graph().value(id).parameter)).begin(),
                                 toFloat);
    for (size_t id = 0; id < program_->places.size(); ++id) {
      const Place& place = program_->places[id];
      if (place.kind == PlaceKind::gradient)
        std::ranges::transform(values_[id].span(), store_.gradients(storedIndex(place.parameter)).begin(),
                               toFloat);
    }
  }

  int storedIndex(int parameter) const { return stored_[static_cast<size_t>(parameter)]; }

  std::shared_ptr<const Program> program_;
  ParameterStore& store_;
  std::vector<int> stored_;
  std::vector<Buffer<double>> values_;
  std::span<double> seconds_;  // by step; empty: not measured
  bool readsStore_ = true;
};

class ReferenceEngine final : public Engine {
 public:
  std::string name() const override { return "reference"; }
  std::string description() const override {
    return "reference: every op by its definition, double precision, 1 thread";
  }
  int threads() const override { return 1; }
  KernelChoice choose(const OpType&, const OpCall&) const override { return {}; }
  Result<std::unique_ptr<Session>> open(std::shared_ptr<const Program> program,
                                        ParameterStore& store) override {
    Result<std::unique_ptr<ReferenceSession>> session = openReference(std::move(program), store);
    if (!session) return session.error();
    return std::unique_ptr<Session>(std::move(*session));
  }
};

}  // namespace

std::unique_ptr<Engine> makeReferenceEngine() {
  return std::make_unique<ReferenceEngine>();
}

Result<std::unique_ptr<ReferenceSession>> openReference(std::shared_ptr<const Program> program,
                                                        ParameterStore& store) {
  const OpGraph& graph = program->graph;
  std::vector<int> stored;
  for (const ParameterInfo& parameter : graph.parameters) {
    const int index = store.find(parameter.name);
    if (index < 0 || !(store.info(index).shape == parameter.shape))
      return Error{ErrorKind::data,
                   "The weights do not belong to this network: " + parameter.name + " of " +
                       parameter.shape.text() +
                       (index < 0 ? " is missing." : " is " + store.info(index).shape.text() + " there.")};
    stored.push_back(index);
  }
  double bytes = 0;
  for (const Value& value : graph.values) bytes += 8 * static_cast<double>(value.shape.count());
  if (bytes > 0.9 * physicalMemory())
    return Error{ErrorKind::resources,
                 "The reference engine needs " + std::to_string(static_cast<int64_t>(bytes / 1048576)) +
                     " MiB for this network, more than this machine has; use a smaller batch or "
                     "the cpu engine."};
  return std::unique_ptr<ReferenceSession>(
      std::make_unique<Reference>(std::move(program), store, std::move(stored)));
}

}  // namespace bypath
