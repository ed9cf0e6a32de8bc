#include "core/training/progress.h"

#include <cmath>
#include <nlohmann/json.hpp>

namespace bypath {
namespace {

using Json = nlohmann::json;

Json jsonOf(const std::optional<double>& number) {
  return number ? Json(*number) : Json();
}

// JSON has no numbers that are not finite; a validation loss can be one.
NamedNumbers finiteOnes(NamedNumbers values) {
  std::erase_if(values, [](const auto& named) { return !std::isfinite(named.second); });
  return values;
}

std::optional<double> optionalFrom(const Json& json) {
  return json.is_null() ? std::nullopt : std::optional(json.get<double>());
}

}  // namespace

bool TrainingProgress::outOfPatience(double loss, int64_t patience, double delta) {
  if (std::isfinite(loss) && (!improved || loss < *improved - delta)) {
    improved = loss;
    epochsSinceImproved = 0;
    return false;
  }
  ++epochsSinceImproved;
  return patience > 0 && epochsSinceImproved >= patience;
}

bool TrainingProgress::warmsUp(double error, double bound) {
  constexpr double kept = 0.95;
  errorMean = kept * errorMean + (1 - kept) * error;
  errorWeight = kept * errorWeight + (1 - kept);
  if (warmedUp || errorMean / errorWeight >= bound) return false;
  warmedUp = true;
  return true;
}

bool TrainingProgress::onPlateau(double loss, int64_t patience) {
  constexpr double leastImprovement = 1e-4;
  if (std::isfinite(loss) && (!plateauBest || loss < *plateauBest - leastImprovement)) {
    plateauBest = loss;
    plateauEpochs = 0;
    return false;
  }
  if (++plateauEpochs < patience) return false;
  plateauEpochs = 0;
  return true;
}

Json TrainingProgress::toJson() const {
  return {{"step", step},
          {"closed_step", closedStep},
          {"seconds", seconds},
          {"rate", jsonOf(rate)},
          {"since_log", sinceLog.toJson()},
          {"since_epoch", sinceEpoch.toJson()},
          {"last_epoch", finiteOnes(lastEpoch)},
          {"lowest", jsonOf(lowest)},
          {"improved", jsonOf(improved)},
          {"epochs_since_improved", epochsSinceImproved},
          {"ended_early", endedEarly},
          {"changes", bypath::toJson(changes)},
          {"muted", muted},
          {"rollbacks", rollbacks},
          {"plateau_factor", plateauFactor},
          {"plateau_best", jsonOf(plateauBest)},
          {"plateau_epochs", plateauEpochs},
          {"error_mean", errorMean},
          {"error_weight", errorWeight},
          {"warmed_up", warmedUp}};
}

Result<TrainingProgress> TrainingProgress::fromJson(const Json& json, const std::string& origin) {
  try {
    TrainingProgress progress;
    json.at("step").get_to(progress.step);
    json.at("closed_step").get_to(progress.closedStep);
    json.at("seconds").get_to(progress.seconds);
    progress.rate = optionalFrom(json.at("rate"));
    progress.sinceLog = Averages::fromJson(json.at("since_log"));
    progress.sinceEpoch = Averages::fromJson(json.at("since_epoch"));
    json.at("last_epoch").get_to(progress.lastEpoch);
    progress.lowest = optionalFrom(json.at("lowest"));
    progress.improved = optionalFrom(json.at("improved"));
    json.at("epochs_since_improved").get_to(progress.epochsSinceImproved);
    json.at("ended_early").get_to(progress.endedEarly);
    if (json.contains("rollbacks")) {  // not in the first checkpoints of version 1
      Result<Attributes> changes = attributesFromJson(json.at("changes"), origin);
      if (!changes) return changes.error();
      progress.changes = std::move(*changes);
      json.at("muted").get_to(progress.muted);
      json.at("rollbacks").get_to(progress.rollbacks);
      json.at("plateau_factor").get_to(progress.plateauFactor);
      progress.plateauBest = optionalFrom(json.at("plateau_best"));
      json.at("plateau_epochs").get_to(progress.plateauEpochs);
      json.at("error_mean").get_to(progress.errorMean);
      json.at("error_weight").get_to(progress.errorWeight);
      json.at("warmed_up").get_to(progress.warmedUp);
    }
    if (progress.step < 0 || progress.closedStep < 0 || progress.closedStep > progress.step)
      return Error{ErrorKind::data, origin + " holds impossible step numbers; use another checkpoint."};
    return progress;
  } catch (const Json::exception& e) {
    return Error{ErrorKind::data, origin + " does not say how far its run had come: " + e.what() + "."};
  }
}

}  // namespace bypath
