#include "core/cli/sweep_table.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/base/text_table.h"
#include "core/cli/cli.h"

namespace bypath {

namespace {

struct Column {
  std::string title;
  std::string inCsv;
  std::function<std::string(const Experiment&)> shown, exact;
};

std::string settingOf(const Experiment& one, const std::string& column) {
  if (column == "name") return one.name;
  if (column == "network") return std::filesystem::path(one.network).filename().string();
  if (column == "twin") return one.twin ? "plain" : "residual";
  const auto set = one.set.find(column);
  return set == one.set.end() ? "" : set->second;
}

Column settingColumn(const std::string& key) {
  const auto text = [key](const Experiment& one) { return settingOf(one, key); };
  return {key, key, text, text};
}

Column bestColumn(const std::string& title, const std::string& value) {
  const auto cell = [value](std::string (*text)(double)) {
    return [value, text](const Experiment& one) {
      const auto best = one.summary.best.find(value);
      return best == one.summary.best.end() ? std::string() : text(best->second);
    };
  };
  return {title, "best_" + value, cell(lossText), cell(numberText)};
}

Column countColumn(const std::string& title, const std::string& inCsv,
                   std::string (*shown)(const Experiment&), std::string (*exact)(const Experiment&)) {
  return {title, inCsv, shown, exact};
}

std::vector<Column> columnsOf(const Sweep& sweep) {
  std::vector<Column> columns;
  for (const std::string& key : sweep.columns) columns.push_back(settingColumn(key));
  const auto state = [](const Experiment& one) { return stateName(one.state); };
  columns.push_back(countColumn("state", "state", state, state));
  columns.push_back(countColumn(
      "parameters", "parameters", [](const Experiment& one) { return withThousands(one.parameters); },
      [](const Experiment& one) { return std::to_string(one.parameters); }));
  const auto epochs = [](const Experiment& one) { return std::to_string(one.summary.epochs); };
  columns.push_back(countColumn("epochs", "epochs", epochs, epochs));
  columns.push_back(countColumn(
      "time", "seconds", [](const Experiment& one) { return clockText(one.summary.seconds); },
      [](const Experiment& one) { return numberText(one.summary.seconds); }));
  columns.push_back(bestColumn("training loss", "loss"));
  columns.push_back(bestColumn("validation loss", "val_loss"));
  const auto isThere = [&](const std::string& name) {
    return std::ranges::any_of(sweep.experiments,
                               [&](const Experiment& one) { return one.summary.best.contains(name); });
  };
  if (isThere("accuracy")) columns.push_back(bestColumn("training accuracy", "accuracy"));
  if (isThere("val_accuracy")) columns.push_back(bestColumn("validation accuracy", "val_accuracy"));
  return columns;
}

TextTable tableOf(const Sweep& sweep, std::string Column::*title,
                  std::function<std::string(const Experiment&)> Column::*cell) {
  const std::vector<Column> columns = columnsOf(sweep);
  TextTable table(1);
  for (const Column& column : columns) table[0].push_back(column.*title);
  for (const Experiment& one : sweep.experiments) {
    table.emplace_back();
    for (const Column& column : columns) table.back().push_back((column.*cell)(one));
  }
  return table;
}

}  // namespace

std::string sweepMarkdown(const Sweep& sweep) {
  return markdownTable(tableOf(sweep, &Column::title, &Column::shown));
}

std::string sweepCsv(const Sweep& sweep) {
  return csvTable(tableOf(sweep, &Column::inCsv, &Column::exact));
}

}  // namespace bypath
