// Where a trained classifier goes wrong.
#include <cmath>

#include "core/cli/trained_run.h"
#include "core/inspection/confusion.h"
#include "core/layers/catalog.h"

namespace bypath {

namespace {

struct ConfusionArguments {
  RunArguments run;
  DataArguments data{"", ""};
  int64_t limit = 0;
  int64_t worst = 10;
};

nlohmann::json orNull(const std::optional<double>& value) {
  return value ? nlohmann::json(*value) : nlohmann::json();
}

std::string orDash(const std::optional<double>& value) {
  return value && std::isfinite(*value) ? fixedText(*value, 4) : "-";
}

size_t shownOf(const Confusion& confusion, int64_t worst) {
  return std::min(confusion.predictions.size(), static_cast<size_t>(worst));
}

void printJson(const Cli& cli, const Confusion& confusion, int64_t worst) {
  nlohmann::json classes = nlohmann::json::array(), images = nlohmann::json::array();
  for (size_t k = 0; k < confusion.classes.size(); ++k) {
    const ClassScore score = confusion.score(k);
    classes.push_back({{"name", confusion.classes[k]},
                       {"images", score.images},
                       {"predicted", score.predicted},
                       {"right", score.right},
                       {"precision", orNull(score.precision())},
                       {"recall", orNull(score.recall())},
                       {"f1", orNull(score.f1())}});
  }
  for (size_t i = 0; i < shownOf(confusion, worst); ++i) {
    const ImagePrediction& one = confusion.predictions[i];
    images.push_back({{"image", one.image},
                      {"class", confusion.classes[static_cast<size_t>(one.label)]},
                      {"predicted", confusion.classes[static_cast<size_t>(one.predicted)]},
                      {"probability", one.predictedProbability},
                      {"class_probability", one.labelProbability},
                      {"loss", one.loss}});
  }
  cli.print({{"val_loss", confusion.loss},
             {"val_accuracy", confusion.accuracy},
             {"images", confusion.images},
             {"classes", classes},
             {"matrix", confusion.counts},
             {"worst", images}});
}

std::string classTable(const Confusion& confusion) {
  std::vector<std::vector<std::string>> rows = {{"class", "images", "right", "precision", "recall", "F1"}};
  for (size_t k = 0; k < confusion.classes.size(); ++k) {
    const ClassScore score = confusion.score(k);
    rows.push_back({confusion.classes[k], std::to_string(score.images), std::to_string(score.right),
                    orDash(score.precision()), orDash(score.recall()), orDash(score.f1())});
  }
  return table(rows);
}

// A row a class, a column what it was taken for, by number.
std::string matrixTable(const Confusion& confusion) {
  std::vector<std::vector<std::string>> rows = {{"taken for", ""}};
  for (size_t k = 0; k < confusion.classes.size(); ++k) {
    rows[0].push_back(std::to_string(k));
    rows.push_back({confusion.classes[k], std::to_string(k)});
    for (const int64_t count : confusion.counts[k])
      rows.back().push_back(count > 0 ? std::to_string(count) : ".");
  }
  return table(rows);
}

std::string worstTable(const Confusion& confusion, int64_t worst) {
  std::vector<std::vector<std::string>> rows = {
      {"image", "class", "probability", "taken for", "probability", "loss"}};
  for (size_t i = 0; i < shownOf(confusion, worst); ++i) {
    const ImagePrediction& one = confusion.predictions[i];
    rows.push_back({std::to_string(one.image), confusion.classes[static_cast<size_t>(one.label)],
                    orDash(one.labelProbability), confusion.classes[static_cast<size_t>(one.predicted)],
                    orDash(one.predictedProbability), orDash(one.loss)});
  }
  return table(rows);
}

void printTables(const Cli& cli, const Confusion& confusion, int64_t worst) {
  if (const int64_t unscored = confusion.unscored(); unscored > 0)
    cli.say("The class scores of " + std::to_string(unscored) +
            " images are no numbers: the run has diverged.");
  constexpr size_t widest = 25;  // classes whose matrix is still read as text
  cli.say("On " + std::to_string(confusion.images) + " test images: loss " + orDash(confusion.loss) +
          ", accuracy " + fixedText(confusion.accuracy, 4) + "\n\n" + classTable(confusion));
  cli.say(confusion.classes.size() <= widest
              ? matrixTable(confusion)
              : "The matrix of " + std::to_string(confusion.classes.size()) + " classes is in --json.\n");
  if (worst > 0) cli.say("The images it is most wrong about:\n" + worstTable(confusion, worst));
}

void showConfusion(Cli& cli, ConfusionArguments& arguments) {
  const Result<TrainedRun> run = openTrainedRun(cli, arguments.run, arguments.data);
  if (!run) return cli.fail(run.error());
  ProgressBar bar(cli);
  const Result<Confusion> seen =
      confusion(run->model, *run->engine, layerCatalog(),
                {.data = run->data, .limit = arguments.limit, .progress = [&](double s) {
                   bar.show(s, "classifying images");
                   return true;
                 }});
  bar.clear();
  if (!seen) return cli.fail(seen.error());
  if (cli.json)
    printJson(cli, *seen, arguments.worst);
  else
    printTables(cli, *seen, arguments.worst);
}

}  // namespace

void addConfusionCommand(CLI::App& app, Cli& cli) {
  CLI::App* command = app.add_subcommand(
      "confusion", "Which classes a trained classifier takes for which, and the images it gets most wrong");
  auto arguments = std::make_shared<ConfusionArguments>();
  arguments->run.add(*command);
  arguments->data.add(*command);
  command->add_option("--limit", arguments->limit, "Only the first so many test images")
      ->check(CLI::Range(1, 1000000000));
  command->add_option("--worst", arguments->worst, "So many of the images it is most wrong about")
      ->check(CLI::Range(0, 1000000000));
  command->callback([&cli, arguments] { showConfusion(cli, *arguments); });
}

}  // namespace bypath
