#include "core/ops/op_type.h"

#include <algorithm>
#include <stdexcept>

namespace bypath {

namespace {

auto positionOf(auto& list, std::string_view key) {
  return std::lower_bound(list.begin(), list.end(), key,
                          [](const auto& entry, std::string_view wanted) { return entry.first < wanted; });
}

}  // namespace

void OpAttributes::set(std::string_view key, double value) {
  const auto at = positionOf(list_, key);
  if (at != list_.end() && at->first == key)
    at->second = value;
  else
    list_.emplace(at, std::string(key), value);
}

double OpAttributes::real(std::string_view key) const {
  const auto at = positionOf(list_, key);
  if (at == list_.end() || at->first != key)
    throw std::out_of_range("the op attribute " + std::string(key) + " is not set");
  return at->second;
}

double OpAttributes::real(std::string_view key, double fallback) const {
  const auto at = positionOf(list_, key);
  return at != list_.end() && at->first == key ? at->second : fallback;
}

double bytesOf(const OpCall& call) {
  double values = 0;
  for (const Shape& shape : call.inputs) values += static_cast<double>(shape.count());
  for (const Shape& shape : call.outputs) values += static_cast<double>(shape.count());
  return 4 * values;
}

OpCost costOf(const OpType& type, const OpCall& call) {
  if (type.alias) return {};
  if (type.cost) return type.cost(call);
  return {.multiplyAdds = 0, .bytes = bytesOf(call)};
}

std::vector<int> workPlaces(const OpType& type, const OpAttributes& attributes, size_t inputs) {
  std::vector<int> places;
  for (int input : type.inPlaceInputs)
    if (static_cast<size_t>(input) < inputs) places.push_back(input);
  if (type.workPlaces)
    for (int input : type.workPlaces(attributes, inputs)) places.push_back(input);
  return places;
}

}  // namespace bypath
