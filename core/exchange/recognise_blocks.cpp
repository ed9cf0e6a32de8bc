#include "core/exchange/recognise_blocks.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

#include "core/exchange/assemble_network.h"
#include "core/exchange/block_guess.h"
#include "core/exchange/block_pattern.h"
#include "core/network/edit_blocks.h"
#include "core/network/paths.h"
#include "core/network/type_ids.h"

namespace bypath {
namespace {

using namespace std::string_literals;

// One block, with every way to say it that was found.
struct Block {
  std::vector<Node> nodes;
  BlockMatch match;
  std::vector<std::string> paths;  // of the layers, below the block
  std::string prefix;              // the path of the copy, where names are paths of ours
};

// A block and its copies.
struct Row {
  std::vector<Node> nodes;
  std::vector<Block> copies;
};

class Recogniser {
 public:
  Recogniser(const FlatNetwork& flat, const LayerCatalog& catalog)
      : flat_(flat), catalog_(catalog), readers_(flat.layers.size()), claimed_(flat.layers.size(), false) {
    for (size_t i = 0; i < flat.layers.size(); ++i)
      for (const int input : flat.layers[i].inputs) readers_[at(input)].push_back(static_cast<int>(i));
    wrapped_ = wrappedDepth();
  }

  Recognised run() {
    findBlocks();
    std::ranges::sort(blocks_, {}, [](const Block& block) { return block.match.end; });
    std::vector<Row> rows = groupRows();
    choose(rows);
    return unitsOf(rows);
  }

 private:
  static size_t at(int layer) { return static_cast<size_t>(layer); }

  void findBlocks() {
    for (size_t i = 0; i < flat_.layers.size(); ++i) {
      const FlatLayer& layer = flat_.layers[i];
      if (layer.type != typeId::add || layer.inputs.size() != 2) continue;
      const int add = static_cast<int>(i);
      if (!take(guessBlocks(flat_, readers_, add))) take(guessFreeBlocks(flat_, readers_, add));
    }
    if (flat_.ownNames) findPlainBlocks();
  }

  // Blocks without a shortcut only show in their names: "stage1[2]/branch/conv1" and no "stage1[2]/add".
  void findPlainBlocks() {
    std::map<std::string, int> ends;
    std::set<std::string> summed;
    for (size_t i = 0; i < flat_.layers.size(); ++i) {
      const std::string& name = flat_.layers[i].name;
      const size_t branch = name.rfind("/branch/");
      if (branch != std::string::npos) ends[name.substr(0, branch)] = static_cast<int>(i);
      const std::string around(withoutLastSegment(name));
      if (const auto found = ends.find(around); found != ends.end()) found->second = static_cast<int>(i);
      if (name.ends_with("/add")) summed.insert(around);
    }
    for (const auto& [prefix, end] : ends)
      if (!summed.contains(prefix)) take(guessPlainBlocks(flat_, end));
  }

  // Keeps the first guess that is there, and those that say the same.
  bool take(const std::vector<BlockGuess>& guesses) {
    std::optional<Block> best;
    for (const BlockGuess& guess : guesses) {
      const std::optional<BlockPattern> pattern = blockPattern(guess.block, catalog_, guess.input, 0);
      if (!pattern) continue;
      const std::optional<BlockMatch> match = matchBlock(*pattern, flat_, guess.end, catalog_);
      if (!match || std::ranges::any_of(match->layers, [&](int layer) { return claimed_[at(layer)]; }))
        continue;
      Block block{{guess.block}, *match, pathsOf(*pattern), ""};
      block.prefix = prefixOf(block);
      if (flat_.ownNames && block.prefix.empty()) continue;
      if (!best)
        best = std::move(block);
      else if (best->match.layers == block.match.layers && best->paths == block.paths)
        best->nodes.push_back(guess.block);
    }
    if (!best) return false;
    for (const int layer : best->match.layers) claimed_[at(layer)] = true;
    blocks_.push_back(std::move(*best));
    return true;
  }

  static std::vector<std::string> pathsOf(const BlockPattern& pattern) {
    std::vector<std::string> paths;
    for (const PatternLayer& layer : pattern.layers) paths.push_back(layer.path);
    return paths;
  }

  // What stands before the paths below the block in the names of all its layers; "" where they disagree.
  std::string prefixOf(const Block& block) const {
    std::string prefix;
    for (size_t i = 0; i < block.paths.size(); ++i) {
      const std::string &name = flat_.layers[at(block.match.layers[i])].name, below = "/" + block.paths[i];
      if (!name.ends_with(below) || pathSegments(name).empty()) return "";
      const std::string own = name.substr(0, name.size() - below.size());
      if (own.empty() || (!prefix.empty() && own != prefix)) return "";
      prefix = own;
    }
    return prefix;
  }

  // Whether `next` stands behind `last`, and nobody else reads what `last` gives.
  bool follows(const Block& last, const Block& next) const {
    if (next.match.fork != last.match.end) return false;
    const std::vector<int>& list = readers_[at(last.match.end)];
    if (flat_.layers[at(last.match.end)].readers != static_cast<int64_t>(list.size())) return false;
    return std::ranges::all_of(list, [&](int reader) {
      return std::ranges::find(next.match.layers, reader) != next.match.layers.end();
    });
  }

  bool namesAgree(const Row& row, const Block& next) const {
    if (!flat_.ownNames) return true;
    const std::string& first = row.copies[0].prefix;
    if (!first.ends_with("[1]")) return false;
    return next.prefix == first.substr(0, first.size() - 2) + std::to_string(row.copies.size() + 1) + "]";
  }

  static double survivalOf(const Node& node) {
    const auto found = node.attributes.find("survival");
    return found == node.attributes.end() ? 1 : std::get<double>(found->second);
  }
  // Whether the copies' survival falls evenly from the first to the last, as one node has it.
  static bool fallsEvenly(const std::vector<Block>& copies) {
    const double first = survivalOf(copies.front().nodes[0]), last = survivalOf(copies.back().nodes[0]);
    const auto count = static_cast<int>(copies.size());
    for (int k = 0; k < count; ++k)
      if (std::abs(survivalOf(copies[at(k)].nodes[0]) - survivalOfCopy(first, last, k, count)) > 1e-5)
        return false;
    return true;
  }

  // As the next copy of one of the nodes: those of which it is one, and the block as it is there.
  std::vector<Node> asCopyOf(const std::vector<Node>& nodes, Block& next) const {
    std::vector<Node> kept;
    for (const Node& node : nodes) {
      Node copy = node;
      if (const double survival = survivalOf(next.nodes[0]); survival < 1)
        copy.attributes["survival"] = survival;
      const std::optional<BlockPattern> pattern =
          blockPattern(copy, catalog_, flat_.layers[at(next.match.fork)].shape, 1);
      if (!pattern) continue;
      const std::optional<BlockMatch> match = matchBlock(*pattern, flat_, next.match.end, catalog_);
      if (!match || match->fork != next.match.fork || match->layers.size() != next.match.layers.size())
        continue;
      next.match = *match;
      next.paths = pathsOf(*pattern);
      kept.push_back(node);
    }
    return kept;
  }

  std::vector<Row> groupRows() {
    std::map<int, size_t> byFork;
    for (size_t i = 0; i < blocks_.size(); ++i) byFork.emplace(blocks_[i].match.fork, i);
    std::vector<bool> used(blocks_.size(), false);
    std::vector<Row> rows;
    for (size_t i = 0; i < blocks_.size(); ++i) {
      if (used[i]) continue;
      Row row{blocks_[i].nodes, {blocks_[i]}};
      while (true) {
        const auto found = byFork.find(row.copies.back().match.end);
        if (found == byFork.end() || used[found->second]) break;
        Block next = blocks_[found->second];
        if (!follows(row.copies.back(), next) || !namesAgree(row, next)) break;
        std::vector<Node> kept = asCopyOf(row.nodes, next);
        if (kept.empty()) break;
        row.nodes = std::move(kept);
        row.copies.push_back(std::move(next));
        used[found->second] = true;
      }
      // Copies that survive unevenly stand alone.
      const bool even = fallsEvenly(row.copies);
      for (size_t k = 1; !even && k < row.copies.size(); ++k)
        used[byFork.at(row.copies[k].match.fork)] = false;
      if (!even) row = {blocks_[i].nodes, {blocks_[i]}};
      rows.push_back(std::move(row));
    }
    return rows;
  }

  static std::string text(const Node& node, const char* key) {
    const auto found = node.attributes.find(key);
    const std::string* value =
        found == node.attributes.end() ? nullptr : std::get_if<std::string>(&found->second);
    return value ? *value : "";
  }

  static bool scales(const Node& node) {
    const auto found = node.attributes.find("stride");
    return found != node.attributes.end() && found->second != AttributeValue(int64_t{1});
  }

  // Of several ways to say a row the one that other rows of the network need, so that they are alike.
  void choose(std::vector<Row>& rows) const {
    std::set<std::string> shortcuts, strides;
    for (const Row& row : rows) {
      const bool same =
          std::ranges::any_of(row.nodes, [](const Node& n) { return text(n, "shortcut") == "identity"; });
      if (!same) shortcuts.insert(text(row.nodes[0], "shortcut"));
      if (scales(row.nodes[0])) strides.insert(text(row.nodes[0], "stride_on"));
    }
    for (Row& row : rows) {
      const auto liked = std::ranges::find_if(row.nodes, [&](const Node& node) {
        return shortcuts.size() == 1 && shortcuts.contains(text(node, "shortcut"));
      });
      if (liked != row.nodes.end()) std::iter_swap(row.nodes.begin(), liked);
      Node& node = row.nodes[0];
      if (!scales(node) && text(node, "branch") == "bottleneck" && strides.size() == 1 &&
          !strides.begin()->empty())
        node.attributes["stride_on"] = *strides.begin();
    }
  }

  // How many leading segments "/model" of PyTorch's names are the same in all of them.
  size_t wrappedDepth() const {
    for (size_t depth = 0; depth < 4; ++depth) {
      std::string common;
      for (const FlatLayer& layer : flat_.layers) {
        const std::string segment = segmentOf(layer.name, depth);
        if (layer.type == typeId::input || (!segment.empty() && segment == common)) continue;
        if (segment.empty() || !common.empty()) return depth;
        common = segment;
      }
    }
    return 0;
  }
  // "layer1" of "/layer1/layer1.0/conv1/Conv" at depth 0; "" for the last two, the module's own and the
  // operator's.
  static std::string segmentOf(std::string_view name, size_t depth) {
    if (!name.starts_with('/')) return "";
    name.remove_prefix(1);
    for (size_t i = 0; i < depth; ++i) name = afterFirstSegment(name);
    if (afterFirstSegment(afterFirstSegment(name)).empty()) return "";
    return std::string(firstSegment(name));
  }
  // Where all layers of the row say so.
  std::string hintFor(const Row& row) const {
    std::string hint;
    for (const Block& block : row.copies)
      for (const int layer : block.match.layers) {
        const std::string segment = segmentOf(flat_.layers[at(layer)].name, wrapped_);
        if (segment.empty() || (!hint.empty() && segment != hint)) return "";
        hint = segment;
      }
    return hint;
  }

  Unit unitOf(const Row& row) const {
    const auto count = static_cast<int64_t>(row.copies.size());
    Unit unit{.node = row.nodes[0], .inputs = {row.copies[0].match.fork}, .hint = hintFor(row)};
    if (count > 1) unit.node.attributes["repeat"] = count;
    const double last = survivalOf(row.copies.back().nodes[0]);
    if (count > 1 && last < 1) {
      unit.node.attributes["survival"] = survivalOf(row.copies.front().nodes[0]);
      if (std::abs(survivalOf(row.nodes[0]) - last) > 1e-9) unit.node.attributes["survival_last"] = last;
    }
    unit.path = row.copies[0].prefix;
    if (count > 1 && !unit.path.empty()) unit.path = unit.path.substr(0, unit.path.size() - 3);
    for (size_t k = 0; k < row.copies.size(); ++k) {
      const std::string copy = count > 1 ? "[" + std::to_string(k + 1) + "]" : "";
      for (size_t i = 0; i < row.copies[k].paths.size(); ++i)
        unit.weights.push_back({copy + "/" + row.copies[k].paths[i], row.copies[k].match.layers[i]});
    }
    return unit;
  }

  Recognised unitsOf(const std::vector<Row>& rows) const {
    std::map<int, Unit> byEnd;  // inputs are layers yet
    const std::vector<Unit> plain = bypath::unitsOf(flat_);
    for (size_t i = 0; i < plain.size(); ++i)
      if (!claimed_[i]) byEnd[static_cast<int>(i)] = plain[i];
    size_t blocks = 0;
    for (const Row& row : rows) {
      byEnd[row.copies.back().match.end] = unitOf(row);
      blocks += row.copies.size();
    }
    Recognised result;
    std::map<int, int> numbers;
    for (auto& [end, unit] : byEnd) {
      for (int& input : unit.inputs) input = numbers.at(input);
      numbers[end] = static_cast<int>(result.units.size());
      result.units.push_back(std::move(unit));
    }
    for (const int output : flat_.outputs) result.outputs.push_back(numbers.at(output));
    if (blocks > 0)
      result.notes.push_back(std::to_string(blocks) +
                             (blocks == 1 ? " residual block was" : " residual blocks were") +
                             " recognised and folded into " + std::to_string(rows.size()) +
                             (rows.size() == 1 ? " node." : " nodes."));
    return result;
  }

  const FlatNetwork& flat_;
  const LayerCatalog& catalog_;
  std::vector<std::vector<int>> readers_;
  std::vector<bool> claimed_;
  size_t wrapped_ = 0;
  std::vector<Block> blocks_;
};

}  // namespace

Recognised recogniseBlocks(const FlatNetwork& flat, const LayerCatalog& catalog) {
  return Recogniser(flat, catalog).run();
}

}  // namespace bypath
