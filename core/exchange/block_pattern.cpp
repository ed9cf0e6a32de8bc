#include "core/exchange/block_pattern.h"

#include <algorithm>
#include <cmath>

#include "core/network/paths.h"
#include "core/network/type_ids.h"
#include "core/network/wiring.h"

namespace bypath {
namespace {

constexpr int nothing = -2;

class Unfolding {
 public:
  explicit Unfolding(const LayerCatalog& catalog) : catalog_(catalog) {}

  // The values of the graph's part outputs; none where something in it is not a plain layer or part.
  std::vector<int> graph(const Graph& graph, const std::string& path, const std::vector<int>& inputs) {
    const Wiring wiring(graph, catalog_);
    if (!wiring.problems.empty() || !wiring.stuck.empty()) return {};
    std::vector<std::vector<int>> values(graph.nodes.size());
    size_t nextInput = 0;
    for (size_t i = 0; i < graph.nodes.size(); ++i)
      if (graph.nodes[i].type == typeId::partInput)
        values[i] = {nextInput < inputs.size() ? inputs[nextInput++] : nothing};
    for (const int index : wiring.order) {
      const auto at = static_cast<size_t>(index);
      const Node& node = graph.nodes[at];
      if (node.type == typeId::partInput) continue;
      std::vector<int> sources;
      for (const WireSource& source : wiring.sources[at]) {
        const std::vector<int>& from = values[static_cast<size_t>(source.node)];
        const auto port = static_cast<size_t>(source.fromPort);
        sources.push_back(port < from.size() ? from[port] : nothing);
      }
      if (std::ranges::find(sources, nothing) != sources.end()) return {};
      values[at] = this->node(node, wiring.types[at], joinPath(path, node.name), sources);
      if (values[at].empty()) return {};
    }
    std::vector<int> outputs;
    for (size_t i = 0; i < graph.nodes.size(); ++i)
      if (graph.nodes[i].type == typeId::partOutput)
        outputs.push_back(values[i].empty() ? nothing : values[i][0]);
    return outputs;
  }

  BlockPattern take(int output) {
    pattern_.output = output;
    return std::move(pattern_);
  }

 private:
  std::vector<int> node(const Node& node, const LayerType* type, const std::string& path,
                        const std::vector<int>& sources) {
    if (!type || sources.empty()) return {};
    if (node.type == typeId::part)
      return node.body.empty() ? std::vector<int>() : graph(node.body[0], path, sources);
    if (type->isContainer()) return {};
    if (node.type == typeId::partOutput || node.type == typeId::dropout) return {sources[0]};
    // In evaluation a factor.
    if (node.type == typeId::stochasticDepth) {
      const double survival = AttributeReader(type->attributes, node.attributes).real("survival");
      if (survival == 1) return {sources[0]};
      pattern_.layers.push_back({typeId::scale, {{"factor", survival}}, sources, path});
      return {static_cast<int>(pattern_.layers.size()) - 1};
    }
    pattern_.layers.push_back({node.type, node.attributes, sources, path});
    return {static_cast<int>(pattern_.layers.size()) - 1};
  }

  const LayerCatalog& catalog_;
  BlockPattern pattern_;
};

// How layers start and train: nothing of it is in a trained model.
bool countsInEvaluation(const std::string& key) {
  static const char* const keys[] = {"init",  "init_gain",    "bias_value", "scale_value",
                                     "value", "drop_connect", "l2",         "momentum"};
  return std::ranges::none_of(keys, [&](const char* other) { return key == other; });
}

bool sameValue(const AttributeValue& one, const AttributeValue& other) {
  const double *a = std::get_if<double>(&one), *b = std::get_if<double>(&other);
  if (!a || !b) return one == other;
  return std::abs(*a - *b) <= 1e-6 * std::max(std::abs(*a), std::abs(*b));
}

class Matching {
 public:
  Matching(const BlockPattern& pattern, const FlatNetwork& flat, const LayerCatalog& catalog)
      : pattern_(pattern), flat_(flat), catalog_(catalog), found_(pattern.layers.size(), -1) {}

  bool value(int wanted, int layer) {
    if (wanted == blockInput) {
      if (fork_ < 0) fork_ = layer;
      return fork_ == layer;
    }
    int& known = found_[static_cast<size_t>(wanted)];
    if (known >= 0) return known == layer;
    const PatternLayer& pattern = pattern_.layers[static_cast<size_t>(wanted)];
    const FlatLayer& flat = flat_.layers[static_cast<size_t>(layer)];
    if (!sameLayer(pattern, flat)) return false;
    known = layer;
    const std::vector<int> before = found_;
    const int forkBefore = fork_;
    const auto inputs = [&](bool swapped) {
      for (size_t i = 0; i < flat.inputs.size(); ++i)
        if (!value(pattern.inputs[i], flat.inputs[swapped ? flat.inputs.size() - 1 - i : i])) return false;
      return true;
    };
    if (inputs(false)) return true;
    if (flat.inputs.size() != 2 || (flat.type != typeId::add && flat.type != typeId::multiply)) return false;
    found_ = before;
    fork_ = forkBefore;
    return inputs(true);
  }

  // Whether all of the pattern is found, each layer once, and nobody outside reads what is inside.
  bool closed() const {
    std::vector<int64_t> reads(pattern_.layers.size(), 0);
    for (const PatternLayer& layer : pattern_.layers)
      for (const int input : layer.inputs)
        if (input >= 0) ++reads[static_cast<size_t>(input)];
    std::vector<int> sorted = found_;
    std::ranges::sort(sorted);
    if (sorted.empty() || sorted[0] < 0 || std::ranges::adjacent_find(sorted) != sorted.end() || fork_ < 0)
      return false;
    if (std::ranges::binary_search(sorted, fork_)) return false;
    for (size_t i = 0; i < found_.size(); ++i)
      if (static_cast<int>(i) != pattern_.output &&
          flat_.layers[static_cast<size_t>(found_[i])].readers != reads[i])
        return false;
    return true;
  }

  BlockMatch match() const { return {fork_, found_[static_cast<size_t>(pattern_.output)], found_}; }

 private:
  bool sameLayer(const PatternLayer& pattern, const FlatLayer& flat) const {
    if (pattern.inputs.size() != flat.inputs.size()) return false;
    if (pattern.type == flat.type)
      return sameAttributes(*catalog_.find(flat.type), pattern.attributes, flat.attributes);
    // A number among the weights may be a factor that is not trained.
    return pattern.type == typeId::scale && flat.type == typeId::scalarScale &&
           sameAttributes(*catalog_.find(typeId::scale), pattern.attributes, {{"factor", factorOf(flat)}});
  }

  const BlockPattern& pattern_;
  const FlatNetwork& flat_;
  const LayerCatalog& catalog_;
  std::vector<int> found_;
  int fork_ = -1;
};

}  // namespace

double factorOf(const FlatLayer& layer) {
  if (const auto trained = layer.weights.find("scale"); layer.type == typeId::scalarScale)
    return trained == layer.weights.end() ? 1 : static_cast<double>(trained->second[0]);
  const auto found = layer.attributes.find("factor");
  const double* factor = found == layer.attributes.end() ? nullptr : std::get_if<double>(&found->second);
  return factor ? *factor : 1;
}

bool sameAttributes(const LayerType& type, const Attributes& one, const Attributes& other) {
  for (const AttributeDescription& description : type.attributes.list()) {
    if (!countsInEvaluation(description.key)) continue;
    const auto a = one.find(description.key), b = other.find(description.key);
    if (!sameValue(a == one.end() ? description.fallback : a->second,
                   b == other.end() ? description.fallback : b->second))
      return false;
  }
  return true;
}

std::optional<BlockPattern> blockPattern(const Node& block, const LayerCatalog& catalog, const Shape& input,
                                         int copy) {
  const LayerType* type = catalog.find(block.type);
  if (!type || !type->isContainer() || !type->attributes.validate(block.attributes, "block"))
    return std::nullopt;
  const AttributeReader attributes(type->attributes, block.attributes);
  const ExpandRequest request{.node = block,
                              .attributes = attributes,
                              .inputs = {input},
                              .copy = copy,
                              .copies = static_cast<int>(attributes.integer("repeat"))};
  Graph graph;
  try {
    graph = type->expand(request);
  } catch (const LowerFailure&) {
    return std::nullopt;
  }
  Unfolding unfolding(catalog);
  const std::vector<int> outputs = unfolding.graph(graph, "", {blockInput});
  if (outputs.size() != 1 || outputs[0] < 0) return std::nullopt;
  return unfolding.take(outputs[0]);
}

std::optional<BlockMatch> matchBlock(const BlockPattern& pattern, const FlatNetwork& flat, int end,
                                     const LayerCatalog& catalog) {
  Matching matching(pattern, flat, catalog);
  if (!matching.value(pattern.output, end) || !matching.closed()) return std::nullopt;
  return matching.match();
}

}  // namespace bypath
