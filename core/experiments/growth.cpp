#include "core/experiments/growth.h"

#include <algorithm>
#include <set>

#include "core/layers/catalog.h"
#include "core/network/type_ids.h"
#include "core/training/settings.h"

namespace bypath {

namespace {

namespace fs = std::filesystem;

constexpr char jointName[] = "joint";

bool isBlock(const Node& node) {
  return node.type == typeId::residualBlock || node.type == typeId::part;
}

int64_t copiesOf(const Node& node) {
  const auto repeat = node.attributes.find("repeat");
  if (repeat == node.attributes.end()) return 1;
  const auto* copies = std::get_if<int64_t>(&repeat->second);
  return copies ? *copies : 1;
}

// All that reads the node, directly or not.
std::set<std::string> readersOf(const Graph& graph, const std::string& name) {
  std::set<std::string> readers;
  std::vector<std::string> open = {name};
  while (!open.empty()) {
    const std::string from = open.back();
    open.pop_back();
    for (const Wire& wire : graph.wires)
      if (wire.from == from && readers.insert(wire.to).second) open.push_back(wire.to);
  }
  return readers;
}

// The blocks from the first to the last, each reading those before.
Result<std::vector<std::string>> blocksInOrder(const Graph& graph) {
  std::vector<std::pair<size_t, std::string>> byReaders;
  for (const Node& node : graph.nodes)
    if (isBlock(node)) byReaders.emplace_back(readersOf(graph, node.name).size(), node.name);
  if (byReaders.empty())
    return Error{ErrorKind::usage,
                 "There is no residual block or part at the top of this network to append one by one."};
  std::ranges::sort(byReaders, std::greater<>());
  std::vector<std::string> blocks;
  for (const auto& [readers, name] : byReaders) {
    if (!blocks.empty() && !readersOf(graph, blocks.back()).contains(name))
      return Error{ErrorKind::usage, name + " does not follow " + blocks.back() +
                                         "; blocks are appended one by one only where they stand in a row."};
    blocks.push_back(name);
  }
  return blocks;
}

// The network that ends with `copies` of a block, under the head of the whole.
NetworkSpec cutAfter(const NetworkSpec& whole, const std::string& block, int64_t copies,
                     const std::string& lastBlock) {
  NetworkSpec cut = whole;
  Graph& graph = cut.graph;
  if (copies > 1)
    graph.find(block)->attributes["repeat"] = copies;
  else
    graph.find(block)->attributes.erase("repeat");
  if (block == lastBlock) return cut;
  const std::set<std::string> head = readersOf(whole.graph, lastBlock);
  std::set<std::string> gone = readersOf(whole.graph, block);
  for (const std::string& name : head) gone.erase(name);
  for (Wire& wire : graph.wires)
    if (head.contains(wire.to) && gone.contains(wire.from)) wire = {block, 0, wire.to, wire.toPort};
  std::erase_if(graph.wires, [&](const Wire& w) { return gone.contains(w.from) || gone.contains(w.to); });
  std::erase_if(graph.nodes, [&](const Node& node) { return gone.contains(node.name); });
  return cut;
}

// All below the newest copy: layers outside the head, and the copies before.
std::vector<std::string> below(const NetworkSpec& stage, const std::string& block, int64_t copies) {
  std::set<std::string> above = readersOf(stage.graph, block);
  above.insert(block);
  std::vector<std::string> paths;
  for (const Node& node : stage.graph.nodes)
    if (!above.contains(node.name)) paths.push_back(node.name);
  for (int64_t copy = 1; copy < copies; ++copy) paths.push_back(block + "[" + std::to_string(copy) + "]");
  return paths;
}

std::string joined(const std::vector<std::string>& paths, std::string text) {
  for (const std::string& path : paths) text += (text.empty() ? "" : ",") + path;
  return text;
}

std::string stageName(size_t index, const GrowthStage& stage) {
  std::string name = stage.added;  // "stage2[3]" is "stage2.3"
  std::ranges::replace(name, '[', '.');
  std::erase(name, ']');
  const std::string number = std::to_string(index + 1);
  return folderName(std::string(number.size() < 2 ? "0" : "") + number + "-" + name);
}

}  // namespace

Result<std::vector<GrowthStage>> growthStages(const NetworkSpec& network) {
  const Result<std::vector<std::string>> blocks = blocksInOrder(network.graph);
  if (!blocks) return blocks.error();
  std::vector<GrowthStage> stages;
  for (const std::string& block : *blocks) {
    const int64_t copies = copiesOf(*network.graph.find(block));
    for (int64_t copy = 1; copy <= copies; ++copy) {
      GrowthStage stage{cutAfter(network, block, copy, blocks->back()),
                        copies > 1 ? block + "[" + std::to_string(copy) + "]" : block,
                        {}};
      if (!stages.empty()) stage.frozen = below(stage.network, block, copy);
      const CheckedNetwork checked = check(stage.network, layerCatalog());
      if (!checked.ok())
        return Error{ErrorKind::usage,
                     "The network cannot end after " + stage.added +
                         " with what follows its last block: " + summarise(checked.diagnostics)};
      stages.push_back(std::move(stage));
    }
  }
  return stages;
}

Result<Sweep> planGrowth(const ResolvedNetwork& resolved, const GrowthOptions& options,
                         const fs::path& folder) {
  const Result<std::vector<GrowthStage>> stages = growthStages(resolved.project.network);
  if (!stages) return stages.error();
  std::error_code problem;
  fs::create_directories(folder, problem);
  if (problem)
    return Error{ErrorKind::io, "Cannot make the folder " + folder.string() + ": " + problem.message() + "."};
  const std::string freeze = AttributeReader(trainingSchema(), resolved.settings).text("freeze");
  Sweep sweep{.columns = {"name"}, .experiments = {}};
  const auto add = [&](const std::string& name, const NetworkSpec& network,
                       SettingTexts set) -> Result<void> {
    Project project = resolved.project;
    project.network.graph = network.graph;
    project.training = resolved.settings;
    const fs::path file = fs::absolute(folder) / (options.networks + name + ".bypath");
    for (const auto& [key, value] : resolved.settings) set.try_emplace(key, toText(value));
    const std::string weights = sweep.experiments.empty() ? "" : sweep.experiments.back().name;
    sweep.experiments.push_back(
        {.name = name, .network = file.string(), .set = std::move(set), .weights = weights});
    return writeProject(file, project);
  };
  for (size_t i = 0; i < stages->size(); ++i) {
    const GrowthStage& stage = (*stages)[i];
    const SettingTexts set = {{"epochs", std::to_string(options.stageEpochs)},
                              {"steps", std::to_string(options.stageSteps)},
                              {"freeze", joined(stage.frozen, freeze)}};
    if (Result<void> added = add(stageName(i, stage), stage.network, set); !added) return added.error();
  }
  if (Result<void> added = add(jointName, resolved.project.network, {}); !added) return added.error();
  return sweep;
}

}  // namespace bypath
