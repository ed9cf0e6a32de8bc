#include "core/templates/catalog.h"

#include <cassert>
#include <set>

#include "core/templates/templates.h"

namespace bypath {

using namespace std::string_literals;

const std::vector<const TemplateType*>& templateCatalog() {
  static const std::vector<const TemplateType*> list = [] {
    std::vector<const TemplateType*> all = {
        &starterTemplate(),        &resnetTemplate(),    &plainTemplate(),   &preactResnetTemplate(),
        &resnetImagenetTemplate(), &resnetVaeTemplate(), &convVaeTemplate(),
    };
    std::set<std::string> ids;
    for ([[maybe_unused]] const TemplateType* type : all) assert(ids.insert(type->id).second);
    return all;
  }();
  return list;
}

const TemplateType* findTemplate(std::string_view id) {
  for (const TemplateType* type : templateCatalog())
    if (type->id == id) return type;
  return nullptr;
}

Result<NetworkSpec> buildTemplate(std::string_view id, const Attributes& parameters) {
  const TemplateType* type = findTemplate(id);
  if (!type) {
    std::string known;
    for (const TemplateType* t : templateCatalog()) known += (known.empty() ? "" : ", ") + t->id;
    return Error{ErrorKind::usage, "There is no template \"" + std::string(id) + "\"; choose one of " +
                                       known + ", or name a .bypath file."};
  }
  if (auto valid = type->parameters.validate(parameters, "template " + type->id); !valid)
    return Error{ErrorKind::usage, valid.error().message};
  Result<NetworkSpec> network = type->build(parameters);
  if (network) network->name = type->id;
  return network;
}

AttributeDescription classesParameter(int64_t fallback) {
  return {.key = "classes",
          .label = "Classes",
          .kind = AttributeKind::integer,
          .fallback = fallback,
          .minimum = 2,
          .maximum = 100000,
          .help = "Number of classes told apart."};
}

AttributeDescription latentParameter(int64_t fallback) {
  return {.key = "latent",
          .label = "Latent size",
          .kind = AttributeKind::integer,
          .fallback = fallback,
          .minimum = 1,
          .maximum = 65536,
          .help = "Number of Gaussian latent variables."};
}

AttributeDescription samplingParameter() {
  return {.key = "sampling",
          .label = "Sampling",
          .kind = AttributeKind::choice,
          .fallback = "faithful"s,
          .choices = {"faithful", "correct"},
          .help =
              "faithful samples with sigma = exp(s) as the post's notebooks do; correct uses exp(s/2), which "
              "is what "
              "their KL term assumes."};
}

Attributes residualTraining() {
  return {{"optimizer", "sgd"s},    {"learning_rate", 0.1},  {"momentum", 0.9},
          {"weight_decay", 1e-4},   {"batch", int64_t{128}}, {"schedule", "step"s},
          {"step_at", "0.5,0.75"s}, {"step_factor", 0.1},    {"augment", true}};
}

Attributes vaeTraining() {
  return {{"optimizer", "adam"s},
          {"learning_rate", 1e-3},
          {"batch", int64_t{25}},
          {"weight_decay", 0.0},
          {"schedule", "constant"s},
          {"augment", false},
          {"early_stopping_patience", int64_t{50}},
          {"early_stopping_delta", 0.1}};
}

}  // namespace bypath
