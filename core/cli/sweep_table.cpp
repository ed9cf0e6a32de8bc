#include "core/cli/sweep_table.h"

#include <algorithm>

#include "core/cli/run_training.h"

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
      "time", "seconds", [](const Experiment& one) { return durationText(one.summary.seconds); },
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

std::string escaped(std::string text, const std::string& what, const std::string& by) {
  for (size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size())
    text.replace(at, what.size(), by);
  return text;
}

std::string csvCell(const std::string& text) {
  if (text.find_first_of(",\"\n") == std::string::npos) return text;
  return "\"" + escaped(text, "\"", "\"\"") + "\"";
}

std::string markdownRow(const std::vector<std::string>& cells, const std::vector<size_t>& widths,
                        char padding) {
  std::string line = "|";
  for (size_t c = 0; c < cells.size(); ++c)
    line += " " + cells[c] + std::string(widths[c] - std::min(widths[c], cells[c].size()), padding) + " |";
  return line + "\n";
}

}  // namespace

std::string sweepMarkdown(const Sweep& sweep) {
  const std::vector<Column> columns = columnsOf(sweep);
  std::vector<std::vector<std::string>> rows(1);
  for (const Column& column : columns) rows[0].push_back(column.title);
  for (const Experiment& one : sweep.experiments) {
    rows.emplace_back();
    for (const Column& column : columns) rows.back().push_back(escaped(column.shown(one), "|", "\\|"));
  }
  std::vector<size_t> widths(columns.size());
  for (const auto& row : rows)
    for (size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], row[c].size());
  std::string text =
      markdownRow(rows[0], widths, ' ') + markdownRow(std::vector<std::string>(columns.size()), widths, '-');
  for (size_t r = 1; r < rows.size(); ++r) text += markdownRow(rows[r], widths, ' ');
  return text;
}

std::string sweepCsv(const Sweep& sweep) {
  const std::vector<Column> columns = columnsOf(sweep);
  std::string text;
  for (size_t c = 0; c < columns.size(); ++c) text += (c ? "," : "") + csvCell(columns[c].inCsv);
  for (const Experiment& one : sweep.experiments) {
    text += "\n";
    for (size_t c = 0; c < columns.size(); ++c) text += (c ? "," : "") + csvCell(columns[c].exact(one));
  }
  return text + "\n";
}

}  // namespace bypath
