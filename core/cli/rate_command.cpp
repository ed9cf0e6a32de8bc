// `rate`: which learning rates a network can take.
#include "core/cli/cli.h"
#include "core/layers/catalog.h"
#include "core/training/rate_finder.h"
#include "core/training/settings.h"

namespace bypath {

namespace {

struct RateArguments {
  NetworkArguments network;
  std::string data, folder;
  RateTest test;
};

void print(const Cli& cli, const RateRange& range) {
  if (cli.json) {
    nlohmann::json points = nlohmann::json::array();
    for (const RatePoint& point : range.points)
      points.push_back({{"rate", point.rate}, {"loss", point.loss}, {"smoothed", point.smoothed}});
    return cli.print({{"points", points},
                      {"lowest", range.lowest},
                      {"steepest", range.steepest},
                      {"suggestion", range.suggestion}});
  }
  constexpr size_t shown = 25;
  std::vector<std::vector<std::string>> rows = {{"rate", "loss", "smoothed"}};
  for (size_t i = 0; i < range.points.size(); ++i)
    if (i % (range.points.size() / shown + 1) == 0 || i + 1 == range.points.size())
      rows.push_back({numberText(range.points[i].rate), fixedText(range.points[i].loss, 4),
                      fixedText(range.points[i].smoothed, 4)});
  cli.say(table(rows));
  cli.say("The loss is lowest at " + numberText(range.lowest) + " and falls fastest at " +
          numberText(range.steepest) + ". A rate to begin with: " + numberText(range.suggestion) + ".");
}

void findRates(Cli& cli, RateArguments& arguments) {
  if (!arguments.data.empty()) arguments.network.sets.push_back("data=" + arguments.data);
  if (!arguments.folder.empty()) arguments.network.sets.push_back("data_dir=" + arguments.folder);
  Result<ResolvedNetwork> resolved = resolveNetwork(arguments.network);
  if (!resolved) return cli.fail(resolved.error());
  const AttributeReader settings(trainingSchema(), resolved->settings);
  Result<std::shared_ptr<const DataSet>> data =
      DataArguments{settings.text("data"), settings.text("data_dir")}.open(cli);
  if (!data) return cli.fail(data.error());
  Result<std::unique_ptr<Engine>> engine = openEngine(cli, EngineChoice::of(settings));
  if (!engine) return cli.fail(engine.error());
  ProgressBar bar(cli);
  Result<RateRange> range = findRate({.project = resolved->project,
                                      .settings = resolved->settings,
                                      .layers = &layerCatalog(),
                                      .engine = engine->get(),
                                      .data = *data},
                                     arguments.test, [&](double share) {
                                       bar.show(share, "raising the rate");
                                       return true;
                                     });
  bar.clear();
  if (!range) return cli.fail(range.error());
  print(cli, *range);
}

}  // namespace

void addRateCommand(CLI::App& app, Cli& cli) {
  CLI::App* command = app.add_subcommand("rate", "Find a learning rate: a few steps at a rising rate");
  auto arguments = std::make_shared<RateArguments>();
  arguments->network.add(*command);
  command->add_option("--data", arguments->data, trainingSchema().find("data")->help);
  command->add_option("--data-dir", arguments->folder, trainingSchema().find("data_dir")->help);
  command->add_option("--from", arguments->test.from, "The first rate");
  command->add_option("--to", arguments->test.to, "The last rate");
  command->add_option("--steps", arguments->test.steps, "Steps between them")->check(CLI::Range(2, 100000));
  command->callback([&cli, arguments] { findRates(cli, *arguments); });
}

}  // namespace bypath
