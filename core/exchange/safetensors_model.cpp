#include "core/exchange/safetensors_model.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>

#include "core/exchange/module_names.h"
#include "core/exchange/outside_layout.h"

namespace bypath {
namespace {

constexpr const char* counter = ".num_batches_tracked";

std::map<std::string, std::string> metadataOf(const ModelFacts& facts, bool torchvision) {
  // Where a text is no UTF-8, what is wrong is replaced.
  const auto text = [](const nlohmann::json& json) {
    return json.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
  };
  return {{"format", "pt"},
          {"title", nlohmann::json::parse(text(facts.title)).get<std::string>()},
          {"network_hash", facts.networkHash},
          {"seed", std::to_string(facts.seed)},
          {"classes", text(facts.classes)},
          {"mean", text(facts.mean)},
          {"deviation", text(facts.deviation)},
          {"names", torchvision ? "torchvision" : "bypath"}};
}

// `values(i)` are those of parameter i.
template <class Values>
Result<SafetensorsFile> stored(const OpGraph& graph, const ModelFacts& facts, Values&& values) {
  const Result<ModuleNames> names = moduleNames(graph);
  if (!names) return names.error();
  SafetensorsFile file{.metadata = metadataOf(facts, names->torchvision)};
  for (size_t i = 0; i < graph.parameters.size(); ++i) {
    const OutsideTensor& tensor = names->tensors[i];
    const std::vector<float> ordered = outsideOrder(values(i), graph.parameters[i].shape);
    if (!std::ranges::all_of(ordered, [](float value) { return std::isfinite(value); }))
      return Error{ErrorKind::diverged,
                   graph.parameters[i].name +
                       " holds numbers that are not finite; a network that diverged is not "
                       "exported. Go back to an earlier checkpoint."};
    file.tensors[tensor.name] = StoredTensor::fromFloats(tensor.shape, ordered.data());
  }
  for (const std::string& norm : names->norms)
    file.tensors[norm + counter] = StoredTensor::fromIntegers({}, &facts.step);
  return file;
}

// The first ten of what is wrong, and how many more there are.
class Complaints {
 public:
  void add(std::string text) {
    if (++count_ <= 10) text_ += (text_.empty() ? "" : "; ") + std::move(text);
  }
  bool none() const { return count_ == 0; }
  Error error() const {
    const std::string more = count_ > 10 ? "; and " + std::to_string(count_ - 10) + " more" : "";
    return {ErrorKind::data, "The file's tensors are not those of this network: " + text_ + more +
                                 ". Choose the network that the file was made of, or another file."};
  }

 private:
  std::string text_;
  int count_ = 0;
};

std::string sizesText(const std::vector<int64_t>& sizes) {
  std::string text = "[";
  for (size_t i = 0; i < sizes.size(); ++i) text += (i ? ", " : "") + std::to_string(sizes[i]);
  return text + "]";
}

std::string withoutWrappers(std::string name) {
  for (bool stripped = true; stripped;) {
    stripped = false;
    for (const std::string_view prefix : {"module.", "_orig_mod."})
      if (name.starts_with(prefix)) {
        name.erase(0, prefix.size());
        stripped = true;
      }
  }
  return name;
}

// The file's tensors by names without wrappers, but for names that the network has as they are.
std::map<std::string, const StoredTensor*> byName(const SafetensorsFile& file, const ModuleNames& names) {
  std::map<std::string, const StoredTensor*> tensors;
  const auto isOurs = [&](const std::string& name) {
    return std::ranges::any_of(names.tensors, [&](const OutsideTensor& t) { return t.name == name; }) ||
           std::ranges::any_of(names.norms, [&](const std::string& norm) { return norm + counter == name; });
  };
  for (const auto& [name, tensor] : file.tensors) {
    const std::string plain = isOurs(name) ? name : withoutWrappers(name);
    // Two that become one: the second keeps its name, and is left over.
    if (!tensors.emplace(plain, &tensor).second) tensors.emplace(name, &tensor);
  }
  return tensors;
}

std::string problemOf(const StoredTensor& tensor, const std::vector<int64_t>& shape) {
  if (tensor.type != DataType::f32) return " is not of 32-bit floats";
  if (tensor.shape != shape) return " is " + sizesText(tensor.shape) + ", not " + sizesText(shape);
  for (size_t at = 0; at + sizeof(float) <= tensor.bytes.size(); at += sizeof(float)) {
    float value;
    std::memcpy(&value, tensor.bytes.data() + at, sizeof value);
    if (!std::isfinite(value)) return " holds numbers that are not finite";
  }
  return tensor.bytes.size() == static_cast<size_t>(tensor.count()) * sizeof(float) ? "" : " is cut off";
}

void copyInto(std::span<float> to, const StoredTensor& tensor, const Shape& shape) {
  std::vector<float> values(to.size());
  std::memcpy(values.data(), tensor.bytes.data(), tensor.bytes.size());
  std::ranges::copy(insideOrder(values, shape), to.begin());
}

// The names of which the file has more.
Result<ModuleNames> fittingNames(const SafetensorsFile& file, const OpGraph& graph) {
  Result<ModuleNames> first = moduleNames(graph);
  if (!first || !first->torchvision) return first;
  Result<ModuleNames> second = moduleNames(graph, NameStyle::own);
  const auto found = [&](const ModuleNames& names) {
    const auto tensors = byName(file, names);
    return std::ranges::count_if(names.tensors,
                                 [&](const OutsideTensor& tensor) { return tensors.contains(tensor.name); });
  };
  return second && found(*second) > found(*first) ? second : first;
}

}  // namespace

Result<SafetensorsFile> toSafetensors(const LeavingModel& model) {
  return stored(model.graph, model.facts, [&](size_t i) { return std::span<const float>(model.weights[i]); });
}

Result<SafetensorsFile> toSafetensors(const LeavingSource& source) {
  const CheckedNetwork checked = check(source.network, source.layers, {.batch = 1, .mode = Mode::evaluation});
  if (!checked.ok()) return Error{ErrorKind::data, summarise(checked.diagnostics)};
  std::vector<int> places;
  for (const ParameterInfo& info : checked.graph.parameters) {
    places.push_back(source.weights.find(info.name));
    if (places.back() < 0 || !(source.weights.info(places.back()).shape == info.shape))
      return Error{ErrorKind::data,
                   "The weights are not of this network: it has " + info.name + ", and they have not."};
  }
  return stored(checked.graph, source.facts, [&](size_t i) { return source.weights.values(places[i]); });
}

Result<ParameterStore> weightsFromSafetensors(const SafetensorsFile& file, const NetworkSpec& network,
                                              const LayerCatalog& layers) {
  const CheckedNetwork checked = check(network, layers, {.batch = 1, .mode = Mode::evaluation});
  if (!checked.ok()) return Error{ErrorKind::data, summarise(checked.diagnostics)};
  const Result<ModuleNames> names = fittingNames(file, checked.graph);
  if (!names) return names.error();
  std::map<std::string, const StoredTensor*> tensors = byName(file, *names);
  Complaints complaints;
  ParameterStore store(checked.graph.parameters);
  for (int i = 0; i < store.size(); ++i) {
    const OutsideTensor& wanted = names->tensors[static_cast<size_t>(i)];
    const auto found = tensors.find(wanted.name);
    if (found == tensors.end()) {
      complaints.add(wanted.name + " is missing");
      continue;
    }
    const StoredTensor& tensor = *found->second;
    tensors.erase(found);
    if (const std::string problem = problemOf(tensor, wanted.shape); !problem.empty())
      complaints.add(wanted.name + problem);
    else
      copyInto(store.values(i), tensor, store.info(i).shape);
  }
  for (const std::string& norm : names->norms) {
    const auto found = tensors.find(norm + counter);
    if (found == tensors.end()) continue;
    if (found->second->type != DataType::i64 || !found->second->shape.empty())
      complaints.add(found->first + " is not one 64-bit integer");
    tensors.erase(found);
  }
  for (const auto& [name, tensor] : tensors) complaints.add(name + " is left over");
  if (!complaints.none()) return complaints.error();
  return store;
}

}  // namespace bypath
