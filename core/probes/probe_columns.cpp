#include "core/probes/probe_columns.h"

#include <algorithm>

namespace bypath {

namespace {

template <class One>
struct Quantity {
  std::string_view name;
  double One::*value;
};
constexpr Quantity<LayerGradient> ofLayers[] = {{"gradient", &LayerGradient::norm},
                                                {"weight", &LayerGradient::weightNorm},
                                                {"update", &LayerGradient::updateNorm}};
constexpr Quantity<ShortcutFlow> ofShortcuts[] = {{"shortcut", &ShortcutFlow::shortcutNorm},
                                                  {"branch", &ShortcutFlow::branchNorm},
                                                  {"cosine", &ShortcutFlow::cosine},
                                                  {"branch_deviation", &ShortcutFlow::branchDeviation},
                                                  {"input_deviation", &ShortcutFlow::inputDeviation}};
constexpr Quantity<LayerActivity> ofActivities[] = {{"deviation", &LayerActivity::deviation},
                                                    {"zeros", &LayerActivity::zeros},
                                                    {"silent", &LayerActivity::silent},
                                                    {"drift", &LayerActivity::drift}};

// What diverged is known to be so: of norms, a number that is none stays.
template <class One>
bool known(const One&, double value, std::string_view) {
  return !std::isnan(value);
}
bool known(const ShortcutFlow& flow, double value, std::string_view name) {
  return !std::isnan(value) || (std::isnan(flow.shortcutNorm) && !name.ends_with("deviation"));
}
bool known(const LayerGradient& layer, double value, std::string_view name) {
  return !std::isnan(value) || (name != "update" && std::isnan(layer.norm));
}

template <class One, size_t Count>
void addColumns(const std::vector<One>& rows, const Quantity<One> (&quantities)[Count],
                std::vector<ProbeColumn>& columns) {
  for (const Quantity<One>& quantity : quantities) {
    ProbeColumn column{.quantity = quantity.name, .paths = {}, .values = {}};
    for (const One& row : rows) {
      const double value = row.*quantity.value;
      if (!known(row, value, quantity.name)) continue;
      column.paths.push_back(row.path);
      column.values.push_back(value);
    }
    if (!column.paths.empty()) columns.push_back(std::move(column));
  }
}

// Columns of one record mostly name the same paths in the same order.
template <class One, size_t Count>
bool putColumn(std::vector<One>& rows, const Quantity<One> (&quantities)[Count], const ProbeColumn& column) {
  const auto quantity = std::ranges::find(quantities, column.quantity, &Quantity<One>::name);
  if (quantity == std::end(quantities)) return false;
  size_t guess = 0;
  for (size_t i = 0; i < column.paths.size(); ++i) {
    const std::string& path = column.paths[i];
    if (guess >= rows.size() || rows[guess].path != path) {
      const auto found = std::ranges::find(rows, path, &One::path);
      guess = static_cast<size_t>(found - rows.begin());
      if (found == rows.end()) rows.push_back(One{.path = path});
    }
    rows[guess++].*quantity->value = column.values[i];
  }
  return true;
}

}  // namespace

std::vector<ProbeColumn> columnsOf(const ProbeRecord& record) {
  std::vector<ProbeColumn> columns;
  addColumns(record.layers, ofLayers, columns);
  addColumns(record.shortcuts, ofShortcuts, columns);
  addColumns(record.activities, ofActivities, columns);
  return columns;
}

bool addColumn(ProbeRecord& record, const ProbeColumn& column) {
  if (column.paths.size() != column.values.size()) return false;
  return putColumn(record.layers, ofLayers, column) || putColumn(record.shortcuts, ofShortcuts, column) ||
         putColumn(record.activities, ofActivities, column);
}

}  // namespace bypath
