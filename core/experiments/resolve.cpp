#include "core/experiments/resolve.h"

#include "core/layers/catalog.h"
#include "core/templates/catalog.h"
#include "core/training/settings.h"

namespace bypath {

namespace {

std::string keysOf(const AttributeSchema& schema) {
  std::string keys;
  for (const AttributeDescription& d : schema.list()) keys += (keys.empty() ? "" : ", ") + d.key;
  return keys;
}

}  // namespace

Result<ResolvedNetwork> resolveNetwork(const std::string& network, const SettingTexts& texts) {
  const TemplateType* type = isProjectPath(network) ? nullptr : findTemplate(network);
  Attributes parameters, flags;
  if (type) {
    Result<Attributes> environment = fromEnvironment(type->parameters);
    if (!environment) return environment.error();
    parameters = std::move(*environment);
  }
  for (const auto& [key, text] : texts) {
    const bool ofTemplate = type && type->parameters.find(key);
    const AttributeSchema& schema = ofTemplate ? type->parameters : trainingSchema();
    if (!schema.find(key))
      return Error{
          ErrorKind::usage,
          "There is no setting \"" + key + "\"." +
              (type ? " Template " + type->id + " takes " + keysOf(type->parameters) + "." : std::string()) +
              " Training takes " + keysOf(trainingSchema()) + "."};
    Result<AttributeValue> value = schema.parse(key, text);
    if (!value) return Error{ErrorKind::usage, value.error().message};
    (ofTemplate ? parameters : flags)[key] = *value;
  }

  ResolvedNetwork resolved;
  Attributes defaults;
  if (isProjectPath(network)) {
    Result<Project> project = readProject(network);
    if (!project) return project.error();
    resolved.project = std::move(*project);
  } else {
    Result<NetworkSpec> built = buildTemplate(network, parameters);
    if (!built) return built.error();
    resolved.project.network = std::move(*built);
    resolved.project.training = type->training;
  }
  Result<Attributes> environment = trainingFromEnvironment();
  if (!environment) return environment.error();
  resolved.settings = mergeSettings(mergeSettings(resolved.project.training, *environment), flags);
  if (auto valid = trainingSchema().validate(resolved.settings, "the training settings"); !valid)
    return Error{ErrorKind::usage, valid.error().message};
  return resolved;
}

Result<CheckedNetwork> checkForTraining(const ResolvedNetwork& resolved) {
  const AttributeReader settings(trainingSchema(), resolved.settings);
  CheckedNetwork checked =
      check(resolved.project.network, layerCatalog(), {.batch = settings.integer("batch")});
  if (!checked.ok()) return Error{ErrorKind::data, summarise(checked.diagnostics)};
  return checked;
}

}  // namespace bypath
