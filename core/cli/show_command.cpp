#include <optional>

#include "core/cli/cli.h"
#include "core/layers/catalog.h"
#include "core/training/settings.h"
#include "core/training/training_memory.h"

namespace bypath {

namespace {

std::string shapesText(const std::vector<Shape>& shapes) {
  std::string text;
  for (const Shape& shape : shapes)
    text += (text.empty() ? "" : ", ") + (shape.rank() ? shape.text() : std::string("?"));
  return text;
}

const char* severityText(Severity severity) {
  return severity == Severity::error ? "error" : severity == Severity::warning ? "warning" : "note";
}

// Nothing where the network is not whole, or cannot be trained.
std::optional<TrainingMemory> predictedMemory(const ResolvedNetwork& resolved,
                                              const CheckedNetwork& checked) {
  if (!checked.ok() || checked.graph.losses.empty()) return {};
  const Result<MadeEngine> made = makeEngine({});
  if (!made) return {};
  const Result<TrainingMemory> memory =
      predictMemory(resolved.project.network, layerCatalog(), *made->engine, resolved.settings);
  return memory ? std::optional(*memory) : std::nullopt;
}

void show(Cli& cli, const NetworkArguments& arguments) {
  Result<ResolvedNetwork> resolved = resolveNetwork(arguments);
  if (!resolved) return cli.fail(resolved.error());
  const int64_t batch = AttributeReader(trainingSchema(), resolved->settings).integer("batch");
  const CheckedNetwork checked = check(resolved->project.network, layerCatalog(), {.batch = batch});
  const std::optional<TrainingMemory> memory = predictedMemory(*resolved, checked);

  if (cli.json) {
    nlohmann::json layers = nlohmann::json::array();
    for (const std::string& path : checked.order) {
      const NodeFacts& facts = checked.nodes.at(path);
      nlohmann::json inputs = nlohmann::json::array(), outputs = nlohmann::json::array();
      for (const Shape& s : facts.inputs) inputs.push_back(s.text());
      for (const Shape& s : facts.outputs) outputs.push_back(s.text());
      layers.push_back({{"path", path},
                        {"type", facts.type},
                        {"inputs", inputs},
                        {"outputs", outputs},
                        {"parameters", facts.parameters},
                        {"parameters_total", facts.parametersTotal},
                        {"macs", facts.multiplyAdds},
                        {"container", facts.container}});
    }
    nlohmann::json diagnostics = nlohmann::json::array();
    for (const Diagnostic& d : checked.diagnostics)
      diagnostics.push_back(
          {{"severity", severityText(d.severity)}, {"path", d.path}, {"message", d.message}});
    cli.print({{"network", resolved->project.network.name},
               {"layers", layers},
               {"parameters", checked.parameters},
               {"parameters_total", checked.parametersTotal},
               {"macs", checked.multiplyAdds},
               {"batch", batch},
               {"memory_bytes", memory ? memory->total() : 0},
               {"diagnostics", diagnostics}});
  } else {
    std::vector<std::vector<std::string>> rows = {{"layer", "type", "output", "parameters", "multiply-adds"}};
    for (const std::string& path : checked.order) {
      const NodeFacts& facts = checked.nodes.at(path);
      if (facts.container) continue;
      rows.push_back({path, facts.type, shapesText(facts.outputs), withThousands(facts.parameters),
                      shortCount(facts.multiplyAdds)});
    }
    cli.say(table(rows));
    cli.say("parameters        " + withThousands(checked.parameters) + " trained, " +
            withThousands(checked.parametersTotal) + " with running statistics");
    cli.say("multiply-adds     " + shortCount(checked.multiplyAdds) + " forward, one picture");
    if (memory)
      cli.say("training memory   " + bytesText(memory->total()) + " at batch " + std::to_string(batch) +
              ", besides the images: " + memory->text());
    for (const Diagnostic& d : checked.diagnostics)
      cli.say(std::string(severityText(d.severity)) + (d.path.empty() ? "" : " at " + d.path) + ": " +
              d.message);
  }
  if (!checked.ok()) cli.exitCode = static_cast<int>(ErrorKind::data);
}

}  // namespace

void addShowCommand(CLI::App& app, Cli& cli) {
  CLI::App* command =
      app.add_subcommand("show", "Layers, shapes, parameters, cost and diagnostics of a network");
  auto arguments = std::make_shared<NetworkArguments>();
  arguments->add(*command);
  command->callback([&cli, arguments] { show(cli, *arguments); });
}

}  // namespace bypath
