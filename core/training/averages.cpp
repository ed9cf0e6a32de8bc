#include "core/training/averages.h"

#include <nlohmann/json.hpp>

namespace bypath {

void Averages::add(const NamedNumbers& values, double weight) {
  for (const auto& [name, value] : values) sums_[name] += value * weight;
  weight_ += weight;
}

NamedNumbers Averages::means() const {
  NamedNumbers means;
  if (weight_ > 0)
    for (const auto& [name, sum] : sums_) means[name] = sum / weight_;
  return means;
}

void Averages::clear() {
  *this = {};
}

nlohmann::json Averages::toJson() const {
  return {{"sums", sums_}, {"weight", weight_}};
}

Averages Averages::fromJson(const nlohmann::json& json) {
  Averages averages;
  averages.sums_ = json.at("sums").get<NamedNumbers>();
  averages.weight_ = json.at("weight").get<double>();
  return averages;
}

}  // namespace bypath
