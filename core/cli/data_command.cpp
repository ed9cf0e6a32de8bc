#include "core/cli/cli.h"

namespace bypath {

namespace {

void list(Cli& cli, const std::string& folder) {
  std::vector<std::vector<std::string>> rows = {{"name", "shape", "classes", "state"}};
  for (const DataSetEntry& entry : dataCatalog()) {
    const std::string state = dataState(entry, folder);
    if (cli.json)
      cli.print({{"name", entry.name},
                 {"summary", entry.summary},
                 {"state", state},
                 {"classes", entry.classes},
                 {"shape", entry.imageShape.text()}});
    rows.push_back({entry.name, entry.imageShape.text(), std::to_string(entry.classes.size()), state});
  }
  cli.say(table(rows));
}

void info(Cli& cli, const std::string& name, const std::string& folder) {
  const DataArguments arguments{name, folder};
  Result<std::shared_ptr<const DataSet>> opened = arguments.open(cli);
  if (!opened) return cli.fail(opened.error());
  const DataSet& set = **opened;
  std::vector<int64_t> counts(set.classes.size());
  for (const uint8_t label : set.train.labels) ++counts[label];
  if (cli.json) {
    nlohmann::json perClass = nlohmann::json::object();
    for (size_t c = 0; c < counts.size(); ++c) perClass[set.classes[c]] = counts[c];
    return cli.print({{"name", set.name},
                      {"summary", set.summary},
                      {"state", "ready"},
                      {"classes", set.classes},
                      {"shape", set.imageShape.text()},
                      {"train", set.train.size()},
                      {"test", set.test.size()},
                      {"mean", set.mean},
                      {"deviation", set.deviation},
                      {"train_per_class", perClass}});
  }
  cli.say(set.name + ": " + set.summary);
  cli.say("pictures   " + withThousands(set.train.size()) + " for training, " +
          withThousands(set.test.size()) + " for testing, " + set.imageShape.text());
  std::string mean, deviation;
  for (size_t c = 0; c < set.mean.size(); ++c) {
    mean += " " + std::to_string(set.mean[c]);
    deviation += " " + std::to_string(set.deviation[c]);
  }
  cli.say("mean      " + mean + "\ndeviation " + deviation);
  for (size_t c = 0; c < counts.size(); ++c)
    cli.say("  " + std::to_string(c) + " " + set.classes[c] + "  " + withThousands(counts[c]));
}

}  // namespace

void addDataCommand(CLI::App& app, Cli& cli) {
  CLI::App* command = app.add_subcommand("data", "The data sets there are");
  command->require_subcommand(1);
  auto folder = std::make_shared<std::string>();
  auto name = std::make_shared<std::string>();
  CLI::App* listing = command->add_subcommand("list", "Names, shapes, and whether each is ready");
  listing->add_option("--data-dir", *folder, "Folder that holds data sets");
  listing->callback([=, &cli] { list(cli, *folder); });
  CLI::App* details = command->add_subcommand("info", "Sizes, class counts and statistics of one data set");
  details->add_option("NAME", *name, "The data set's name")->required();
  details->add_option("--data-dir", *folder, "Folder that holds data sets");
  details->callback([=, &cli] { info(cli, *name, *folder); });
}

}  // namespace bypath
