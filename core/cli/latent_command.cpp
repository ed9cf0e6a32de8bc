// Where a trained variational autoencoder puts its images.
#include "core/cli/trained_run.h"
#include "core/inspection/latent_points.h"
#include "core/layers/catalog.h"

namespace bypath {

namespace {

struct LatentArguments {
  RunArguments run;
  DataArguments data{"", ""};
  int64_t limit = 0;
  int64_t axes = 3;
};

void printJson(const Cli& cli, const LatentPoints& points) {
  nlohmann::json rows = nlohmann::json::array();
  for (int64_t n = 0; n < points.images; ++n) {
    nlohmann::json at = nlohmann::json::array();
    for (int64_t axis = 0; axis < points.axes; ++axis) at.push_back(points.at(n, axis));
    rows.push_back({{"image", n},
                    {"class", points.classes[static_cast<size_t>(points.labels[static_cast<size_t>(n)])]},
                    {"at", at}});
  }
  cli.print({{"images", points.images},
             {"latent", points.latentSize},
             {"share", points.share},
             {"deviation", points.deviation},
             {"points", rows}});
}

// The axes, and where the middle of each class lies on them.
void printTables(const Cli& cli, const LatentPoints& points) {
  std::vector<std::vector<std::string>> axes = {{"axis", "deviation", "share of the variance"}};
  for (size_t axis = 0; axis < points.share.size(); ++axis)
    axes.push_back({std::to_string(axis + 1), fixedText(points.deviation[axis], 4),
                    fixedText(points.share[axis] * 100, 1) + " %"});
  cli.say("Latent means of " + std::to_string(points.images) + " test images, " +
          std::to_string(points.latentSize) + " numbers each:\n" + table(axes));
  std::vector<std::vector<std::string>> middles = {{"middle of class", "images"}};
  for (int64_t axis = 0; axis < points.axes; ++axis) middles[0].push_back("axis " + std::to_string(axis + 1));
  for (size_t k = 0; k < points.classes.size(); ++k) {
    const auto images = std::ranges::count(points.labels, static_cast<int>(k));
    middles.push_back({points.classes[k], std::to_string(images)});
    for (int64_t axis = 0; axis < points.axes; ++axis) {
      double sum = 0;
      for (int64_t n = 0; n < points.images; ++n)
        if (points.labels[static_cast<size_t>(n)] == static_cast<int>(k))
          sum += static_cast<double>(points.at(n, axis));
      middles.back().push_back(images > 0 ? fixedText(sum / static_cast<double>(images), 4) : "-");
    }
  }
  cli.say(table(middles));
}

void showLatent(Cli& cli, LatentArguments& arguments) {
  const Result<TrainedRun> run = openTrainedRun(cli, arguments.run, arguments.data);
  if (!run) return cli.fail(run.error());
  ProgressBar bar(cli);
  const Result<LatentPoints> points = latentPoints(
      run->model, *run->engine, layerCatalog(),
      {.data = run->data, .limit = arguments.limit, .axes = arguments.axes, .progress = [&](double share) {
         bar.show(share, "encoding images");
         return true;
       }});
  bar.clear();
  if (!points) return cli.fail(points.error());
  if (cli.json)
    printJson(cli, *points);
  else
    printTables(cli, *points);
}

}  // namespace

void addLatentCommand(CLI::App& app, Cli& cli) {
  CLI::App* command = app.add_subcommand(
      "latent", "Where a trained VAE puts its images: their codes along the axes they differ most in");
  auto arguments = std::make_shared<LatentArguments>();
  arguments->run.add(*command);
  arguments->data.add(*command);
  command->add_option("--limit", arguments->limit, "Only the first so many test images")
      ->check(CLI::Range(1, 1000000000));
  command->add_option("--axes", arguments->axes, "So many principal axes")->check(CLI::Range(1, 1000));
  command->callback([&cli, arguments] { showLatent(cli, *arguments); });
}

}  // namespace bypath
