#include "core/inspection/activations.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "core/network/paths.h"
#include "core/training/network_session.h"
#include "core/training/settings.h"

namespace bypath {
namespace {

// A layer's path and those of all that it stands in, copies by themselves and together: "a[1]/b", "a[1]",
// "a".
std::vector<std::string> pathsAround(const std::string& path) {
  std::vector<std::string> all;
  for (std::string_view one = path; !one.empty(); one = withoutLastSegment(one)) {
    all.emplace_back(one);
    const std::string_view whole = withoutCopy(lastSegment(one));
    if (whole != lastSegment(one)) all.push_back(joinPath(withoutLastSegment(one), whole));
  }
  return all;
}

// Maps (N, H, W, C) or rows (N, C), and not a loss.
bool canBeShown(const OpGraph& graph, ValueId id) {
  const int rank = graph.shape(id).rank();
  return rank == 2 || rank == 4;
}

// What leaves each layer and container, by path: of the values its ops make, the last one that is read
// outside it or by nobody.
std::map<std::string, ValueId> ownValues(const OpGraph& graph) {
  std::vector<std::vector<const OpNode*>> readers(graph.values.size());
  for (const OpNode& node : graph.nodes)
    for (const ValueId id : node.inputs) readers[static_cast<size_t>(id)].push_back(&node);
  std::map<std::string, ValueId> own;
  for (const OpNode& node : graph.nodes)
    for (const std::string& path : pathsAround(node.path))
      for (const ValueId id : node.outputs) {
        if (id == noValue || graph.value(id).kind != ValueKind::computed || !canBeShown(graph, id)) continue;
        const auto& by = readers[static_cast<size_t>(id)];
        const bool leaves = by.empty() || std::ranges::any_of(by, [&](const OpNode* reader) {
                              return !isAtOrIn(reader->path, path);
                            });
        if (leaves) own[path] = id;
      }
  return own;
}

ValueId imageInput(const OpGraph& graph, const Shape& shape) {
  for (const ValueId id : graph.inputs)
    if (graph.value(id).role == InputRole::image && graph.shape(id).perSample() == shape) return id;
  return noValue;
}

// The convolution's weights in a graph's parameters; none elsewhere.
const ParameterInfo* filtersAt(const OpGraph& graph, const std::string& path) {
  const auto found = std::ranges::find(graph.parameters, path + "/weight", &ParameterInfo::name);
  return found != graph.parameters.end() && found->shape.rank() == 4 ? &*found : nullptr;
}

bool readsTheImage(const OpGraph& graph, const std::string& path) {
  return std::ranges::any_of(graph.nodes, [&](const OpNode& node) {
    return node.path == path && !node.inputs.empty() &&
           graph.value(node.inputs[0]).kind == ValueKind::input &&
           graph.value(node.inputs[0]).role == InputRole::image;
  });
}

Error unknownPlace(const CheckedNetwork& checked, const std::vector<LookPlace>& places,
                   const std::string& path) {
  if (checked.nodes.contains(path))
    return {ErrorKind::usage, "\"" + path +
                                  "\" makes nothing of its own that is passed on: look at the layer before "
                                  "it."};
  constexpr size_t named = 8;
  std::string names;
  for (size_t i = 0; i < std::min(named, places.size()); ++i)
    names += (names.empty() ? "" : ", ") + places[i].path;
  if (places.size() > named) names += " and " + std::to_string(places.size() - named) + " more";
  return {ErrorKind::usage, "There is no layer \"" + path + "\"; there are " + names + "."};
}

Result<LookPlace> placeAt(const NetworkSpec& network, const CheckedNetwork& checked,
                          const std::string& path) {
  const std::vector<LookPlace> places = placesToLook(network, checked);
  const auto found = std::ranges::find(places, path, &LookPlace::path);
  if (found == places.end()) return unknownPlace(checked, places, path);
  return *found;
}

// Of every `channels`-th value from `first` on.
ChannelFacts factsOfChannel(const std::vector<float>& values, size_t first, size_t channels) {
  const size_t all = values.size() / channels;
  ChannelFacts facts;
  double sum = 0, squares = 0, numbers = 0, zeros = 0;
  for (size_t i = first; i < values.size(); i += channels) {
    const auto value = static_cast<double>(values[i]);
    if (!std::isfinite(value)) continue;
    facts.low = numbers == 0 ? value : std::min(facts.low, value);
    facts.high = numbers == 0 ? value : std::max(facts.high, value);
    sum += value;
    zeros += value == 0 ? 1 : 0;
    numbers += 1;
  }
  facts.broken = 1 - numbers / static_cast<double>(all);
  facts.zeros = zeros / static_cast<double>(all);
  if (numbers == 0) return facts;
  facts.mean = sum / numbers;
  for (size_t i = first; i < values.size(); i += channels)
    if (std::isfinite(values[i])) squares += std::pow(static_cast<double>(values[i]) - facts.mean, 2);
  facts.deviation = std::sqrt(squares / numbers);
  return facts;
}

std::vector<ChannelFacts> factsOf(const std::vector<float>& values, int64_t channels) {
  std::vector<ChannelFacts> all;
  for (int64_t c = 0; c < channels; ++c)
    all.push_back(factsOfChannel(values, static_cast<size_t>(c), static_cast<size_t>(channels)));
  return all;
}

Result<Batch> batchOf(const OpGraph& graph, const LookRequest& request) {
  if (Result<void> fitting = fits(graph, *request.data); !fitting) return fitting.error();
  const Split& split = request.data->test;
  for (const int64_t image : request.images)
    if (image < 0 || image >= split.size())
      return Error{ErrorKind::usage, "There is no test image " + std::to_string(image) + "; " +
                                         request.data->name + " has " + std::to_string(split.size()) +
                                         ", counted from 0."};
  const BatchLoader loader(request.data, {.batch = static_cast<int64_t>(request.images.size()),
                                          .normalisation = normalisationFor(graph)});
  Batch batch;
  loader.gather(split, request.images, batch);
  return batch;
}

}  // namespace

std::vector<LookPlace> placesToLook(const NetworkSpec& network, const CheckedNetwork& checked) {
  const OpGraph& graph = checked.graph;
  const std::map<std::string, ValueId> own = ownValues(graph);
  std::vector<LookPlace> places;
  for (const std::string& path : checked.order) {
    const auto facts = checked.nodes.find(path);
    if (facts == checked.nodes.end()) continue;
    const NodeFacts& node = facts->second;
    const auto made = own.find(path);
    ValueId value = made == own.end() ? noValue : made->second;
    if (value == noValue && node.inputs.empty() && !node.outputs.empty())
      value = imageInput(graph, node.outputs[0]);
    if (value == noValue) continue;
    places.push_back({.path = path,
                      .drawn = drawnPath(network, path),
                      .type = node.type,
                      .value = value,
                      .hasFilters = filtersAt(graph, path) != nullptr});
  }
  return places;
}

std::vector<float> LayerMaps::map(int64_t image, int64_t channel) const {
  const size_t all = channels.size();
  std::vector<float> one;
  for (int64_t i = image * height * width; i < (image + 1) * height * width; ++i)
    one.push_back(values[static_cast<size_t>(i) * all + static_cast<size_t>(channel)]);
  return one;
}

Result<LayerMaps> layerMaps(const Model& model, Engine& engine, const LayerCatalog& layers,
                            const LookRequest& request) {
  const auto images = static_cast<int64_t>(request.images.size());
  if (!request.data || images == 0)
    return Error{ErrorKind::usage, "Give an image for the network to look at."};
  CheckedNetwork checked = check(model.project.network, layers, {.batch = images, .mode = Mode::evaluation});
  if (!checked.ok()) return Error{ErrorKind::data, summarise(checked.diagnostics)};
  Result<LookPlace> place = placeAt(model.project.network, checked, request.path);
  if (!place) return place.error();
  Result<Batch> batch = batchOf(checked.graph, request);
  if (!batch) return batch.error();

  const Shape shape = checked.graph.shape(place->value);
  LayerMaps maps{.place = *place, .images = images};
  if (shape.rank() == 4) {
    maps.height = shape[1];
    maps.width = shape[2];
  }
  if (checked.graph.value(place->value).kind == ValueKind::input) {
    maps.values = std::move(batch->images);
  } else {
    OpGraph graph = std::move(checked.graph);
    graph.losses.clear();  // what comes behind the place is not run
    graph.metrics.clear();
    graph.shortcuts.clear();
    graph.outputs = {{"look", place->value}};
    Result<NetworkSession> session =
        NetworkSession::open(std::move(graph), engine, *model.parameters,
                             {.batch = images, .mode = Mode::evaluation, .results = true});
    if (!session) return session.error();
    const AttributeReader settings(trainingSchema(), model.settings);
    session->feed(batch->images, {});
    session->run(
        {.seed = static_cast<uint64_t>(settings.integer("seed")), .step = static_cast<uint32_t>(model.step)});
    maps.values = session->read(session->output("look"));
  }
  maps.channels = factsOf(maps.values, shape.last());
  maps.scale = MapScale::of(maps.values);
  return maps;
}

std::span<const float> LayerFilters::slice(int64_t output, int64_t input) const {
  const auto size = static_cast<size_t>(height * width);
  return std::span(values).subspan(static_cast<size_t>(output * inputs + input) * size, size);
}

Result<LayerFilters> layerFilters(const Model& model, const LayerCatalog& layers, const std::string& path) {
  const CheckedNetwork checked = check(model.project.network, layers, {.mode = Mode::evaluation});
  if (!checked.ok()) return Error{ErrorKind::data, summarise(checked.diagnostics)};
  const ParameterInfo* info = filtersAt(checked.graph, path);
  if (!info) {
    const Result<LookPlace> place = placeAt(model.project.network, checked, path);
    if (!place) return place.error();
    return Error{ErrorKind::usage, "\"" + path + "\" has no filters: it is no convolution."};
  }
  // Kernel height, kernel width, input and output channels; the last two the other way round where the
  // convolution is transposed.
  const Shape shape = info->shape;
  const bool transposed = checked.nodes.at(path).type == "conv2d_transposed";
  LayerFilters filters{.path = path,
                       .height = shape[0],
                       .width = shape[1],
                       .inputs = shape[transposed ? 3 : 2],
                       .outputs = shape[transposed ? 2 : 3]};
  filters.ofColours = filters.inputs == 3 && readsTheImage(checked.graph, path);
  const std::span<const float> weights = model.parameters->values(model.parameters->find(info->name));
  for (int64_t o = 0; o < filters.outputs; ++o)
    for (int64_t i = 0; i < filters.inputs; ++i)
      for (int64_t at = 0; at < filters.height * filters.width; ++at)
        filters.values.push_back(
            weights[static_cast<size_t>(transposed ? (at * filters.outputs + o) * filters.inputs + i
                                                   : (at * filters.inputs + i) * filters.outputs + o)]);
  filters.scale = MapScale::of(filters.values);
  return filters;
}

}  // namespace bypath
