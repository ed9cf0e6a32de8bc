// What a trained network loses with each of its blocks.
#include "core/cli/trained_run.h"
#include "core/inspection/lesion_points.h"
#include "core/layers/catalog.h"

namespace bypath {

namespace {

struct LesionArguments {
  RunArguments run;
  DataArguments data{"", ""};
  LesionRequest request;
};

// "a + b" of blocks removed together, "a <-> b, c <-> d" of swaps.
std::string nameOf(const LesionRow& row, bool swap) {
  std::string name;
  for (size_t i = 0; i < row.blocks.size(); ++i)
    name += (i == 0 ? "" : !swap ? " + " : i % 2 == 1 ? " <-> " : ", ") + row.blocks[i];
  return name;
}

nlohmann::json orNull(const std::optional<double>& value) {
  return value ? nlohmann::json(*value) : nlohmann::json();
}

std::optional<double> valueOf(const NamedNumbers& values, const std::string& name) {
  const auto found = values.find(name);
  return found == values.end() ? std::nullopt : std::optional(found->second);
}

std::optional<double> valueOf(const LesionRow& row, const std::string& name) {
  return row.values ? valueOf(*row.values, name) : std::nullopt;
}

nlohmann::json pointsJson(const Lesions& lesions) {
  nlohmann::json points = nlohmann::json::array();
  for (const LesionPoint& point : byCount(lesions)) {
    nlohmann::json one = {{"count", point.count}, {"draws", point.draws}};
    for (const auto& [name, spread] : point.values)
      if (name == "loss" || name == "accuracy")
        one["val_" + name] = {{"mean", spread.mean},
                              {"deviation", spread.deviation},
                              {"least", spread.least},
                              {"most", spread.most}};
    points.push_back(std::move(one));
  }
  return points;
}

void printJson(const Cli& cli, const Lesions& lesions, bool swap) {
  nlohmann::json blocks = nlohmann::json::array();
  for (const LesionRow& row : lesions.rows)
    blocks.push_back({{"path", nameOf(row, swap)},
                      {"blocks", row.blocks},
                      {"val_loss", orNull(valueOf(row, "loss"))},
                      {"val_accuracy", orNull(valueOf(row, "accuracy"))},
                      {"loss_change", orNull(lesions.change(row, "loss"))},
                      {"accuracy_change", orNull(lesions.change(row, "accuracy"))},
                      {"reason", row.reason.empty() ? nlohmann::json() : nlohmann::json(row.reason)}});
  nlohmann::json object = {{"val_loss", orNull(valueOf(lesions.whole, "loss"))},
                           {"val_accuracy", orNull(valueOf(lesions.whole, "accuracy"))},
                           {"images", lesions.images},
                           {"blocks", blocks}};
  if (lesions.random) object["points"] = pointsJson(lesions);
  cli.print(object);
}

std::string signedText(double value, int digits) {
  return (value < 0 ? "" : "+") + fixedText(value, digits);
}

void printTable(const Cli& cli, const Lesions& lesions, bool swap) {
  const std::optional<double> accuracy = valueOf(lesions.whole, "accuracy");
  std::vector<std::vector<std::string>> rows = {
      {swap ? "swapped" : "removed", "loss", "change", "accuracy", "change"}};
  if (!accuracy) rows[0].resize(3);
  rows.push_back({"nothing", fixedText(lesions.whole.at("loss"), 4), ""});
  if (accuracy) rows[1].insert(rows[1].end(), {fixedText(*accuracy, 4), ""});
  for (const LesionRow& row : lesions.rows) {
    if (!row.values) continue;
    rows.push_back({nameOf(row, swap), fixedText(row.values->at("loss"), 4),
                    signedText(*lesions.change(row, "loss"), 4)});
    if (accuracy)
      rows.back().insert(rows.back().end(), {fixedText(row.values->at("accuracy"), 4),
                                             signedText(*lesions.change(row, "accuracy"), 4)});
  }
  cli.say("On " + std::to_string(lesions.images) + " test images:\n" + table(rows));
  for (const LesionRow& row : lesions.rows)
    if (!row.reason.empty()) cli.say(nameOf(row, swap) + " cannot be removed. " + row.reason);
}

// A line for each number of blocks: mean and standard deviation over the draws.
void printPoints(const Cli& cli, const Lesions& lesions) {
  const std::optional<double> accuracy = valueOf(lesions.whole, "accuracy");
  std::vector<std::vector<std::string>> rows = {
      {lesions.swapped ? "pairs swapped" : "blocks removed", "draws", "loss", "+-", "accuracy", "+-"}};
  if (!accuracy) rows[0].resize(4);
  rows.push_back({"0", "", fixedText(lesions.whole.at("loss"), 4), ""});
  if (accuracy) rows[1].insert(rows[1].end(), {fixedText(*accuracy, 4), ""});
  for (const LesionPoint& point : byCount(lesions)) {
    rows.push_back({std::to_string(point.count), std::to_string(point.draws)});
    for (const char* name : {"loss", "accuracy"})
      if (const auto spread = point.values.find(name); spread != point.values.end())
        rows.back().insert(rows.back().end(),
                           {fixedText(spread->second.mean, 4), fixedText(spread->second.deviation, 4)});
  }
  cli.say("On " + std::to_string(lesions.images) + " test images, drawn at random from " +
          std::to_string(lesions.removable) + (lesions.swapped ? " pairs:\n" : " blocks:\n") + table(rows));
}

void showLesions(Cli& cli, LesionArguments& arguments) {
  const Result<TrainedRun> run = openTrainedRun(cli, arguments.run, arguments.data);
  if (!run) return cli.fail(run.error());
  ProgressBar bar(cli);
  LesionRequest request = arguments.request;
  request.data = run->data;
  request.progress = [&](double share) {
    bar.show(share, request.swap ? "swapping blocks" : "removing blocks");
    return true;
  };
  const Result<Lesions> lesions = lesion(run->model, *run->engine, layerCatalog(), request);
  bar.clear();
  if (!lesions) return cli.fail(lesions.error());
  if (cli.json)
    printJson(cli, *lesions, request.swap);
  else if (request.from > 0)
    printPoints(cli, *lesions);
  else
    printTable(cli, *lesions, request.swap);
}

}  // namespace

void addLesionCommand(CLI::App& app, Cli& cli) {
  CLI::App* command = app.add_subcommand(
      "lesion", "Loss and accuracy of a trained network with each residual block removed, or two swapped");
  auto arguments = std::make_shared<LesionArguments>();
  LesionRequest& request = arguments->request;
  arguments->run.add(*command);
  arguments->data.add(*command);
  command
      ->add_option("--block", request.only,
                   "Only this block, such as stage1[2], or all copies of stage1; may be given again")
      ->allow_extra_args(false);
  CLI::Option* random = command
                            ->add_option("--random", request.random,
                                         "Remove so many blocks at once, drawn at random; with --swap, swap "
                                         "so many pairs")
                            ->check(CLI::Range(1, 100000));
  command
      ->add_option("--from", request.from,
                   "Also every number from this to that of --random: mean and spread over the draws of each")
      ->needs(random)
      ->check(CLI::Range(1, 100000));
  command->add_option("--draws", request.draws, "How often so many are drawn")
      ->needs(random)
      ->check(CLI::Range(1, 100000));
  command->add_option("--seed", request.seed, "Of what is drawn")->needs(random);
  command->add_flag("--together", request.together, "Remove all named blocks at once")
      ->needs("--block")
      ->excludes(random);
  command->add_flag("--swap", request.swap,
                    "Exchange the weights of each block and the next of the same shapes instead");
  command->add_option("--limit", request.limit, "Only the first so many test images")
      ->check(CLI::Range(1, 1000000000));
  command->callback([&cli, arguments] { showLesions(cli, *arguments); });
}

}  // namespace bypath
