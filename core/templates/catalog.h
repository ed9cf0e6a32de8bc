// Parametric networks: "resnet" with depth 20 is a NetworkSpec a person can then edit. A template is one file
// in this folder and one line in catalog.cpp.
//
//   Result<NetworkSpec> net = buildTemplate("resnet", {{"depth", int64_t{56}}});
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/attributes.h"
#include "core/network/network_spec.h"

namespace bypath {

struct TemplateType {
  std::string id;       // "resnet"
  std::string title;    // "ResNet for CIFAR"
  std::string summary;  // one sentence, with the paper
  AttributeSchema parameters;
  Result<NetworkSpec> (*build)(const Attributes& parameters) = nullptr;
  Attributes
      training;  // settings that differ from the trainer's defaults (learning rate, schedule, data ...)
};

const std::vector<const TemplateType*>& templateCatalog();
const TemplateType* findTemplate(std::string_view id);
// Validates the parameters, then builds. An unknown id names those there are.
Result<NetworkSpec> buildTemplate(std::string_view id, const Attributes& parameters);

}  // namespace bypath
