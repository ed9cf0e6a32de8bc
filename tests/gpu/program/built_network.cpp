#include "tests/gpu/program/built_network.h"

#include <algorithm>
#include <cmath>

#include "core/base/random.h"
#include "core/layers/catalog.h"
#include "core/network/check.h"
#include "core/templates/catalog.h"

namespace bypath {
namespace {

Attributes attributesOf(const NetworkCase& what) {
  Attributes attributes;
  const bool vae = what.network == "resnet-vae", imagenet = what.network == "resnet-imagenet";
  if (what.depth > 0) {
    if (vae || imagenet)
      attributes["depth"] = std::to_string(what.depth);
    else
      attributes["depth"] = what.depth;
  }
  if (what.width > 0) attributes[vae ? "width_divisor" : "width"] = what.width;
  return attributes;
}

int64_t classesOf(const OpGraph& graph) {
  for (const NamedValue& output : graph.outputs)
    if (output.name == "logits") return graph.shape(output.value).last();
  return 1;
}

}  // namespace

bool isAutoencoder(const std::string& network) {
  return network.ends_with("vae");
}

std::string NetworkCase::text() const {
  std::string text = network;
  if (depth > 0) text += " " + std::to_string(depth);
  if (width > 0) text += (network == "resnet-vae" ? ", width / " : ", width ") + std::to_string(width);
  return text + ", batch " + std::to_string(batch);
}

NetworkCase NetworkCase::of(const nlohmann::json& object) {
  return {.network = object.value("network", "resnet"),
          .depth = object.value("depth", int64_t{0}),
          .width = object.value("width", int64_t{0}),
          .batch = object.value("batch", int64_t{4}),
          .training = object.value("mode", "train") == "train"};
}

Result<BuiltNetwork> BuiltNetwork::make(const NetworkCase& what, Engine& engine) {
  Result<NetworkSpec> network = buildTemplate(what.network, attributesOf(what));
  if (!network) return network.error();
  const Mode mode = what.training ? Mode::training : Mode::evaluation;
  const CheckedNetwork checked = check(*network, layerCatalog(), {.batch = what.batch, .mode = mode});
  if (!checked.ok()) return Error{ErrorKind::data, summarise(checked.diagnostics)};
  Result<ExecutionPlan> plan =
      compile(checked.graph, engine, {.training = what.training, .fixedWeights = !what.training});
  if (!plan) return plan.error();
  BuiltNetwork built{.what = what, .plan = std::move(*plan)};
  built.store = std::make_unique<ParameterStore>(built.plan.program->graph.parameters);
  initialise(*built.store, 1);
  Result<std::unique_ptr<Session>> session = engine.open(built.plan.program, *built.store);
  if (!session) return session.error();
  built.session = std::move(*session);
  built.feed();
  return built;
}

Result<void> BuiltNetwork::takeUpdate(Engine& engine) {
  Result<std::unique_ptr<ParameterUpdate>> made =
      engine.makeUpdate(*store, updateRuleOf(*store, isAutoencoder(what.network)));
  if (!made) return made.error();
  update = std::move(*made);
  if (!update) return Error{ErrorKind::resources, "This engine makes no updates."};
  return {};
}

void BuiltNetwork::feed() const {
  const OpGraph& graph = plan.program->graph;
  const auto classes = static_cast<uint32_t>(classesOf(graph));
  for (const ValueId input : graph.inputs) {
    const Value& value = graph.value(input);
    if (value.role == InputRole::seed ||
        plan.program->places[static_cast<size_t>(input)].kind == PlaceKind::unused)
      continue;
    std::vector<float> numbers(static_cast<size_t>(value.shape.count()));
    const RandomKey key{.seed = 5, .stream = streamOf(value.name)};
    for (size_t i = 0; i < numbers.size(); ++i)
      numbers[i] = value.role == InputRole::label
                       ? static_cast<float>(uniformInteger(key, static_cast<uint32_t>(i), classes))
                       : uniform(key, static_cast<uint32_t>(i));
    session->setInput(input, numbers);
  }
}

void BuiltNetwork::step(uint32_t number) {
  const StepKey key{.seed = 1, .step = number};
  if (!update) return session->run(key);
  update->prepare(1e-4, ++updates);
  session->run(key, *update);
}

std::vector<float> BuiltNetwork::gradients() const {
  std::vector<float> all;
  for (int p = 0; p < store->size(); ++p) {
    const std::span<const float> one = std::as_const(*store).gradients(p);
    all.insert(all.end(), one.begin(), one.end());
  }
  return all;
}

std::vector<float> BuiltNetwork::values() const {
  std::vector<float> all;
  for (int p = 0; p < store->size(); ++p) {
    const std::span<const float> one = std::as_const(*store).values(p);
    all.insert(all.end(), one.begin(), one.end());
  }
  return all;
}

std::vector<float> BuiltNetwork::statistics() const {
  std::vector<float> all;
  for (int p = 0; p < store->size(); ++p) {
    if (store->info(p).trainable()) continue;
    const std::span<const float> one = std::as_const(*store).values(p);
    all.insert(all.end(), one.begin(), one.end());
  }
  return all;
}

std::vector<float> BuiltNetwork::loss(size_t number) const {
  const ValueId value = plan.losses[number].value;
  std::vector<float> all(static_cast<size_t>(plan.program->graph.shape(value).count()));
  session->read(value, all);
  return all;
}

UpdateRule updateRuleOf(const ParameterStore& store, bool autoencoder) {
  UpdateRule rule;
  if (autoencoder)
    rule = {.kind = UpdateRule::Kind::adam, .beta1 = 0.9F, .beta2 = 0.999F, .epsilon = 1e-8F};
  else
    rule = {.kind = UpdateRule::Kind::sgd, .momentum = 0.9F};
  for (int p = 0; p < store.size(); ++p) {
    const bool trained = store.info(p).trainable();
    rule.active.push_back(trained);
    rule.decay.push_back(trained && !autoencoder ? 1e-4F : 0.0F);
  }
  return rule;
}

double worstOf(std::span<const float> seen, std::span<const float> right) {
  if (seen.size() != right.size()) return 1e300;
  double largest = 1e-6, apart = 0;
  for (size_t i = 0; i < right.size(); ++i) {
    largest = std::max(largest, std::abs(static_cast<double>(right[i])));
    const double error = std::abs(static_cast<double>(seen[i]) - static_cast<double>(right[i]));
    if (!std::isfinite(error)) return 1e300;
    apart = std::max(apart, error);
  }
  return apart / largest;
}

double cosineOf(std::span<const float> seen, std::span<const float> right) {
  double dot = 0, squares = 0, others = 0;
  for (size_t i = 0; i < std::min(seen.size(), right.size()); ++i) {
    const auto a = static_cast<double>(seen[i]), b = static_cast<double>(right[i]);
    dot += a * b;
    squares += a * a;
    others += b * b;
  }
  return squares > 0 && others > 0 ? dot / std::sqrt(squares * others) : 0;
}

const char* nameOf(DeviceMath math) {
  switch (math) {
    case DeviceMath::tf32:
      return "tf32";
    case DeviceMath::bf16:
      return "bf16";
    case DeviceMath::float32:
      break;
  }
  return "float32";
}

std::optional<DeviceMath> mathOf(const std::string& name) {
  for (const DeviceMath math : {DeviceMath::float32, DeviceMath::tf32, DeviceMath::bf16})
    if (name == nameOf(math)) return math;
  return std::nullopt;
}

}  // namespace bypath
