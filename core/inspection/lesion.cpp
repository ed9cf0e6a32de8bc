#include "core/inspection/lesion.h"

#include <algorithm>

#include "core/inspection/draws.h"
#include "core/inspection/validation_bench.h"
#include "core/network/paths.h"

namespace bypath {
namespace {

using Pair = std::pair<std::string, std::string>;

class Bench {
 public:
  Bench(const Model& model, Engine& engine, const LayerCatalog& layers, const LesionRequest& request)
      : model_(model),
        engine_(engine),
        request_(request),
        bench_(model, layers, request.data, request.limit) {}

  Result<Lesions> run() {
    if (Result<void> ready = bench_.ready(); !ready) return ready.error();
    if (Result<void> chosen = choose(); !chosen) return chosen.error();
    if (Result<void> planned = request_.swap ? planSwaps() : planRemovals(); !planned) return planned.error();
    passes_ = 1 + static_cast<double>(std::ranges::count(lesions_.rows, std::string(), &LesionRow::reason));
    lesions_.images = bench_.images();
    lesions_.swapped = request_.swap;
    lesions_.random = request_.random > 0;
    Result<NamedNumbers> whole = evaluateGraph(bench_.checked().graph, *model_.parameters);
    if (!whole) return whole.error();
    lesions_.whole = std::move(*whole);
    for (LesionRow& row : lesions_.rows) {
      if (!row.reason.empty()) continue;
      Result<NamedNumbers> values = request_.swap ? swapped(row.blocks) : removed(row.blocks);
      if (!values) return values.error();
      row.values = std::move(*values);
    }
    return std::move(lesions_);
  }

 private:
  Result<void> choose() {
    blocks_ = findBlocks(bench_.checked());
    if (blocks_.empty())
      return Error{ErrorKind::usage, "This network has no residual blocks, so there is nothing to remove."};
    if (request_.only.empty()) return {};
    std::string names;
    for (const TrunkBlock& block : blocks_) names.append(names.empty() ? "" : ", ").append(block.path);
    std::vector<TrunkBlock> chosen;
    for (const std::string& wanted : request_.only)
      if (std::ranges::none_of(blocks_, [&](const TrunkBlock& b) { return isNamed(b, wanted); }))
        return Error{ErrorKind::usage, std::string("There is no residual block \"")
                                               .append(wanted)
                                               .append("\"; there are ")
                                               .append(names) +
                                           "."};
    std::erase_if(blocks_, [&](const TrunkBlock& block) {
      return std::ranges::none_of(request_.only, [&](const std::string& w) { return isNamed(block, w); });
    });
    return {};
  }

  static bool isNamed(const TrunkBlock& block, const std::string& wanted) {
    return isAtOrIn(block.path, wanted);
  }

  // What has no way around it stays, and is not in the row.
  Result<void> planTogether() {
    LesionRow row;
    for (const TrunkBlock& block : blocks_)
      if (block.shortcutEnd != noValue) row.blocks.push_back(block.path);
    if (row.blocks.empty())
      return Error{ErrorKind::usage,
                   "None of these blocks has a shortcut: without them nothing gets through."};
    lesions_.rows.push_back(std::move(row));
    return {};
  }

  Result<void> planRemovals() {
    if (request_.together) return planTogether();
    std::vector<std::string> removable;
    for (const TrunkBlock& block : blocks_) {
      const bool possible = block.shortcutEnd != noValue;
      if (possible) removable.push_back(block.path);
      if (request_.random == 0)
        lesions_.rows.push_back(
            {.blocks = {block.path},
             .values = {},
             .reason = possible ? "" : "It has no shortcut: without it nothing gets through."});
    }
    if (request_.random == 0) return {};
    lesions_.removable = static_cast<int64_t>(removable.size());
    const int64_t fewest = request_.from > 0 ? request_.from : request_.random;
    if (fewest > lesions_.removable)
      return Error{ErrorKind::usage, "There are " + std::to_string(removable.size()) +
                                         " blocks to remove; ask for at most so many at once, not " +
                                         std::to_string(fewest) + "."};
    forEachDraw(lesions_.removable, [&](int64_t count, int64_t draw) {
      std::vector<size_t> drawn =
          drawSome(removable.size(), static_cast<size_t>(count), keyOf("lesion", draw));
      std::ranges::sort(drawn);
      LesionRow row;
      for (const size_t i : drawn) row.blocks.push_back(removable[i]);
      lesions_.rows.push_back(std::move(row));
    });
    return {};
  }

  Result<void> planSwaps() {
    const ParameterStore& store = *model_.parameters;
    std::vector<std::string> shapes;
    for (const TrunkBlock& block : blocks_) shapes.push_back(shapesOf(store, block.path));
    std::vector<Pair> all, neighbours;
    for (size_t i = 0; i < blocks_.size(); ++i) {
      bool isFirst = true;
      for (size_t j = i + 1; j < blocks_.size(); ++j) {
        if (shapes[i].empty() || shapes[i] != shapes[j]) continue;
        all.emplace_back(blocks_[i].path, blocks_[j].path);
        if (isFirst) neighbours.push_back(all.back());
        isFirst = false;
      }
    }
    if (all.empty())
      return Error{ErrorKind::usage, "No two of these blocks have parameters of the same shapes to swap."};
    if (request_.random == 0) {
      for (const auto& [a, b] : neighbours)
        lesions_.rows.push_back({.blocks = {a, b}, .values = {}, .reason = {}});
      return {};
    }
    lesions_.removable = static_cast<int64_t>(all.size());
    forEachDraw(request_.random, [&](int64_t count, int64_t draw) {
      LesionRow row;
      for (int64_t k = 0; k < count; ++k) {
        const uint32_t i =
            uniformInteger(keyOf("swap", draw), static_cast<uint32_t>(k), static_cast<uint32_t>(all.size()));
        row.blocks.push_back(all[i].first);
        row.blocks.push_back(all[i].second);
      }
      lesions_.rows.push_back(std::move(row));
    });
    return {};
  }

  // Of every number asked for, up to the most there can be.
  void forEachDraw(int64_t most, const std::function<void(int64_t count, int64_t draw)>& plan) const {
    const int64_t last = std::min(request_.random, most);
    for (int64_t count = request_.from > 0 ? request_.from : last; count <= last; ++count)
      for (int64_t draw = 0; draw < request_.draws; ++draw) plan(count, draw);
  }

  RandomKey keyOf(const char* purpose, int64_t number) const {
    return {.seed = request_.seed, .stream = streamOf(purpose), .step = static_cast<uint32_t>(number)};
  }

  Result<NamedNumbers> removed(const std::vector<std::string>& paths) {
    std::vector<TrunkBlock> gone;
    for (const TrunkBlock& block : blocks_)
      if (std::ranges::count(paths, block.path) > 0) gone.push_back(block);
    return evaluateGraph(withoutBranches(bench_.checked().graph, gone), *model_.parameters);
  }

  Result<NamedNumbers> swapped(const std::vector<std::string>& pairs) {
    ParameterStore store = copyOf(*model_.parameters);
    for (size_t i = 0; i + 1 < pairs.size(); i += 2) swapBlocks(store, pairs[i], pairs[i + 1]);
    return evaluateGraph(bench_.checked().graph, store);
  }

  Result<NamedNumbers> evaluateGraph(OpGraph graph, ParameterStore& store) {
    Result<NetworkSession> session = bench_.open(std::move(graph), engine_, store);
    if (!session) return session.error();
    const std::optional<NamedNumbers> values = bench_.measure(*session, [&](double share) {
      return request_.progress && !request_.progress((done_ + share) / passes_);
    });
    if (!values) return Error{ErrorKind::interrupted, "Stopped before every block was looked at."};
    done_ += 1;
    return *values;
  }

  const Model& model_;
  Engine& engine_;
  const LesionRequest& request_;
  ValidationBench bench_;
  std::vector<TrunkBlock> blocks_;
  Lesions lesions_;
  double passes_ = 1, done_ = 0;
};

}  // namespace

std::optional<double> Lesions::change(const LesionRow& row, const std::string& name) const {
  if (!row.values || !row.values->contains(name) || !whole.contains(name)) return std::nullopt;
  return row.values->at(name) - whole.at(name);
}

Result<Lesions> lesion(const Model& model, Engine& engine, const LayerCatalog& layers,
                       const LesionRequest& request) {
  if (!request.data) return Error{ErrorKind::usage, "Give a data set to look at the network on."};
  if (request.together && (request.only.empty() || request.swap || request.random > 0))
    return Error{ErrorKind::usage,
                 "Name the blocks to remove together; they are neither swapped nor drawn at random."};
  if (request.from > request.random)
    return Error{ErrorKind::usage, "Begin with at most as many blocks at once as at the end: " +
                                       std::to_string(request.random) + ", not " +
                                       std::to_string(request.from) + "."};
  return Bench(model, engine, layers, request).run();
}

}  // namespace bypath
