#include "core/exchange/leaving_model.h"

#include <algorithm>
#include <cctype>
#include <cmath>

#include "core/base/random.h"
#include "core/exchange/leaving_graph.h"
#include "core/network/type_ids.h"
#include "core/plan/plan.h"

namespace bypath {
namespace {

// Products in double precision that a person waits for without asking.
constexpr double largeProducts = 3e8;

// The nodes before and behind the one that draws a code, at the top of the drawing.
struct Latent {
  std::string encoder, decoder;
};

Latent latentOf(const NetworkSpec& network) {
  Latent latent;
  for (const Node& node : network.graph.nodes) {
    if (node.type != "gaussian_sample") continue;
    if (const Wire* wire = network.graph.wireInto(node.name, 0)) latent.encoder = wire->from;
    for (const Wire& wire : network.graph.wires)
      if (wire.from == node.name && latent.decoder.empty()) latent.decoder = wire.to;
  }
  return latent;
}

// What a person means by the output of a whole network.
Result<ValueId> mainOutput(const OpGraph& graph) {
  for (const char* name : {"logits", "reconstruction"})
    for (const NamedValue& output : graph.outputs)
      if (output.name == name) return output.value;
  if (!graph.outputs.empty()) return graph.outputs[0].value;
  // A network without a loss: what nothing reads.
  std::vector<bool> read(graph.values.size(), false);
  for (const OpNode& node : graph.nodes)
    for (const ValueId input : node.inputs) read[static_cast<size_t>(input)] = true;
  for (const LossTerm& term : graph.losses) read[static_cast<size_t>(term.value)] = true;  // a penalty
  std::vector<ValueId> ends;
  for (const OpNode& node : graph.nodes)
    for (const ValueId output : node.outputs)
      if (output != noValue && graph.value(output).kind == ValueKind::computed &&
          !read[static_cast<size_t>(output)])
        ends.push_back(output);
  if (ends.size() == 1) return ends[0];
  return Error{ErrorKind::data,
               ends.empty() ? "The network has no output; draw one, or name one of its parts."
                            : "The network has " + std::to_string(ends.size()) +
                                  " open ends and no loss that says which is its output; add a loss, or name "
                                  "one of its parts."};
}

Result<std::vector<Border>> outputBorders(const OpGraph& graph, const std::string& part,
                                          const Latent& latent) {
  if (part.empty()) {
    const Result<ValueId> output = mainOutput(graph);
    if (!output) return output.error();
    return std::vector<Border>{{"output", *output}};
  }
  if (graph.outputs.empty()) return Error{ErrorKind::data, "The part " + part + " has no output."};
  if (graph.outputs.size() == 1) return std::vector<Border>{{"output", graph.outputs[0].value}};
  std::vector<Border> borders;
  for (const NamedValue& output : graph.outputs) borders.push_back({identifierOf(output.name), output.value});
  if (part == latent.encoder && borders.size() == 2) {
    borders[0].name = "mu";
    borders[1].name = "logvar";
  }
  return borders;
}

void nameInputs(LeavingModel& model, const Latent& latent) {
  for (const ValueId id : model.graph.inputs)
    model.inputs.push_back({identifierOf(model.graph.value(id).name), id});
  if (model.inputs.size() == 1)
    model.inputs[0].name = !model.part.empty() && model.part == latent.decoder ? "z" : "input";
}

Result<void> readWeights(LeavingModel& model, const ParameterStore& store) {
  for (const ParameterInfo& info : model.graph.parameters) {
    const int index = store.find(info.name);
    if (index < 0 || !(store.info(index).shape == info.shape))
      return Error{ErrorKind::data,
                   "The weights are not of this network: it has " + info.name + ", and they have not."};
    const std::span<const float> values = store.values(index);
    if (!std::ranges::all_of(values, [](float value) { return std::isfinite(value); }))
      return Error{ErrorKind::diverged,
                   info.name +
                       " holds numbers that are not finite; a network that diverged is not exported. "
                       "Go back to an earlier checkpoint."};
    model.weights.emplace_back(values.begin(), values.end());
  }
  return {};
}

}  // namespace

std::string identifierOf(const std::string& path) {
  std::string text;
  for (const char c : path) {
    if (std::isalnum(static_cast<unsigned char>(c)))
      text += c;
    else if (!text.empty() && text.back() != '_')
      text += '_';
  }
  while (!text.empty() && text.back() == '_') text.pop_back();
  if (text.empty() || std::isdigit(static_cast<unsigned char>(text[0]))) text = "v_" + text;
  return text;
}

std::span<const float> LeavingModel::weightsOf(std::string_view name) const {
  for (size_t i = 0; i < graph.parameters.size(); ++i)
    if (graph.parameters[i].name == name) return weights[i];
  return {};
}

Result<LeavingModel> leavingModel(const LeavingSource& source, const LeavingOptions& options) {
  CheckedNetwork checked = check(source.network, source.layers,
                                 {.batch = 1, .mode = Mode::evaluation, .part = options.part, .frozen = {}});
  if (!checked.ok()) return Error{ErrorKind::data, summarise(checked.diagnostics)};
  const Latent latent = latentOf(source.network);
  Result<std::vector<Border>> outputs = outputBorders(checked.graph, options.part, latent);
  if (!outputs) return outputs.error();

  LeavingModel model{.part = options.part, .facts = source.facts};
  Result<OpGraph> graph = leavingGraph(checked.graph, *outputs, options.sampling);
  if (!graph) return graph.error();
  model.graph = std::move(*graph);
  model.outputs = std::move(*outputs);
  nameInputs(model, latent);
  if (Result<void> read = readWeights(model, source.weights); !read) return read.error();
  if (options.foldNormalisation)
    if (Result<void> folded = foldNormalisation(model); !folded) return folded.error();
  return model;
}

int64_t comparedBatch(const LeavingModel& model) {
  double products = 0;
  for (const OpNode& node : model.graph.nodes)
    products += costOf(*node.type, model.graph.call(node)).multiplyAdds;
  return products > largeProducts ? 1 : 2;
}

std::vector<std::vector<float>> fixedBatch(const LeavingModel& model, int64_t batch) {
  std::vector<std::vector<float>> inputs;
  for (const Border& border : model.inputs) {
    std::vector<float>& values = inputs.emplace_back();
    values.resize(static_cast<size_t>(model.sampleShape(border).count() * batch));
    // A sequence that fills the unit interval evenly: multiples of the golden ratio, modulo 1.
    double at = 0.5 * static_cast<double>(inputs.size());
    for (float& value : values) {
      at += 0.6180339887498949;
      at -= std::floor(at);
      value = static_cast<float>(at);
    }
  }
  return inputs;
}

Result<std::vector<std::vector<float>>> ownAnswer(const LeavingModel& model, Engine& engine,
                                                  const std::vector<std::vector<float>>& inputs,
                                                  int64_t batch) {
  Result<OpGraph> graph = withBatch(model, batch);
  if (!graph) return graph.error();
  ParameterStore store(graph->parameters);
  for (size_t i = 0; i < model.weights.size(); ++i)
    std::ranges::copy(model.weights[i], store.values(static_cast<int>(i)).begin());
  PlanOptions options{.training = false};
  const std::vector<ValueId> fed = graph->inputs;
  for (const NamedValue& output : graph->outputs) options.keep.push_back(output.name);
  const Result<ExecutionPlan> plan = compile(std::move(*graph), engine, options);
  if (!plan) return plan.error();
  const Result<std::unique_ptr<Session>> session = engine.open(plan->program, store);
  if (!session) return session.error();
  for (size_t i = 0; i < fed.size(); ++i) (*session)->setInput(fed[i], inputs[i]);
  (*session)->run({.seed = model.facts.seed});
  std::vector<std::vector<float>> answers;
  for (const Border& border : model.outputs)
    for (const NamedValue& output : plan->outputs)
      if (output.name == border.name) {
        answers.emplace_back(static_cast<size_t>(plan->program->graph.shape(output.value).count()));
        (*session)->read(output.value, answers.back());
      }
  return answers;
}

double largestDifference(std::span<const float> one, std::span<const float> other) {
  if (one.size() != other.size()) return INFINITY;
  double largest = 0;
  for (size_t i = 0; i < one.size(); ++i) {
    const double difference = std::abs(static_cast<double>(one[i]) - static_cast<double>(other[i]));
    if (!(difference <= largest)) largest = std::isnan(difference) ? INFINITY : difference;
  }
  return largest;
}

void Comparison::add(std::span<const float> own, std::span<const float> read) {
  for (const float value : own) scale = std::max(scale, std::abs(static_cast<double>(value)));
  largest = std::max(largest, largestDifference(own, read));
}

Result<void> withinBounds(const Comparison& comparison) {
  if (comparison.largest <= largestAllowedDifference * comparison.scale) return {};
  char number[32];
  std::snprintf(number, sizeof number, "%.1e", comparison.largest);
  return Error{ErrorKind::data, "What was written does not say what the network says: " + comparison.by +
                                    ", its output differs by " + number +
                                    ". Nothing was saved; please report this network."};
}

}  // namespace bypath
