#include "core/inspection/landscape.h"

#include <algorithm>
#include <cmath>

#include "core/base/text.h"
#include "core/base/text_table.h"
#include "core/inspection/directions.h"
#include "core/inspection/validation_bench.h"

namespace bypath {
namespace {

constexpr int64_t fewestPoints = 3, mostPoints = 501;

Result<void> checkRequest(const LandscapeRequest& request) {
  if (!request.data) return Error{ErrorKind::usage, "Give a data set to look at the network on."};
  if (request.points < fewestPoints || request.points > mostPoints)
    return Error{ErrorKind::usage, "An axis takes " + std::to_string(fewestPoints) + " to " +
                                       std::to_string(mostPoints) + " points, not " +
                                       std::to_string(request.points) + "."};
  if (!std::isfinite(request.range) || request.range <= 0)
    return Error{ErrorKind::usage, "The range must be a number above 0, such as 1."};
  return {};
}

// Symmetric to the last bit, so that the middle of an odd number of points is 0.
std::vector<double> axisOf(int64_t points, double range) {
  std::vector<double> axis;
  for (int64_t i = 0; i < points; ++i)
    axis.push_back(range * static_cast<double>(2 * i - (points - 1)) / static_cast<double>(points - 1));
  return axis;
}

double orNan(const NamedNumbers& values, const char* name) {
  const auto found = values.find(name);
  return found != values.end() && std::isfinite(found->second) ? found->second : NAN;
}

class Survey {
 public:
  Survey(const Model& model, Engine& engine, const LayerCatalog& layers, const LandscapeRequest& request)
      : model_(model),
        engine_(engine),
        request_(request),
        bench_(model, layers, request.data, request.limit),
        moved_(copyOf(*model.parameters)) {}

  Result<Landscape> run() {
    if (Result<void> ready = bench_.ready(); !ready) return ready.error();
    const OpGraph& graph = bench_.checked().graph;
    if (graph.losses.empty())
      return Error{ErrorKind::data, "This network has no loss, so there is no landscape of it."};
    result_ = {.axis = axisOf(request_.points, request_.range),
               .line = request_.line,
               .loss = {},
               .accuracy = {},
               .whole = {},
               .images = bench_.images()};
    Result<NetworkSession> session = bench_.open(graph, engine_, moved_);
    if (!session) return session.error();
    passes_ = 1 + static_cast<double>(result_.rows() * result_.columns());
    std::optional<NamedNumbers> whole = measure(*session);
    if (!whole) return stopped();
    result_.whole = std::move(*whole);
    delta_ = filterDirection(graph, *model_.parameters, {.seed = request_.seed, .number = 0});
    if (!result_.line)
      eta_ = filterDirection(graph, *model_.parameters, {.seed = request_.seed, .number = 1});
    for (size_t row = 0; row < result_.rows(); ++row)
      for (size_t column = 0; column < result_.columns(); ++column)
        if (!visit(*session, result_.axis[column], result_.line ? 0 : result_.axis[row])) return stopped();
    return std::move(result_);
  }

 private:
  static Error stopped() { return {ErrorKind::interrupted, "Stopped before every point was measured."}; }

  std::optional<NamedNumbers> measure(NetworkSession& session) {
    std::optional<NamedNumbers> values = bench_.measure(session, [&](double share) {
      return request_.progress && !request_.progress((done_ + share) / passes_);
    });
    done_ += 1;
    return values;
  }

  bool visit(NetworkSession& session, double alpha, double beta) {
    std::vector<WeightStep> steps = {{&delta_, alpha}};
    if (!result_.line) steps.push_back({&eta_, beta});
    displace(moved_, *model_.parameters, steps);
    const std::optional<NamedNumbers> values = measure(session);
    if (!values) return false;
    result_.loss.push_back(orNan(*values, "loss"));
    if (result_.whole.contains("accuracy")) result_.accuracy.push_back(orNan(*values, "accuracy"));
    return true;
  }

  const Model& model_;
  Engine& engine_;
  const LandscapeRequest& request_;
  ValidationBench bench_;
  ParameterStore moved_;
  WeightDirection delta_, eta_;
  Landscape result_;
  double passes_ = 1, done_ = 0;
};

}  // namespace

Result<Landscape> landscape(const Model& model, Engine& engine, const LayerCatalog& layers,
                            const LandscapeRequest& request) {
  if (Result<void> checked = checkRequest(request); !checked) return checked.error();
  return Survey(model, engine, layers, request).run();
}

double ValueRange::share(double value, bool logarithmic) const {
  const bool powers = logarithmic && low > 0;
  const double from = powers ? std::log(low) : low, to = powers ? std::log(high) : high;
  const double at = powers ? std::log(std::max(value, low)) : value;
  return to > from ? std::clamp((at - from) / (to - from), 0.0, 1.0) : 0;
}

double ValueRange::value(double share, bool logarithmic) const {
  return logarithmic && low > 0 ? low * std::pow(high / low, share) : low + share * (high - low);
}

std::optional<ValueRange> rangeOf(const std::vector<const std::vector<double>*>& values) {
  ValueRange range{.low = INFINITY, .high = -INFINITY};
  for (const std::vector<double>* all : values)
    for (const double value : *all)
      if (std::isfinite(value)) {
        range.low = std::min(range.low, value);
        range.high = std::max(range.high, value);
      }
  return range.high >= range.low ? std::optional(range) : std::nullopt;
}

std::string landscapeCsv(const std::vector<NamedLandscape>& landscapes) {
  const auto cell = [](double value) { return std::isfinite(value) ? exactText(value) : std::string(); };
  TextTable table = {{"run", "alpha", "beta", "loss", "accuracy"}};
  for (const auto& [name, map] : landscapes)
    for (size_t row = 0; row < map->rows(); ++row)
      for (size_t column = 0; column < map->columns(); ++column)
        table.push_back({name, exactText(map->axis[column]), exactText(map->line ? 0 : map->axis[row]),
                         cell(map->at(map->loss, row, column)),
                         map->accuracy.empty() ? "" : cell(map->at(map->accuracy, row, column))});
  return csvTable(table);
}

}  // namespace bypath
