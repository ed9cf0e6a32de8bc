#include "core/cli/cli.h"
#include "core/layers/catalog.h"
#include "core/plan/plan.h"
#include "core/training/settings.h"

namespace bypath {

namespace {

void explainNetwork(Cli& cli, const NetworkArguments& arguments, const std::string& mode,
                    const std::string& engineName, int64_t batch) {
  Result<ResolvedNetwork> resolved = resolveNetwork(arguments);
  if (!resolved) return cli.fail(resolved.error());
  const AttributeReader settings(trainingSchema(), resolved->settings);
  EngineChoice wanted = EngineChoice::of(settings);
  wanted.name = engineName;
  wanted.strict = true;
  Result<std::unique_ptr<Engine>> engine = openEngine(cli, wanted);
  if (!engine) return cli.fail(engine.error());
  const bool training = mode == "train";
  const CheckedNetwork checked = check(resolved->project.network, layerCatalog(),
                                       {.batch = batch ? batch : settings.integer("batch"),
                                        .mode = training ? Mode::training : Mode::evaluation});
  if (!checked.ok()) return cli.fail({ErrorKind::data, summarise(checked.diagnostics)});
  Result<ExecutionPlan> plan =
      compile(checked.graph, **engine, {.training = training, .fixedWeights = !training});
  if (!plan) return cli.fail(plan.error());
  const std::string text = explain(*plan);
  if (cli.json)
    cli.print({{"text", text}});
  else
    cli.say(text);
}

}  // namespace

void addExplainCommand(CLI::App& app, Cli& cli) {
  CLI::App* command =
      app.add_subcommand("explain", "The plan of a network: passes, memory map, kernels and refusals");
  auto arguments = std::make_shared<NetworkArguments>();
  auto mode = std::make_shared<std::string>("train");
  auto engine = std::make_shared<std::string>("cpu");
  auto batch = std::make_shared<int64_t>(0);
  arguments->add(*command);
  command->add_option("--mode", *mode, "train or infer")->check(CLI::IsMember({"train", "infer"}));
  command->add_option("--engine", *engine, "cpu, cuda or reference");
  command->add_option("--batch", *batch, "Pictures a step; by default the setting's")
      ->check(CLI::Range(1, 65536));
  command->callback([=, &cli] { explainNetwork(cli, *arguments, *mode, *engine, *batch); });
}

}  // namespace bypath
