// The loss around a trained network's weights, as a map of characters, a table, JSON or CSV.
#include <cmath>

#include "core/base/atomic_file.h"
#include "core/cli/twin_arguments.h"
#include "core/inspection/landscape.h"
#include "core/layers/catalog.h"

namespace bypath {

namespace {

constexpr std::string_view shades = " .:-=+*#%@";

struct LandscapeArguments {
  TwinArguments runs;
  std::string csv;
  LandscapeRequest request;
};

// A null where there is no value.
nlohmann::json numbers(const Landscape& map, const std::vector<double>& values) {
  if (values.empty()) return {};
  nlohmann::json rows = nlohmann::json::array();
  for (size_t row = 0; row < map.rows(); ++row) {
    nlohmann::json line = nlohmann::json::array();
    for (size_t column = 0; column < map.columns(); ++column) {
      const double value = map.at(values, row, column);
      line.push_back(std::isfinite(value) ? nlohmann::json(value) : nlohmann::json());
    }
    rows.push_back(std::move(line));
  }
  return rows;
}

nlohmann::json asJson(const NamedLandscape& one) {
  const Landscape& map = *one.landscape;
  const auto whole = [&](const char* name) {
    return map.whole.contains(name) ? nlohmann::json(map.whole.at(name)) : nlohmann::json();
  };
  return {{"run", one.name},
          {"images", map.images},
          {"axis", map.axis},
          {"val_loss", whole("loss")},
          {"val_accuracy", whole("accuracy")},
          {"loss", numbers(map, map.loss)},
          {"accuracy", numbers(map, map.accuracy)}};
}

void printMap(const Cli& cli, const NamedLandscape& one, const ValueRange& range) {
  const Landscape& map = *one.landscape;
  std::string text = "Loss around " + one.name + " on " + std::to_string(map.images) +
                     " test images; alpha to the right, beta upwards, " + numberText(map.axis.front()) +
                     " to " + numberText(map.axis.back()) + ":\n";
  for (size_t row = map.rows(); row-- > 0;) {
    for (size_t column = 0; column < map.columns(); ++column) {
      const double value = map.at(map.loss, row, column);
      const double share = range.share(value, true) * static_cast<double>(shades.size() - 1);
      text += std::string(2, std::isfinite(value) ? shades[static_cast<size_t>(std::lround(share))] : '?');
    }
    text += '\n';
  }
  cli.say(text + "Loss of the network itself, in the middle: " + lossText(map.whole.at("loss")) + ".\n");
}

void printLegend(const Cli& cli, const ValueRange& range) {
  std::string text;
  for (size_t i = 0; i < shades.size(); ++i)
    text += std::string("  '") + shades[i] + "' " +
            lossText(range.value(static_cast<double>(i) / static_cast<double>(shades.size() - 1), true));
  cli.say("Scale:" + text + "  '?' no finite value");
}

void printLine(const Cli& cli, const std::vector<NamedLandscape>& all) {
  std::vector<std::vector<std::string>> rows = {{"alpha"}};
  const auto cell = [](double value, int digits) {
    return !std::isfinite(value) ? "-" : digits > 0 ? fixedText(value, digits) : lossText(value);
  };
  for (const NamedLandscape& one : all) {
    const std::string of = all.size() > 1 ? " of " + one.name : "";
    rows[0].push_back("loss" + of);
    if (!one.landscape->accuracy.empty()) rows[0].push_back("accuracy" + of);
  }
  const std::vector<double>& axis = all[0].landscape->axis;
  for (size_t i = 0; i < axis.size(); ++i) {
    rows.push_back({numberText(axis[i])});
    for (const NamedLandscape& one : all) {
      rows.back().push_back(cell(one.landscape->loss[i], 0));
      if (!one.landscape->accuracy.empty()) rows.back().push_back(cell(one.landscape->accuracy[i], 4));
    }
  }
  cli.say("Loss along a random direction on " + std::to_string(all[0].landscape->images) + " test images:\n" +
          table(rows));
}

void printText(const Cli& cli, const std::vector<NamedLandscape>& all) {
  if (all[0].landscape->line) return printLine(cli, all);
  std::vector<const std::vector<double>*> losses;
  losses.reserve(all.size());
  for (const NamedLandscape& one : all) losses.push_back(&one.landscape->loss);
  const std::optional<ValueRange> range = rangeOf(losses);
  if (!range) return cli.say("No point of the map has a finite loss; choose a smaller --range.");
  for (const NamedLandscape& one : all) printMap(cli, one, *range);
  printLegend(cli, *range);
}

void showLandscape(Cli& cli, LandscapeArguments& arguments) {
  const Result<std::vector<Landscape>> maps = arguments.runs.measure<Landscape>(
      cli, "walking around the weights", [&](const TwinArguments::Part& part) {
        LandscapeRequest request = arguments.request;
        request.data = part.data;
        request.progress = part.progress;
        return landscape(part.model, part.engine, layerCatalog(), request);
      });
  if (!maps) return cli.fail(maps.error());
  std::vector<NamedLandscape> all;
  for (const std::string& name : arguments.runs.names()) all.push_back({name, &(*maps)[all.size()]});
  if (cli.json) {
    nlohmann::json object = asJson(all[0]);
    object["line"] = arguments.request.line;
    object["seed"] = arguments.request.seed;
    object["twin"] = all.size() > 1 ? asJson(all[1]) : nlohmann::json();
    cli.print(object);
  } else {
    printText(cli, all);
  }
  if (arguments.csv.empty()) return;
  if (Result<void> written = writeFileAtomically(arguments.csv, landscapeCsv(all)); !written)
    return cli.fail(written.error());
  cli.note("Wrote every point to " + arguments.csv + ".");
}

}  // namespace

void addLandscapeCommand(CLI::App& app, Cli& cli) {
  CLI::App* command = app.add_subcommand(
      "landscape", "The loss around a trained network's weights, along random directions (Li 2018)");
  auto arguments = std::make_shared<LandscapeArguments>();
  LandscapeRequest& request = arguments->request;
  arguments->runs.add(*command);
  command
      ->add_option("--points", request.points,
                   "Points along an axis; with an odd number the network itself is one of them")
      ->check(CLI::Range(3, 501));
  command->add_option("--range", request.range, "How far each way, in lengths of the filters")
      ->check(CLI::PositiveNumber);
  command->add_flag("--line", request.line, "Along one direction instead of a grid over two");
  command->add_option("--limit", request.limit, "Only the first so many test images")
      ->check(CLI::Range(1, 1000000000));
  command->add_option("--seed", request.seed, "Of the directions");
  command->add_option("--csv", arguments->csv, "Also write every point to this file");
  command->callback([&cli, arguments] { showLandscape(cli, *arguments); });
}

}  // namespace bypath
