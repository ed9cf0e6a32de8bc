#include "gui/inspector/strip.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <QCoreApplication>
#include <string_view>

#include "core/probes/probe_columns.h"

namespace bypath {

namespace {

QString tr(const char* text) {
  return QCoreApplication::translate("bypath::Strip", text);
}

using Numbers = std::vector<std::pair<std::string, double>>;

Numbers numbersOf(const StripQuantity& quantity, const ProbeRecord& record) {
  const std::vector<ProbeColumn> columns = columnsOf(record);
  const auto column = std::ranges::find(columns, std::string_view(quantity.column), &ProbeColumn::quantity);
  if (column == columns.end()) return {};
  Numbers numbers;
  std::map<std::string_view, double> divisors;
  if (*quantity.over) {
    const auto over = std::ranges::find(columns, std::string_view(quantity.over), &ProbeColumn::quantity);
    if (over == columns.end()) return {};
    for (size_t i = 0; i < over->paths.size(); ++i) divisors[over->paths[i]] = over->values[i];
  }
  for (size_t i = 0; i < column->paths.size(); ++i) {
    double value = column->values[i];
    if (*quantity.over) {
      const auto divisor = divisors.find(column->paths[i]);
      if (divisor == divisors.end()) continue;
      value /= divisor->second;
    }
    numbers.emplace_back(column->paths[i], value);
  }
  return numbers;
}

}  // namespace

std::vector<StripQuantity> stripQuantities() {
  return {
      {"gradient", tr("Gradient norm"),
       tr("Evenly coloured from top to bottom: every layer learns. Dark at the top: the gradient has "
          "vanished on "
          "its way back; bright: it explodes."),
       true, "gradient", ""},
      {"update", tr("Update to weight"),
       tr("How far a step moves each layer's weights, against their size: about a thousandth is usual."),
       true, "update", "weight"},
      {"split", tr("Branch to shortcut"),
       tr("Gradient through each block's branch against that through its shortcut: below 1, the shortcut "
          "carries "
          "more (He 2016)."),
       true, "branch", "shortcut"},
      {"response", tr("Response"),
       tr("How much each block changes what it gets, std of F(x) over std of x: deeper nets change less at "
          "each "
          "block (He 2015, figure 7)."),
       true, "branch_deviation", "input_deviation"},
      {"deviation", tr("Activation std"),
       tr("Spread of what each layer gives: steady through depth where signals survive."), true, "deviation",
       ""},
      {"silent", tr("Dead ReLUs"),
       tr("Share of a ReLU's channels that are 0 for the whole batch: what stays bright does not learn any "
          "more."),
       false, "silent", ""},
      {"zeros", tr("Cut off by ReLU"),
       tr("Share of values that a ReLU sets to 0; behind an Add this is what pre-activation does away with "
          "(He "
          "2016)."),
       false, "zeros", ""},
      {"drift", tr("Batch norm drift"),
       tr("How far a batch's means lie from the running ones, in running standard deviations: it settles as "
          "training does."),
       true, "drift", ""},
  };
}

Strip stripOf(const StripQuantity& quantity, const std::vector<const ProbeRecord*>& records) {
  Strip strip;
  std::vector<Numbers> columns;
  for (const ProbeRecord* record : records) {
    Numbers numbers = numbersOf(quantity, *record);
    if (numbers.empty()) continue;
    strip.steps.push_back(record->step);
    columns.push_back(std::move(numbers));
  }
  std::map<std::string, size_t> rows;
  for (auto column = columns.rbegin(); column != columns.rend(); ++column)
    for (const auto& [path, value] : *column)
      if (rows.emplace(path, strip.paths.size()).second) strip.paths.push_back(path);
  strip.values.assign(strip.paths.size() * strip.steps.size(), NAN);
  for (size_t c = 0; c < columns.size(); ++c)
    for (const auto& [path, value] : columns[c]) strip.values[rows[path] * strip.steps.size() + c] = value;
  return strip;
}

Strip ratioOf(const Strip& a, const Strip& b) {
  Strip ratio;
  std::vector<size_t> columnsA, columnsB;
  for (size_t i = 0; i < a.steps.size(); ++i)
    if (const auto same = std::ranges::find(b.steps, a.steps[i]); same != b.steps.end()) {
      ratio.steps.push_back(a.steps[i]);
      columnsA.push_back(i);
      columnsB.push_back(static_cast<size_t>(same - b.steps.begin()));
    }
  for (size_t row = 0; row < a.paths.size(); ++row) {
    const auto same = std::ranges::find(b.paths, a.paths[row]);
    if (same == b.paths.end()) continue;
    ratio.paths.push_back(a.paths[row]);
    for (size_t c = 0; c < ratio.steps.size(); ++c)
      ratio.values.push_back(a.at(row, columnsA[c]) /
                             b.at(static_cast<size_t>(same - b.paths.begin()), columnsB[c]));
  }
  return ratio;
}

}  // namespace bypath
