#include "core/training/checkpoint.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <nlohmann/json.hpp>
#include <set>

#include "core/base/bounded_reader.h"
#include "core/base/hash.h"
#include "core/probes/probe.h"

namespace bypath {
namespace {

constexpr char formatName[] = "bypath-checkpoint";
constexpr char formatVersion[] = "1";
constexpr char hashKey[] = "metadata_sha256";
constexpr char layoutNote[] =
    "float32, C order; convolution weights (kernel height, kernel width, input channels, output channels), "
    "dense "
    "weights (inputs, outputs)";

// Unambiguous: every text with its length.
std::string metadataHash(const std::map<std::string, std::string>& metadata) {
  std::string all;
  for (const auto& [key, value] : metadata)
    if (key != hashKey)
      for (const std::string* text : {&key, &value})
        all.append(std::to_string(text->size())).append(":").append(*text);
  return sha256(all);
}

// A text that is not UTF-8, such as a folder's name, must not stop a checkpoint.
std::string jsonText(const nlohmann::json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string modelName(const ParameterInfo& info) {
  return "model/" + info.name;
}
std::string averageName(const ParameterInfo& info) {
  return "average/" + info.name;
}
std::string slotName(const OptimizerSlot& slot, const ParameterInfo& info) {
  return "optimizer/" + slot.name + "/" + info.name;
}

std::string sizesText(const std::vector<int64_t>& list) {
  std::string text;
  for (const int64_t size : list) text += (text.empty() ? "" : "x") + std::to_string(size);
  return text;
}

Error wrongTensor(const Checkpoint& checkpoint, const std::string& name, const std::string& why) {
  return {ErrorKind::data, checkpoint.path.string() + " is not of this network: " + name + " " + why +
                               "; open it with the network that it was trained with."};
}

Result<void> loadTensor(const Checkpoint& checkpoint, const std::string& name, const Shape& shape,
                        std::span<float> values) {
  const auto found = checkpoint.file.tensors.find(name);
  if (found == checkpoint.file.tensors.end()) return wrongTensor(checkpoint, name, "is missing in the file");
  const StoredTensor& tensor = found->second;
  if (tensor.type != DataType::f32 || tensor.shape != shape.sizes())
    return wrongTensor(
        checkpoint, name,
        "is " + sizesText(tensor.shape) + " in the file and " + shape.text() + " in the network");
  std::memcpy(values.data(), tensor.bytes.data(), values.size_bytes());
  return {};
}

Result<nlohmann::json> jsonEntry(const SafetensorsFile& file, const std::string& key,
                                 const std::string& origin) {
  const auto found = file.metadata.find(key);
  if (found == file.metadata.end())
    return Error{ErrorKind::data, origin + " is no Bypath checkpoint: it does not hold its " + key + "."};
  return parseJson(found->second, "The " + key + " in " + origin);
}

}  // namespace

std::string networkHash(const NetworkSpec& network) {
  NetworkSpec nameless = network;
  nameless.name.clear();
  return sha256(jsonText(toJson(nameless)));
}

Result<void> writeCheckpoint(const std::filesystem::path& path, const CheckpointHeader& header,
                             const ParameterStore& store, const Optimizer* optimizer,
                             const WeightAverage* average) {
  SafetensorsFile file;
  Result<void> sound;
  const auto put = [&](const std::string& name, const ParameterInfo& info, std::span<const float> values) {
    if (sound && !allFinite(values))
      sound =
          Error{ErrorKind::diverged,
                "Training diverged: after step " + std::to_string(header.progress.step) + ", " + name +
                    " holds numbers that are not finite. Lower the learning rate or lengthen the warm-up; " +
                    path.string() + " was left as it is."};
    file.tensors[name] = StoredTensor::fromFloats(info.shape.sizes(), values.data());
  };
  for (int p = 0; p < store.size(); ++p) {
    const ParameterInfo& info = store.info(p);
    put(modelName(info), info, store.values(p));
    if (average) put(averageName(info), info, average->values(p));
    if (!optimizer || !info.trainable()) continue;
    for (const OptimizerSlot& slot : optimizer->slots())
      put(slotName(slot, info), info, slot.values[static_cast<size_t>(p)].span());
  }
  if (!sound) return sound;
  file.metadata = {{"format", formatName},
                   {"version", formatVersion},
                   {"layout", layoutNote},
                   {"step", std::to_string(header.progress.step)},
                   {"network", jsonText(toJson(header.network))},
                   {"network_sha256", networkHash(header.network)},
                   {"settings", jsonText(toJson(header.settings))},
                   {"progress", jsonText(header.progress.toJson())}};
  if (optimizer) file.metadata["optimizer_updates"] = std::to_string(optimizer->updates());
  file.metadata[hashKey] = metadataHash(file.metadata);
  return writeSafetensors(path, file);
}

Result<Checkpoint> readCheckpoint(const std::filesystem::path& path) {
  Result<SafetensorsFile> file = readSafetensors(path);
  if (!file) return file.error();
  const std::string origin = path.string();
  if (const auto format = file->metadata.find("format");
      format == file->metadata.end() || format->second != formatName)
    return Error{ErrorKind::data, origin + " is a safetensors file, but no Bypath checkpoint."};
  if (file->metadata["version"] != formatVersion)
    return Error{ErrorKind::data, origin + " is a checkpoint of version " + file->metadata["version"] +
                                      "; this Bypath reads version " + formatVersion + "."};
  if (file->metadata[hashKey] != metadataHash(file->metadata))
    return Error{ErrorKind::data,
                 origin + " is damaged: its description does not match its checksum; use another copy."};

  Checkpoint checkpoint{path, {}, -1, {}};
  Result<nlohmann::json> network = jsonEntry(*file, "network", origin);
  if (!network) return network.error();
  Result<NetworkSpec> spec = networkFromJson(*network, origin);
  if (!spec) return spec.error();
  Result<nlohmann::json> settingsJson = jsonEntry(*file, "settings", origin);
  if (!settingsJson) return settingsJson.error();
  Result<Attributes> settings = attributesFromJson(*settingsJson, origin);
  if (!settings) return settings.error();
  Result<nlohmann::json> progressJson = jsonEntry(*file, "progress", origin);
  if (!progressJson) return progressJson.error();
  Result<TrainingProgress> progress = TrainingProgress::fromJson(*progressJson, origin);
  if (!progress) return progress.error();
  checkpoint.header = {std::move(*spec), std::move(*settings), std::move(*progress)};
  if (const auto updates = file->metadata.find("optimizer_updates"); updates != file->metadata.end()) {
    const std::string& text = updates->second;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), checkpoint.optimizerUpdates);
    if (parsed.ec != std::errc{} || checkpoint.optimizerUpdates < 0)
      return Error{ErrorKind::data, origin + " does not say how many updates its optimizer has made."};
  }
  checkpoint.file = std::move(*file);
  return checkpoint;
}

Result<void> loadParameters(const Checkpoint& checkpoint, ParameterStore& store) {
  std::set<std::string> known;
  for (int p = 0; p < store.size(); ++p) {
    const ParameterInfo& info = store.info(p);
    known.insert(modelName(info));
    Result<void> loaded = loadTensor(checkpoint, modelName(info), info.shape, store.values(p));
    if (!loaded) return loaded;
  }
  for (const auto& [name, tensor] : checkpoint.file.tensors)
    if (name.starts_with("model/") && !known.contains(name))
      return wrongTensor(checkpoint, name, "is in the file and not in the network");
  return {};
}

Result<void> loadOptimizer(const Checkpoint& checkpoint, const ParameterStore& store, Optimizer& optimizer) {
  if (checkpoint.optimizerUpdates < 0)
    return Error{
        ErrorKind::data,
        checkpoint.path.string() + " holds weights alone; training goes on from a checkpoint-*.safetensors."};
  for (OptimizerSlot& slot : optimizer.slots())
    for (int p = 0; p < store.size(); ++p) {
      const ParameterInfo& info = store.info(p);
      if (!info.trainable()) continue;
      Result<void> loaded = loadTensor(checkpoint, slotName(slot, info), info.shape,
                                       slot.values[static_cast<size_t>(p)].span());
      if (!loaded) return loaded;
    }
  optimizer.setUpdates(checkpoint.optimizerUpdates);
  return {};
}

Result<void> loadAverage(const Checkpoint& checkpoint, const ParameterStore& store, WeightAverage& average) {
  for (int p = 0; p < store.size(); ++p) {
    const ParameterInfo& info = store.info(p);
    Result<void> loaded = loadTensor(checkpoint, averageName(info), info.shape, average.values(p));
    if (!loaded) return loaded;
  }
  return {};
}

namespace {

// "stage[1]/conv" as "stage/conv".
std::string withoutFirstCopies(std::string name) {
  constexpr std::string_view first = "[1]";
  for (size_t at = 0; (at = name.find(first, at)) != std::string::npos;) name.erase(at, first.size());
  return name;
}

}  // namespace

CarryOver carryOver(const Checkpoint& checkpoint, ParameterStore& store) {
  constexpr std::string_view prefix = "model/";
  std::map<std::string, std::string> stored;  // the checkpoint's names
  for (const auto& [name, tensor] : checkpoint.file.tensors)
    if (name.starts_with(prefix)) stored[withoutFirstCopies(name)] = name;
  const auto sourceOf = [&](const ParameterInfo& info) -> std::string {
    const auto named = stored.find(withoutFirstCopies(modelName(info)));
    if (named == stored.end()) return {};
    const auto& tensor = checkpoint.file.tensors.at(named->second);
    return tensor.type == DataType::f32 && tensor.shape == info.shape.sizes() ? named->second : std::string();
  };
  std::map<std::string, bool> layers;  // whether all of it was found, by path
  std::set<std::string> known;
  for (int p = 0; p < store.size(); ++p) {
    const ParameterInfo& info = store.info(p);
    const std::string layer = layerOfParameter(info.name);
    bool& whole = layers.try_emplace(layer, true).first->second;
    whole = whole && !sourceOf(info).empty();
    known.insert(withoutFirstCopies(layer));
  }
  for (int p = 0; p < store.size(); ++p) {
    const ParameterInfo& info = store.info(p);
    if (layers.at(layerOfParameter(info.name)))
      static_cast<void>(loadTensor(checkpoint, sourceOf(info), info.shape, store.values(p)).ok());
  }
  CarryOver result;
  for (const auto& [layer, whole] : layers) (whole ? result.kept : result.fresh).push_back(layer);
  std::set<std::string> dropped;
  for (const auto& [plain, name] : stored)
    if (const std::string layer = layerOfParameter(name.substr(prefix.size()));
        !known.contains(withoutFirstCopies(layer)))
      dropped.insert(layer);
  result.dropped.assign(dropped.begin(), dropped.end());
  return result;
}

std::string CarryOver::text() const {
  const auto list = [](const std::vector<std::string>& layers) {
    constexpr size_t most = 6;
    std::string text;
    for (size_t i = 0; i < std::min(most, layers.size()); ++i) text += (i ? ", " : "") + layers[i];
    return layers.size() > most ? text + " and " + std::to_string(layers.size() - most) + " more" : text;
  };
  std::string text = "Weights kept: " + (kept.empty() ? "none" : list(kept)) + ".";
  if (!fresh.empty()) text += " New: " + list(fresh) + ".";
  if (!dropped.empty()) text += " Left out: " + list(dropped) + ".";
  return text;
}

}  // namespace bypath
