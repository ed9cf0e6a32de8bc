// Running means of named values in double precision, added in the order given; storable, so that a resumed
// run goes on in the middle of an epoch.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace bypath {

using NamedNumbers = std::map<std::string, double>;

class Averages {
 public:
  void add(const NamedNumbers& values, double weight = 1);
  NamedNumbers means() const;
  double weight() const { return weight_; }
  void clear();

  nlohmann::json toJson() const;
  // Throws nlohmann's exception where the JSON is none of toJson().
  static Averages fromJson(const nlohmann::json& json);

 private:
  NamedNumbers sums_;
  double weight_ = 0;
};

}  // namespace bypath
