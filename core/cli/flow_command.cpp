// The gradient's way through a trained network on one batch: norms by layer and the split at every Add.
#include <algorithm>
#include <optional>

#include "core/cli/cli.h"
#include "core/inspection/path_lengths.h"
#include "core/inspection/unravelled.h"
#include "core/layers/catalog.h"
#include "core/training/flow.h"
#include "core/training/settings.h"

namespace bypath {

namespace {

struct FlowArguments {
  RunArguments run;
  DataArguments data{"", ""};
  std::string input, target, gradients;
  bool paths = false;
  int64_t samples = 0;
  bool unravelled = false;
};

Result<FlowRequest> requestOf(const Cli& cli, FlowArguments& arguments, const Model& model) {
  FlowRequest request{.saveGradients = arguments.gradients};
  if (!arguments.input.empty()) {
    Result<NpyArray> input = readNpy(arguments.input);
    if (!input) return input.error();
    request.input = std::move(*input);
    if (!arguments.target.empty()) {
      Result<NpyArray> target = readNpy(arguments.target);
      if (!target) return target.error();
      request.target = std::move(*target);
    }
    return request;
  }
  arguments.data.completeFrom(model);
  Result<std::shared_ptr<const DataSet>> data = arguments.data.open(cli);
  if (!data) return data.error();
  request.data = *data;
  return request;
}

// Adds what is known of the paths; of what was not sampled, null.
void addPaths(nlohmann::json& object, const PathLengths& paths, bool sampled) {
  nlohmann::json lengths = nlohmann::json::array();
  for (const PathLength& one : paths.lengths) {
    nlohmann::json row = {
        {"length", one.length}, {"paths", one.paths}, {"norm", one.norm}, {"share", one.share}};
    row["path_norm"] = sampled ? nlohmann::json(one.pathNorm) : nlohmann::json();
    row["sampled_norm"] = sampled ? nlohmann::json(one.sampledNorm) : nlohmann::json();
    lengths.push_back(std::move(row));
  }
  object["paths"] = std::move(lengths);
  object["path_blocks"] = paths.blocks;
  object["sum_relative_error"] = paths.sumRelativeError;
}

// What else was asked for.
struct FoundPaths {
  std::optional<PathLengths> lengths;
  std::optional<Unravelled> unravelled;
};

std::vector<std::string> blocksOf(const Unravelled& found, const GradientPath& path) {
  std::vector<std::string> blocks;
  for (size_t i = 0; i < found.blocks.size(); ++i)
    if (path.goesThrough(i)) blocks.push_back(found.blocks[i]);
  return blocks;
}

// The most of the gradient first.
std::vector<GradientPath> byShare(const Unravelled& found) {
  std::vector<GradientPath> paths = found.paths;
  std::ranges::stable_sort(paths, std::greater(), &GradientPath::share);
  return paths;
}

nlohmann::json unravelledJson(const Unravelled& found) {
  nlohmann::json paths = nlohmann::json::array();
  for (const GradientPath& path : byShare(found))
    paths.push_back({{"blocks", blocksOf(found, path)},
                     {"length", path.length},
                     {"norm", path.norm},
                     {"share", path.share}});
  return {{"blocks", found.blocks},
          {"norm", found.norm},
          {"sum_relative_error", found.sumRelativeError},
          {"paths", std::move(paths)}};
}

void printJson(const Cli& cli, const GradientFlow& flow, const FoundPaths& found,
               const FlowArguments& arguments) {
  nlohmann::json object = flow.values;
  nlohmann::json blocks = nlohmann::json::array(), layers = nlohmann::json::array();
  for (const ShortcutFlow& block : flow.probes.shortcuts)
    blocks.push_back({{"path", block.path},
                      {"shortcut_norm", block.shortcutNorm},
                      {"branch_norm", block.branchNorm},
                      {"cosine", block.cosine},
                      {"branch_deviation", block.branchDeviation},
                      {"input_deviation", block.inputDeviation}});
  for (const LayerGradient& layer : flow.probes.layers)
    layers.push_back({{"path", layer.path}, {"norm", layer.norm}, {"weight_norm", layer.weightNorm}});
  object["batch"] = flow.batch;
  object["blocks"] = std::move(blocks);
  object["layers"] = std::move(layers);
  if (!arguments.gradients.empty()) object["gradients"] = arguments.gradients;
  if (found.lengths) addPaths(object, *found.lengths, arguments.samples > 0);
  if (found.unravelled) object["unravelled"] = unravelledJson(*found.unravelled);
  cli.print(object);
}

void printTables(const Cli& cli, const GradientFlow& flow) {
  for (const auto& [name, value] : flow.values) cli.say(name + "  " + std::to_string(value));
  std::vector<std::vector<std::string>> blocks = {
      {"block", "through shortcut", "through branch", "cosine", "std F(x)", "std x"}};
  for (const ShortcutFlow& block : flow.probes.shortcuts)
    blocks.push_back({block.path, scientificText(block.shortcutNorm), scientificText(block.branchNorm),
                      fixedText(block.cosine, 3), fixedText(block.branchDeviation, 3),
                      fixedText(block.inputDeviation, 3)});
  if (blocks.size() > 1)
    cli.say("\nNorm of the gradient that comes back to each fork, by the way it took:\n" + table(blocks));
  else
    cli.say("\nThis network has no shortcuts.");
  std::vector<std::vector<std::string>> layers = {{"layer", "gradient norm", "weight norm"}};
  for (const LayerGradient& layer : flow.probes.layers)
    layers.push_back({layer.path, scientificText(layer.norm), scientificText(layer.weightNorm)});
  cli.say("Norm of each layer's parameter gradient:\n" + table(layers));
}

void printPaths(const Cli& cli, const PathLengths& paths, bool sampled) {
  if (paths.lengths.empty())
    return cli.say("No residual blocks stand one after another here, so the gradient has one way only.");
  std::vector<std::vector<std::string>> rows = {{"branches", "paths", "norm", "share"}};
  if (sampled) rows[0].insert(rows[0].end(), {"of one path", "times paths"});
  for (const PathLength& one : paths.lengths) {
    rows.push_back({std::to_string(one.length),
                    one.paths < 1e9 ? fixedText(one.paths, 0) : scientificText(one.paths),
                    scientificText(one.norm), fixedText(100 * one.share, 2) + " %"});
    if (sampled)
      rows.back().insert(rows.back().end(), {scientificText(one.pathNorm), scientificText(one.sampledNorm)});
  }
  cli.say("Gradient in front of " + paths.blocks.front() + " by the number of branches on its way through " +
          std::to_string(paths.blocks.size()) + " blocks:\n" + table(rows));
  if (paths.aside > 0)
    cli.say("Blocks inside others or beside these, which count as part of where they stand: " +
            std::to_string(paths.aside) + ".");
  cli.say("Together they are the ordinary gradient, norm " + scientificText(paths.norm) +
          ", to a relative error of " + scientificText(paths.sumRelativeError) + ".");
}

void printUnravelled(const Cli& cli, const Unravelled& found) {
  if (found.paths.empty())
    return cli.say("No residual blocks stand one after another here, so the gradient has one way only.");
  std::vector<std::vector<std::string>> rows = {{"branches", "norm", "share", "through"}};
  for (const GradientPath& path : byShare(found)) {
    std::string through;
    for (const std::string& block : blocksOf(found, path)) through += (through.empty() ? "" : ", ") + block;
    rows.push_back({std::to_string(path.length), scientificText(path.norm),
                    fixedText(100 * path.share, 2) + " %", through.empty() ? "shortcuts alone" : through});
  }
  cli.say("Every path of the gradient in front of " + found.blocks.front() +
          ", the largest share first; below zero, it pulls against the whole:\n" + table(rows));
  cli.say("Together they are the ordinary gradient, norm " + scientificText(found.norm) +
          ", to a relative error of " + scientificText(found.sumRelativeError) + ".");
}

Result<PathLengths> countPaths(const Cli& cli, const FlowArguments& arguments, const Model& model,
                               Engine& engine, const FlowRequest& request) {
  ProgressBar bar(cli);
  PathOptions options{
      .samples = arguments.samples,
      .seed = static_cast<uint64_t>(AttributeReader(trainingSchema(), model.settings).integer("seed"))};
  options.progress = [&](double share) {
    bar.show(share, "following paths");
    return true;
  };
  return gradientByPathLength(model, engine, layerCatalog(), request, options);
}

Result<Unravelled> unravelPaths(const Cli& cli, const Model& model, Engine& engine,
                                const FlowRequest& request) {
  ProgressBar bar(cli);
  UnravelOptions options;
  options.progress = [&](double share) {
    bar.show(share, "following every path");
    return true;
  };
  return unravel(model, engine, layerCatalog(), request, options);
}

void showFlow(Cli& cli, FlowArguments& arguments) {
  Result<Model> model = arguments.run.load();
  if (!model) return cli.fail(model.error());
  Result<FlowRequest> request = requestOf(cli, arguments, *model);
  if (!request) return cli.fail(request.error());
  Result<std::unique_ptr<Engine>> engine = arguments.run.openEngine(cli);
  if (!engine) return cli.fail(engine.error());
  Result<GradientFlow> flow = gradientFlow(*model, **engine, layerCatalog(), *request);
  if (!flow) return cli.fail(flow.error());
  FoundPaths found;
  if (arguments.paths) {
    Result<PathLengths> counted = countPaths(cli, arguments, *model, **engine, *request);
    if (!counted) return cli.fail(counted.error());
    found.lengths = std::move(*counted);
  }
  if (arguments.unravelled) {
    Result<Unravelled> unravelled = unravelPaths(cli, *model, **engine, *request);
    if (!unravelled) return cli.fail(unravelled.error());
    found.unravelled = std::move(*unravelled);
  }
  if (cli.json) {
    printJson(cli, *flow, found, arguments);
  } else {
    printTables(cli, *flow);
    if (found.lengths) printPaths(cli, *found.lengths, arguments.samples > 0);
    if (found.unravelled) printUnravelled(cli, *found.unravelled);
  }
  if (!arguments.gradients.empty())
    cli.note("Wrote every parameter's gradient to " + arguments.gradients + ".");
}

}  // namespace

void addFlowCommand(CLI::App& app, Cli& cli) {
  CLI::App* command = app.add_subcommand(
      "flow", "Gradient norms by layer, and the split between shortcut and branch at every Add");
  auto arguments = std::make_shared<FlowArguments>();
  arguments->run.add(*command);
  arguments->data.add(*command);
  CLI::Option* input = command->add_option("--input", arguments->input,
                                           ".npy, float32, N x C x H x W, as fed after normalisation");
  command->add_option("--target", arguments->target, ".npy with the N class numbers of --input")
      ->needs(input);
  command->add_option("--save-gradients", arguments->gradients,
                      "Write the parameter gradients to this safetensors file");
  CLI::Option* paths = command->add_flag("--paths", arguments->paths,
                                         "Also how much comes by paths through 0, 1, 2, ... branches");
  command
      ->add_option("--samples", arguments->samples,
                   "Of each length, also so many single paths drawn at random (Veit 2016)")
      ->needs(paths)
      ->check(CLI::Range(1, 10000));
  command->add_flag(
      "--unravelled", arguments->unravelled,
      "Also every single path by itself, of a network of up to six residual blocks (Veit 2016, figure 1)");
  command->callback([&cli, arguments] { showFlow(cli, *arguments); });
}

}  // namespace bypath
