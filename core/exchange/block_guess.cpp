#include "core/exchange/block_guess.h"

#include <algorithm>
#include <set>

#include "core/exchange/assemble_network.h"
#include "core/exchange/block_pattern.h"
#include "core/network/paths.h"
#include "core/network/type_ids.h"

namespace bypath {
namespace {

using namespace std::string_literals;
using Readers = std::vector<std::vector<int>>;

const FlatLayer& at(const FlatNetwork& flat, int layer) {
  return flat.layers[static_cast<size_t>(layer)];
}
bool isConvolution(const FlatLayer& layer) {
  return layer.type == typeId::conv2d || layer.type == typeId::conv2dTransposed;
}
template <class T>
T valueOf(const FlatLayer& layer, const char* key, T fallback) {
  const auto found = layer.attributes.find(key);
  const T* value = found == layer.attributes.end() ? nullptr : std::get_if<T>(&found->second);
  return value ? *value : fallback;
}

// Where a block that sums at `add` may end, with the orders that end there.
struct End {
  int layer;
  std::vector<std::string> orders;
};
std::vector<End> endsOf(const FlatNetwork& flat, const Readers& readers, int add) {
  const auto next = [&](int layer) {
    const std::vector<int>& list = readers[static_cast<size_t>(layer)];
    return at(flat, layer).readers == 1 && list.size() == 1 ? list[0] : -1;
  };
  const auto isA = [&](int layer, const char* type) { return layer >= 0 && at(flat, layer).type == type; };
  std::vector<End> ends;
  int behind = next(add);
  const bool normalised = isA(behind, typeId::batchNorm);
  if (normalised || isA(behind, typeId::scalarBias)) behind = next(behind);
  if (isA(behind, typeId::relu))
    ends.push_back(
        {behind, normalised ? std::vector{"bn-after-add"s} : std::vector{"original"s, "bn-after-add"s}});
  ends.push_back({add, {"full-preactivation", "relu-only-preactivation", "relu-before-add"}});
  return ends;
}

// A branch as far as it goes straight up from its end.
struct Branch {
  std::vector<int> convolutions;  // in order
  int norm = -1;
  bool scalarBias = false, scalarScale = false;
  std::vector<double> factors;  // behind the last convolution, the last first
  double survival = 1;
};
// Of our own files: what stochastic depth leaves behind.
bool isSurvival(const FlatNetwork& flat, int layer) {
  return flat.ownNames && at(flat, layer).type == typeId::scale &&
         lastSegment(at(flat, layer).name) == "survival";
}
bool multiplies(const FlatLayer& layer) {
  return layer.type == typeId::scale || layer.type == typeId::scalarScale;
}
Branch branchUpFrom(const FlatNetwork& flat, int top) {
  static const std::set<std::string> straight = {
      typeId::conv2d, typeId::conv2dTransposed, typeId::batchNorm, typeId::relu,
      typeId::scale,  typeId::scalarScale,      typeId::scalarBias};
  Branch branch;
  for (int layer = top; branch.convolutions.size() < 4;) {
    const FlatLayer& now = at(flat, layer);
    if (now.readers != 1 || !straight.contains(now.type)) break;
    if (isConvolution(now)) branch.convolutions.insert(branch.convolutions.begin(), layer);
    if (now.type == typeId::batchNorm && branch.norm < 0) branch.norm = layer;
    branch.scalarBias = branch.scalarBias || now.type == typeId::scalarBias;
    branch.scalarScale = branch.scalarScale || now.type == typeId::scalarScale;
    if (isSurvival(flat, layer))
      branch.survival = factorOf(now);
    else if (multiplies(now) && branch.convolutions.empty())
      branch.factors.push_back(factorOf(now));
    layer = now.inputs[0];
  }
  return branch;
}

// Attributes that a branch of generated form would have; none where it has none of them.
std::vector<Attributes> branchAttributes(const FlatNetwork& flat, const Branch& branch) {
  std::vector<Attributes> all;
  for (const size_t count : {size_t{2}, size_t{3}}) {
    if (branch.convolutions.size() < count) continue;
    const std::vector<int> own(branch.convolutions.end() - static_cast<std::ptrdiff_t>(count),
                               branch.convolutions.end());
    bool fits = true;
    int64_t stride = 1;
    Attributes a{{"branch", count == 2 ? "basic"s : "bottleneck"s}};
    for (size_t i = 0; i < count; ++i) {
      const FlatLayer& convolution = at(flat, own[i]);
      fits = fits && valueOf<int64_t>(convolution, "kernel", 3) == (count == 2 || i == 1 ? 3 : 1);
      const int64_t own_stride =
          valueOf<int64_t>(convolution, "stride", convolution.type == typeId::conv2d ? 1 : 2);
      if (own_stride == 1) continue;
      stride = own_stride;
      if (count == 3 && i == 1) a["stride_on"] = "middle"s;
      if (convolution.type == typeId::conv2dTransposed) a["direction"] = "up"s;
    }
    if (!fits) continue;
    const int64_t channels = at(flat, own.back()).shape.last();
    a["channels"] = channels;
    a["stride"] = stride;
    if (count == 3 && at(flat, own[0]).shape.last() != std::max<int64_t>(1, channels / 4))
      a["mid_channels"] = at(flat, own[0]).shape.last();
    a["bias"] = valueOf(at(flat, own[0]), "bias", true);
    if (branch.norm >= 0)
      for (const char* key : {"epsilon", "momentum"}) a[key] = at(flat, branch.norm).attributes.at(key);
    if (branch.norm < 0 && branch.scalarBias) a["init_scheme"] = "fixup"s;
    if (branch.norm >= 0 && branch.scalarScale) a["init_scheme"] = "skipinit"s;
    if (branch.survival < 1) a["survival"] = branch.survival;
    all.push_back(std::move(a));
  }
  return all;
}

// Kinds of shortcut that may end in `end`, beside those that are the identity.
std::vector<std::string> kindsOf(const FlatNetwork& flat, int end) {
  std::vector<std::string> kinds = {"projection", "zero-pad", "identity"};
  const std::string& type = at(flat, end).type;
  if (isConvolution(at(flat, end)) || type == typeId::batchNorm) {
    kinds.insert(kinds.begin() + 1, "projection-always");
    kinds.emplace_back("convolution");
  }
  if (multiplies(at(flat, end))) kinds.emplace_back("scaled");
  if (type == typeId::multiply) kinds.insert(kinds.end(), {"exclusive-gating", "shortcut-gating"});
  return kinds;
}

// Whether the order can have a branch that ends in a layer of that type.
bool mayEnd(const std::string& order, const std::string& type) {
  const bool convolutionLast = order == "bn-after-add" || order == "full-preactivation";
  if (type == typeId::batchNorm) return !convolutionLast && order != "relu-before-add";
  if (type == typeId::relu) return order == "relu-before-add";
  if (type == typeId::conv2d || type == typeId::conv2dTransposed) return convolutionLast;
  return true;
}

// Of exclusive gating: what the gate multiplies.
int withoutGate(const FlatNetwork& flat, int end) {
  const FlatLayer& layer = at(flat, end);
  if (layer.type != typeId::multiply || layer.readers != 1) return end;
  return layer.inputs[at(flat, layer.inputs[0]).type == typeId::sigmoid ? 1 : 0];
}

Shape inputOf(const FlatNetwork& flat, const Branch& branch, const Attributes& attributes) {
  const size_t count = attributes.at("branch") == AttributeValue("basic"s) ? 2 : 3;
  const int first = branch.convolutions[branch.convolutions.size() - count];
  return at(flat, at(flat, first).inputs[0]).shape;
}

}  // namespace

std::vector<BlockGuess> guessBlocks(const FlatNetwork& flat, const Readers& readers, int add) {
  std::vector<BlockGuess> guesses;
  const std::vector<int>& sides = at(flat, add).inputs;
  for (const End& end : endsOf(flat, readers, add))
    for (const size_t side : {size_t{0}, size_t{1}}) {
      const int shortcutEnd = sides[1 - side], top = withoutGate(flat, sides[side]);
      const Branch branch = branchUpFrom(flat, top);
      for (Attributes& attributes : branchAttributes(flat, branch))
        for (const std::string& order : end.orders) {
          if (!mayEnd(order, at(flat, top).type)) continue;
          for (const std::string& kind : kindsOf(flat, shortcutEnd))
            for (const bool shared : {false, true}) {
              if (shared && !order.ends_with("preactivation")) continue;
              BlockGuess guess{{.type = typeId::residualBlock, .attributes = attributes},
                               end.layer,
                               inputOf(flat, branch, attributes)};
              Attributes& a = guess.block.attributes;
              a["order"] = order;
              a["shortcut"] = kind;
              if (shared) a["shared_preactivation"] = true;
              if (kind == "scaled") {
                // A number at the branch's end is the block's factor, or of how it starts; or there are both.
                const std::vector<double>& factors = branch.factors;
                a["shortcut_factor"] = factorOf(at(flat, shortcutEnd));
                const bool fixup = branch.norm < 0;
                a["branch_factor"] = factors.size() < 2 ? 1.0 : fixup ? factors.front() : factors.back();
                guesses.push_back(guess);
                a.erase("init_scheme");
                a["branch_factor"] = factors.empty() ? 1.0 : factors.front();
              }
              guesses.push_back(std::move(guess));
            }
        }
    }
  return guesses;
}

std::vector<BlockGuess> guessPlainBlocks(const FlatNetwork& flat, int end) {
  std::vector<BlockGuess> guesses;
  for (const char* order :
       {"original", "bn-after-add", "relu-before-add", "full-preactivation", "relu-only-preactivation"}) {
    const FlatLayer& last = at(flat, end);
    // The last layer has readers of its own.
    Branch branch = branchUpFrom(flat, isConvolution(last) || last.inputs.empty() ? end : last.inputs[0]);
    if (isConvolution(last) && last.readers != 1) {
      branch = branchUpFrom(flat, last.inputs[0]);
      branch.convolutions.push_back(end);
    }
    if (last.type == typeId::batchNorm && branch.norm < 0) branch.norm = end;
    for (Attributes& attributes : branchAttributes(flat, branch))
      for (const bool shared : {false, true}) {
        if (shared && !std::string(order).ends_with("preactivation")) continue;
        BlockGuess guess{{.type = typeId::residualBlock, .attributes = attributes},
                         end,
                         inputOf(flat, branch, attributes)};
        guess.block.attributes["order"] = std::string(order);
        guess.block.attributes["shortcut"] = "none"s;
        if (shared) guess.block.attributes["shared_preactivation"] = true;
        guesses.push_back(std::move(guess));
      }
  }
  return guesses;
}

namespace {

constexpr size_t mostInBranch = 64;

// The layers between a fork and the end of a branch; none where they are not closed.
std::vector<int> between(const FlatNetwork& flat, const Readers& readers, int fork, int end, int add) {
  std::set<int> inside;
  std::vector<int> open = {end};
  while (!open.empty()) {
    const int layer = open.back();
    open.pop_back();
    if (layer == fork || inside.contains(layer)) continue;
    if (layer < fork || inside.size() >= mostInBranch) return {};
    inside.insert(layer);
    open.insert(open.end(), at(flat, layer).inputs.begin(), at(flat, layer).inputs.end());
  }
  for (const int layer : inside) {
    const std::vector<int>& list = readers[static_cast<size_t>(layer)];
    if (at(flat, layer).readers != static_cast<int64_t>(list.size())) return {};
    for (const int reader : list)
      if (!inside.contains(reader) && reader != add) return {};
  }
  return {inside.begin(), inside.end()};
}

// The branch as a drawing. Paths of ours below "branch/" give the names.
Graph drawn(const FlatNetwork& flat, const std::vector<int>& layers, int end) {
  std::map<int, std::string> names;
  std::map<std::string, int> numbers;
  std::set<std::string> taken = {"x", "y"};
  for (const int layer : layers) {
    const std::string base = usualName(at(flat, layer).type);
    std::string name = std::string(lastSegment(at(flat, layer).name));
    if (!flat.ownNames || name != nodeNameOf(name) || name.empty())
      name = base + std::to_string(++numbers[base]);
    while (!taken.insert(name).second) name += "_";
    names[layer] = name;
  }
  Graph graph;
  graph.nodes.push_back({.name = "x", .type = typeId::partInput});
  for (const int layer : layers) {
    graph.nodes.push_back(
        {.name = names[layer], .type = at(flat, layer).type, .attributes = at(flat, layer).attributes});
    for (size_t port = 0; port < at(flat, layer).inputs.size(); ++port) {
      const auto from = names.find(at(flat, layer).inputs[port]);
      graph.wires.push_back(
          {from == names.end() ? "x" : from->second, 0, names[layer], static_cast<int>(port)});
    }
  }
  graph.nodes.push_back({.name = "y", .type = typeId::partOutput});
  graph.wires.push_back({names[end], 0, "y", 0});
  return graph;
}

// What a shortcut says of the block: its stride, bias, statistics; and where it may begin.
struct Shortcut {
  Attributes attributes;
  std::vector<int> forks;
};
Shortcut shortcutUpFrom(const FlatNetwork& flat, int end) {
  Shortcut shortcut{.attributes = {}, .forks = {end}};
  for (int layer = end; at(flat, layer).readers == 1;) {
    const FlatLayer& now = at(flat, layer);
    if (isConvolution(now) || now.type == typeId::zeroPadShortcut) {
      const int64_t usual = now.type == typeId::conv2d ? 1 : 2;
      shortcut.attributes["stride"] = valueOf<int64_t>(now, "stride", usual);
      if (isConvolution(now)) shortcut.attributes["bias"] = valueOf(now, "bias", true);
      if (now.type == typeId::conv2dTransposed) shortcut.attributes["direction"] = "up"s;
    } else if (now.type == typeId::batchNorm) {
      for (const char* key : {"epsilon", "momentum"}) shortcut.attributes[key] = now.attributes.at(key);
    } else if (!multiplies(now)) {
      break;
    }
    layer = now.inputs[0];
    shortcut.forks.push_back(layer);
  }
  return shortcut;
}

}  // namespace

std::vector<BlockGuess> guessFreeBlocks(const FlatNetwork& flat, const Readers& readers, int add) {
  std::vector<BlockGuess> guesses;
  const std::vector<int>& sides = at(flat, add).inputs;
  for (const End& end : endsOf(flat, readers, add))
    for (const size_t side : {size_t{0}, size_t{1}}) {
      int branchEnd = sides[side], closing = add;
      const int shortcutEnd = sides[1 - side];
      double survival = 1;
      if (isSurvival(flat, branchEnd)) {
        survival = factorOf(at(flat, branchEnd));
        closing = branchEnd;
        branchEnd = at(flat, branchEnd).inputs[0];
      }
      const Shortcut shortcut = shortcutUpFrom(flat, shortcutEnd);
      for (const int fork : shortcut.forks) {
        const std::vector<int> inside = between(flat, readers, fork, branchEnd, closing);
        if (inside.empty()) continue;
        const Graph body = drawn(flat, inside, branchEnd);
        const std::string order = end.layer == add ? "relu-before-add"s : end.orders[0];
        for (const std::string& kind : kindsOf(flat, shortcutEnd)) {
          BlockGuess guess{{.type = typeId::residualBlock, .attributes = shortcut.attributes, .body = {body}},
                           end.layer,
                           at(flat, fork).shape};
          Attributes& a = guess.block.attributes;
          a["branch"] = "free"s;
          a["order"] = order;
          a["shortcut"] = kind;
          a["channels"] = at(flat, add).shape.last();
          if (survival < 1) a["survival"] = survival;
          if (kind == "scaled") {
            a["shortcut_factor"] = factorOf(at(flat, shortcutEnd));
            a["branch_factor"] = 1.0;
          }
          guesses.push_back(std::move(guess));
        }
      }
    }
  return guesses;
}

}  // namespace bypath
