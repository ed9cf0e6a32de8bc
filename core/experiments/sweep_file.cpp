// Sweeps as JSON: what is planned, written by hand or by a sweep, and what came of it.
#include <algorithm>
#include <set>

#include "core/base/atomic_file.h"
#include "core/base/bounded_reader.h"
#include "core/experiments/sweep.h"
#include "core/network/project_file.h"

namespace bypath {

namespace {

constexpr char formatName[] = "bypath-sweep";
constexpr int64_t sweepVersion = 1;

Error wrong(const std::string& where, const std::string& what) {
  return {ErrorKind::data, where + ": " + what};
}

Result<SettingTexts> readSet(const nlohmann::json& json, const std::string& where) {
  if (!json.is_object()) return wrong(where, "\"set\" must be an object of settings.");
  SettingTexts set;
  for (const auto& [key, value] : json.items()) {
    if (!value.is_string() && !value.is_number() && !value.is_boolean())
      return wrong(where, "the setting " + key + " must be a text, a number, true or false.");
    set[key] = value.is_string() ? value.get<std::string>() : value.dump();
  }
  return set;
}

Result<void> knownKeys(const nlohmann::json& json, const std::string& where) {
  for (const auto& [key, value] : json.items())
    if (key != "network" && key != "set" && key != "name" && key != "twin" && key != "weights")
      return wrong(where, "there is no \"" + key +
                              "\" of an experiment; it has network, set, name, twin and weights.");
  return {};
}

Result<Experiment> readExperiment(const nlohmann::json& json, const std::string& where) {
  if (!json.is_object()) return wrong(where, "an experiment must be an object with a \"network\".");
  const auto network = json.find("network");
  if (network == json.end() || !network->is_string())
    return wrong(where, "\"network\" must name a template or a .bypath file.");
  Experiment one{.network = network->get<std::string>()};
  if (const auto set = json.find("set"); set != json.end()) {
    Result<SettingTexts> texts = readSet(*set, where);
    if (!texts) return texts.error();
    one.set = std::move(*texts);
  }
  if (const auto name = json.find("name"); name != json.end()) {
    if (!name->is_string() || name->get_ref<const std::string&>().empty())
      return wrong(where, "\"name\" must be a text.");
    one.name = folderName(name->get<std::string>());
  }
  if (const auto twin = json.find("twin"); twin != json.end()) {
    if (!twin->is_boolean()) return wrong(where, "\"twin\" must be true or false.");
    one.twin = twin->get<bool>();
  }
  if (const auto weights = json.find("weights"); weights != json.end()) {
    if (!weights->is_string()) return wrong(where, "\"weights\" must name an experiment or a checkpoint.");
    one.weights = weights->get<std::string>();
  }
  return one;
}

// Only divergence is remembered here; everything else is read from the runs.
void readState(const nlohmann::json& json, Experiment& one) {
  if (json.value("state", nlohmann::json()) != "diverged") return;
  one.state = ExperimentState::diverged;
  if (const auto message = json.find("message"); message != json.end() && message->is_string())
    one.message = message->get<std::string>();
}

bool isCheckpointFile(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(path, ignored);
}

// Numbered where nothing is said.
Result<void> nameAll(std::vector<Experiment>& experiments, const std::string& origin) {
  std::set<std::string> names;
  for (size_t i = 0; i < experiments.size(); ++i) {
    Experiment& one = experiments[i];
    if (one.name.empty())
      one.name = folderName(std::to_string(i + 1) + "-" + std::filesystem::path(one.network).stem().string());
    if (!names.insert(one.name).second)
      return wrong(origin, "two experiments are named " + one.name + "; give each a name of its own.");
  }
  return {};
}

// What differs between the experiments.
std::vector<std::string> columnsOf(const std::vector<Experiment>& experiments) {
  std::vector<std::string> columns = {"name"};
  std::set<std::string> keys, networks;
  for (const Experiment& one : experiments) {
    networks.insert(one.network);
    for (const auto& [key, value] : one.set) keys.insert(key);
  }
  if (networks.size() > 1) columns.emplace_back("network");
  for (const std::string& key : keys) {
    std::set<std::string> values;
    for (const Experiment& one : experiments) values.insert(one.set.contains(key) ? one.set.at(key) : "");
    if (values.size() > 1) columns.push_back(key);
  }
  if (std::ranges::any_of(experiments, &Experiment::twin)) columns.emplace_back("twin");
  return columns;
}

Result<std::vector<std::string>> readColumns(const nlohmann::json& json, const std::string& origin) {
  std::vector<std::string> columns;
  if (!json.is_array()) return wrong(origin, "\"columns\" must be a list of texts.");
  for (const nlohmann::json& column : json) {
    if (!column.is_string()) return wrong(origin, "\"columns\" must be a list of texts.");
    columns.push_back(column.get<std::string>());
  }
  return columns;
}

Result<void> checkFormat(const nlohmann::json& json, const std::string& origin) {
  if (!json.is_object() || json.value("format", nlohmann::json()) != formatName ||
      !json.contains("experiments") || !json["experiments"].is_array())
    return wrong(origin, "it is neither a list of experiments nor a sweep of Bypath.");
  const nlohmann::json version = json.value("version", nlohmann::json());
  if (!version.is_number_integer() || version.get<int64_t>() > sweepVersion)
    return wrong(origin, "it was written by a newer version of Bypath; update Bypath to read it.");
  return {};
}

}  // namespace

Result<Sweep> readQueue(const std::filesystem::path& file) {
  Result<nlohmann::json> json = readJsonFile(file);
  if (!json) return json.error();
  const bool byHand = json->is_array();
  if (!byHand)
    if (Result<void> known = checkFormat(*json, file.string()); !known) return known.error();
  Sweep sweep;
  for (const nlohmann::json& item : byHand ? *json : (*json)["experiments"]) {
    const std::string where = file.string() + ", experiment " + std::to_string(sweep.experiments.size() + 1);
    Result<Experiment> one = readExperiment(item, where);
    if (!one) return one.error();
    if (byHand)
      if (Result<void> known = knownKeys(item, where); !known) return known.error();
    if (isProjectPath(one->network))
      one->network =
          (std::filesystem::absolute(file).parent_path() / one->network).lexically_normal().string();
    if (!one->weights.empty())
      if (const std::filesystem::path beside = std::filesystem::absolute(file).parent_path() / one->weights;
          isCheckpointFile(beside.string()))
        one->weights = beside.lexically_normal().string();
    if (!byHand) readState(item, *one);
    sweep.experiments.push_back(std::move(*one));
  }
  if (sweep.experiments.empty()) return wrong(file.string(), "there is no experiment in it.");
  if (Result<void> named = nameAll(sweep.experiments, file.string()); !named) return named.error();
  if (Result<void> possible = checkWeights(sweep.experiments, file.parent_path()); !possible)
    return wrong(file.string(), possible.error().message);
  sweep.columns = columnsOf(sweep.experiments);
  if (!byHand && json->contains("columns")) {
    Result<std::vector<std::string>> columns = readColumns((*json)["columns"], file.string());
    if (!columns) return columns.error();
    sweep.columns = std::move(*columns);
  }
  return sweep;
}

nlohmann::json sweepRows(const Sweep& sweep) {
  nlohmann::json rows = nlohmann::json::array();
  for (const Experiment& one : sweep.experiments) {
    nlohmann::json row = {
        {"name", one.name},           {"network", one.network},        {"set", one.set},
        {"twin", one.twin},           {"state", stateName(one.state)}, {"parameters", one.parameters},
        {"steps", one.summary.steps}, {"epochs", one.summary.epochs},  {"seconds", one.summary.seconds}};
    if (!one.weights.empty()) row["weights"] = one.weights;
    if (!one.message.empty()) row["message"] = one.message;
    for (const auto& [name, value] : one.summary.best) row["best_" + name] = value;
    rows.push_back(std::move(row));
  }
  return rows;
}

Result<void> writeSweep(const std::filesystem::path& folder, const Sweep& sweep) {
  const nlohmann::json json = {{"format", formatName},
                               {"version", sweepVersion},
                               {"columns", sweep.columns},
                               {"experiments", sweepRows(sweep)}};
  return writeFileAtomically(folder / sweepFileName,
                             json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
}

}  // namespace bypath
