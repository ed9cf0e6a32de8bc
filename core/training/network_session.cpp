#include "core/training/network_session.h"

#include <algorithm>
#include <cassert>

#include "core/network/edit.h"
#include "core/network/paths.h"
#include "core/probes/histograms.h"

namespace bypath {
namespace {

Result<CheckedNetwork> checkedNetwork(const NetworkSpec& network, const LayerCatalog& layers,
                                      const CheckOptions& options) {
  CheckedNetwork checked = check(network, layers, options);
  if (!checked.ok()) return Error{ErrorKind::data, summarise(checked.diagnostics)};
  return checked;
}

}  // namespace

NetworkSession::NetworkSession(ExecutionPlan plan, std::unique_ptr<Session> session, int64_t batch)
    : plan_(std::move(plan)),
      session_(std::move(session)),
      batch_(batch),
      noLabels_(static_cast<size_t>(batch)) {}

Result<NetworkSession> NetworkSession::open(const NetworkPlace& place, const SessionOptions& options) {
  Result<CheckedNetwork> checked = checkedNetwork(
      place.network, place.layers,
      {.batch = options.batch, .mode = options.mode, .part = options.part, .frozen = options.frozen});
  if (!checked) return checked.error();
  return open(std::move(checked->graph), place.engine, place.store, options);
}

Result<NetworkSession> NetworkSession::open(OpGraph graph, Engine& engine, ParameterStore& store,
                                            const SessionOptions& options) {
  PlanOptions planOptions{
      .training = options.gradients, .fixedWeights = options.fixedWeights, .probes = options.probes};
  if (options.results)
    for (const NamedValue& output : graph.outputs) planOptions.keep.push_back(output.name);
  Result<ExecutionPlan> plan = compile(std::move(graph), engine, planOptions);
  if (!plan) return plan.error();
  Result<std::unique_ptr<Session>> session = engine.open(plan->program, store);
  if (!session) return session.error();
  return NetworkSession(std::move(*plan), std::move(*session), options.batch);
}

void NetworkSession::feed(std::span<const float> images, std::span<const float> labels) {
  for (const ValueId input : graph().inputs) {
    const Value& value = graph().value(input);
    if (value.role == InputRole::image) session_->setInput(input, images);
    if (value.role == InputRole::label) session_->setInput(input, labels.empty() ? noLabels_ : labels);
  }
}

void NetworkSession::feed(const Batch& batch, int64_t first) {
  const auto begin = static_cast<size_t>(first), count = static_cast<size_t>(batch_);
  const std::span<const float> labels = std::span(batch.labels).subspan(begin, count);
  const std::span<const PixelPlace> places = std::span(batch.places).subspan(begin, count);
  const auto imageSize = static_cast<size_t>(batch.source.image.count());
  for (const ValueId input : graph().inputs) {
    const Value& value = graph().value(input);
    if (value.role == InputRole::label) session_->setInput(input, labels);
    if (value.role != InputRole::image || session_->setPixels(input, batch.source, places)) continue;
    if (!batch.images.empty()) {
      session_->setInput(input, std::span(batch.images).subspan(begin * imageSize, count * imageSize));
      continue;
    }
    made_.resize(count * imageSize);
    makeImages(batch.source, places, made_);
    session_->setInput(input, made_);
  }
}

std::vector<bool> NetworkSession::trained(const ParameterStore& store) const {
  std::vector<bool> trained(static_cast<size_t>(store.size()), false);
  for (const ParameterInfo& info : graph().parameters)
    if (const int p = store.find(info.name); p >= 0) trained[static_cast<size_t>(p)] = info.trainable();
  return trained;
}

void NetworkSession::run(const StepKey& key) {
  session_->run(key);
}

void NetworkSession::run(const StepKey& key, ParameterUpdate& update) {
  session_->run(key, update);
}

double NetworkSession::meanOf(ValueId value, int64_t valid) const {
  const std::vector<float> values = read(value);
  if (values.size() == 1) return values[0];
  double sum = 0;
  for (int64_t i = 0; i < valid; ++i) sum += static_cast<double>(values[static_cast<size_t>(i)]);
  return sum / static_cast<double>(valid);
}

NamedNumbers NetworkSession::means(int64_t valid) const {
  NamedNumbers values;
  double loss = 0;
  for (const LossTerm& term : plan_.losses) {
    const double part = term.weight * meanOf(term.value, valid);
    values[term.name] += part;
    loss += part;
  }
  values["loss"] = loss;
  for (const Metric& metric : plan_.metrics) values[metric.name] = meanOf(metric.value, valid);
  return values;
}

ValueId NetworkSession::output(std::string_view name) const {
  const auto found = std::ranges::find(plan_.outputs, name, &NamedValue::name);
  return found == plan_.outputs.end() ? noValue : found->value;
}

std::vector<float> NetworkSession::read(ValueId value) const {
  std::vector<float> values(static_cast<size_t>(graph().shape(value).count()));
  session_->read(value, values);
  return values;
}

ProbeRecord NetworkSession::probes(const ParameterStore& store, int64_t step) const {
  return readProbes(plan_, *session_, store, step);
}

HistogramRecord NetworkSession::histograms(const ParameterStore& store, int64_t step) const {
  return readHistograms(plan_, *session_, store, step);
}

Result<ParameterStore> makeStore(const NetworkSpec& network, const LayerCatalog& layers) {
  Result<CheckedNetwork> checked = checkedNetwork(network, layers, {});
  if (!checked) return checked.error();
  return ParameterStore(std::move(checked->graph.parameters));
}

void copyParameters(const ParameterStore& from, ParameterStore& to) {
  assert(from.size() == to.size());
  for (int p = 0; p < from.size(); ++p) std::ranges::copy(from.values(p), to.values(p).begin());
}

ParameterStore copyOf(const ParameterStore& store) {
  std::vector<ParameterInfo> infos;
  infos.reserve(static_cast<size_t>(store.size()));
  for (int p = 0; p < store.size(); ++p) infos.push_back(store.info(p));
  ParameterStore copy(std::move(infos));
  copyParameters(store, copy);
  return copy;
}

Result<NetworkSpec> withMuted(NetworkSpec network, const std::vector<std::string>& blocks,
                              const LayerCatalog& layers) {
  for (const std::string& path : blocks)
    if (Result<void> muted = setAttribute(network, std::string(withoutLastSegment(path)),
                                          std::string(lastSegment(path)), "muted", true, layers);
        !muted)
      return muted.error();
  return network;
}

Result<void> fits(const OpGraph& graph, const DataSet& data) {
  for (const ValueId input : graph.inputs) {
    const Value& value = graph.value(input);
    const Shape wanted = value.shape.perSample();
    const bool flat = wanted.rank() == 1 && wanted.count() == data.imageShape.count();
    if (value.role == InputRole::image && !flat && !(wanted == data.imageShape))
      return Error{ErrorKind::data, "The network takes images of " + wanted.text() + ", and those of " +
                                        data.name + " are " + data.imageShape.text() +
                                        "; change the input layer's shape or choose another data set."};
  }
  const auto classes = static_cast<int64_t>(data.classes.size());
  for (const NamedValue& output : graph.outputs)
    if (output.name == "logits" && graph.shape(output.value).last() < classes)
      return Error{ErrorKind::data, "The network tells " + std::to_string(graph.shape(output.value).last()) +
                                        " classes apart, and " + data.name + " has " +
                                        std::to_string(classes) +
                                        "; give the last dense layer as many units as there are classes."};
  return {};
}

std::string decoderPart(const NetworkSpec& network) {
  const auto isContainer = [&](const std::string& name) {
    const Node* node = network.graph.find(name);
    return node && !node->body.empty();
  };
  if (isContainer("decoder")) return "decoder";
  for (const Wire& wire : network.graph.wires) {
    const Node* from = network.graph.find(wire.from);
    if (from && from->type == "gaussian_sample" && isContainer(wire.to)) return wire.to;
  }
  return "";
}

}  // namespace bypath
