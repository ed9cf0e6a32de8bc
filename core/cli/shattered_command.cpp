// How alike a network's gradients at neighbouring inputs are, by how far apart those are.
#include "core/cli/twin_arguments.h"
#include "core/inspection/shattered.h"
#include "core/layers/catalog.h"

namespace bypath {

namespace {

struct ShatteredArguments {
  TwinArguments runs;
  ShatteredRequest request;
};

nlohmann::json asJson(const std::string& name, const Shattered& one) {
  return {{"run", name},
          {"lines", one.lines},
          {"units", one.units},
          {"correlation", one.correlation},
          {"neighbours", one.neighbours}};
}

// Of every lag, or of 0, 1, 2, 4, 8 ...: what falls falls at the beginning.
void printTable(const Cli& cli, const std::vector<std::string>& names, const std::vector<Shattered>& all,
                int64_t points) {
  std::vector<std::vector<std::string>> rows = {{"lag"}};
  for (const std::string& name : names) rows[0].push_back(names.size() > 1 ? name : "correlation");
  for (size_t lag = 0; lag < all[0].correlation.size(); lag = lag == 0 ? 1 : 2 * lag) {
    rows.push_back({std::to_string(lag)});
    for (const Shattered& one : all) rows.back().push_back(fixedText(one.correlation[lag], 3));
  }
  cli.say("Autocorrelation of the gradient with respect to the image, on " + std::to_string(all[0].lines) +
          " lines of " + std::to_string(points) + " points:\n" + table(rows));
  for (size_t i = 0; i < all.size(); ++i)
    cli.say("Mean cosine between a point's gradient and the next one's" +
            (names.size() > 1 ? ", " + names[i] : "") + ": " + fixedText(all[i].neighbours, 3) + ".");
}

void showShattered(Cli& cli, ShatteredArguments& arguments) {
  const Result<std::vector<Shattered>> all = arguments.runs.measure<Shattered>(
      cli, "walking from image to image", [&](const TwinArguments::Part& part) {
        ShatteredRequest request = arguments.request;
        request.data = part.data;
        request.progress = part.progress;
        return shatteredGradients(part.model, part.engine, layerCatalog(), request);
      });
  if (!all) return cli.fail(all.error());
  const std::vector<std::string> names = arguments.runs.names();
  if (!cli.json) return printTable(cli, names, *all, arguments.request.points);
  nlohmann::json object = asJson(names[0], (*all)[0]);
  object["points"] = arguments.request.points;
  object["twin"] = names.size() > 1 ? asJson(names[1], (*all)[1]) : nlohmann::json();
  cli.print(object);
}

}  // namespace

void addShatteredCommand(CLI::App& app, Cli& cli) {
  CLI::App* command =
      app.add_subcommand("shattered", "How alike the gradients at neighbouring inputs are (Balduzzi 2017)");
  auto arguments = std::make_shared<ShatteredArguments>();
  ShatteredRequest& request = arguments->request;
  arguments->runs.add(*command);
  command->add_option("--points", request.points, "Points on a line between two test images, one batch")
      ->check(CLI::Range(8, 100000));
  command->add_option("--lines", request.lines, "Lines, between images drawn at random")
      ->check(CLI::Range(1, 10000));
  command->add_option("--units", request.units, "Units of the output, drawn for each line")
      ->check(CLI::Range(1, 10000));
  command->add_option("--seed", request.seed, "Of what is drawn");
  command->add_flag("--batch-statistics", request.batchStatistics,
                    "Normalise with the statistics of the line's own points, as for an untrained network");
  command->callback([&cli, arguments] { showShattered(cli, *arguments); });
}

}  // namespace bypath
