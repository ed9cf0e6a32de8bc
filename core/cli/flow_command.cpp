// The gradient's way through a trained network on one batch: norms by layer and the split at every Add.
#include <cmath>
#include <cstdio>

#include "core/cli/cli.h"
#include "core/layers/catalog.h"
#include "core/training/flow.h"
#include "core/training/settings.h"

namespace bypath {

namespace {

struct FlowArguments {
  RunArguments run;
  DataArguments data{"", ""};
  std::string input, target, gradients;
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
  const AttributeReader settings(trainingSchema(), model.settings);
  if (arguments.data.name.empty()) arguments.data.name = settings.text("data");
  if (arguments.data.folder.empty()) arguments.data.folder = settings.text("data_dir");
  Result<std::shared_ptr<const DataSet>> data = arguments.data.open(cli);
  if (!data) return data.error();
  request.data = *data;
  return request;
}

std::string scientific(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3e", value);
  return text;
}

void printJson(const Cli& cli, const GradientFlow& flow, const std::string& gradients) {
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
  if (!gradients.empty()) object["gradients"] = gradients;
  cli.print(object);
}

void printTables(const Cli& cli, const GradientFlow& flow) {
  for (const auto& [name, value] : flow.values) cli.say(name + "  " + std::to_string(value));
  std::vector<std::vector<std::string>> blocks = {
      {"block", "through shortcut", "through branch", "cosine", "std F(x)", "std x"}};
  for (const ShortcutFlow& block : flow.probes.shortcuts)
    blocks.push_back({block.path, scientific(block.shortcutNorm), scientific(block.branchNorm),
                      fixedText(block.cosine, 3), fixedText(block.branchDeviation, 3),
                      fixedText(block.inputDeviation, 3)});
  if (blocks.size() > 1)
    cli.say("\nNorm of the gradient that comes back to each fork, by the way it took:\n" + table(blocks));
  else
    cli.say("\nThis network has no shortcuts.");
  std::vector<std::vector<std::string>> layers = {{"layer", "gradient norm", "weight norm"}};
  for (const LayerGradient& layer : flow.probes.layers)
    layers.push_back({layer.path, scientific(layer.norm), scientific(layer.weightNorm)});
  cli.say("Norm of each layer's parameter gradient:\n" + table(layers));
}

void showFlow(Cli& cli, FlowArguments& arguments) {
  Result<Model> model = arguments.run.load();
  if (!model) return cli.fail(model.error());
  Result<FlowRequest> request = requestOf(cli, arguments, *model);
  if (!request) return cli.fail(request.error());
  Result<std::unique_ptr<Engine>> engine = arguments.run.makeEngine();
  if (!engine) return cli.fail(engine.error());
  Result<GradientFlow> flow = gradientFlow(*model, **engine, layerCatalog(), *request);
  if (!flow) return cli.fail(flow.error());
  if (cli.json)
    printJson(cli, *flow, arguments.gradients);
  else
    printTables(cli, *flow);
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
  command->callback([&cli, arguments] { showFlow(cli, *arguments); });
}

}  // namespace bypath
