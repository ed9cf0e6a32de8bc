// What a person means by a network and settings in words: a .bypath file or a template's name, and key=value
// for the template's parameters and the training settings.
//
//   Result<ResolvedNetwork> vae = resolveNetwork("resnet-vae", {{"depth", "40"}, {"batch", "25"}});
#pragma once

#include <map>
#include <string>

#include "core/network/check.h"
#include "core/network/project_file.h"

namespace bypath {

using SettingTexts = std::map<std::string, std::string>;  // as --set takes them

// A network with the settings to train it: defaults < template or file < environment < texts.
struct ResolvedNetwork {
  Project project;
  Attributes settings;
};

// BYPATH_<KEY> in the environment stands for a training setting or a parameter of the template (BYPATH_LATENT
// for latent). Errors: an unknown key or template, a value that cannot be read (usage); the file (data, io).
Result<ResolvedNetwork> resolveNetwork(const std::string& network, const SettingTexts& texts);

// The network checked as it will be trained; its problems are an error.
Result<CheckedNetwork> checkForTraining(const ResolvedNetwork& resolved);

}  // namespace bypath
