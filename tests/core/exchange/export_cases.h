// The networks that code is generated for: templates with all their choices, and every layer's examples.
#pragma once

#include "made_model.h"

namespace bypath {

struct ExportCase {
  std::string name;
  MadeNetwork made;
  LeavingOptions options{};
};

// A part that two values enter and two leave.
inline NetworkSpec twoWayNetwork() {
  Graph body;
  body.nodes = {{.name = "a", .type = "part_input"},
                {.name = "b", .type = "part_input"},
                {.name = "sum", .type = "add"},
                {.name = "conv", .type = "conv2d", .attributes = {{"channels", int64_t{3}}}},
                {.name = "c", .type = "part_output"},
                {.name = "d", .type = "part_output"}};
  body.wires = {
      {"a", 0, "sum", 0}, {"b", 0, "sum", 1}, {"sum", 0, "conv", 0}, {"conv", 0, "c", 0}, {"sum", 0, "d", 0}};
  NetworkSpec network;
  network.graph.nodes = {{.name = "image", .type = "input", .attributes = {{"shape", "6x5x3"}}},
                         {.name = "other", .type = "elu"},
                         {.name = "join", .type = "part", .body = {body}},
                         {.name = "end", .type = "multiply"}};
  network.graph.wires = {{"image", 0, "other", 0},
                         {"image", 0, "join", 0},
                         {"other", 0, "join", 1},
                         {"join", 0, "end", 0},
                         {"join", 1, "end", 1}};
  return network;
}

inline std::vector<ExportCase> templateCases() {
  std::vector<ExportCase> all;
  const auto add = [&](const std::string& id, const Attributes& parameters, const std::string& part = "",
                       bool fold = false, bool sampling = false) {
    std::string name = id;
    for (const auto& [key, value] : parameters) name += " " + key + "=" + toText(value);
    all.push_back({name + (part.empty() ? "" : " " + part) + (fold ? " folded" : ""),
                   madeTemplate(id, parameters),
                   {.part = part, .foldNormalisation = fold, .sampling = sampling}});
  };
  for (const char* shortcut : {"A", "B", "C", "scaled", "exclusive-gating", "shortcut-gating"})
    add("resnet", {{"shortcut", std::string(shortcut)}});
  for (const char* order :
       {"full-preactivation", "bn-after-add", "relu-before-add", "relu-only-preactivation"})
    add("resnet", {{"order", std::string(order)}});
  for (const char* init : {"zero-last", "fixup", "skipinit"})
    add("resnet", {{"init", std::string(init)}, {"shortcut", "B"}});
  add("resnet", {{"survival", 0.5}});
  add("plain", {});
  add("starter", {});
  add("preact-resnet", {});
  add("resnet-imagenet", {{"depth", std::string("18")}, {"stem", "cifar"}});
  add("resnet-imagenet", {{"depth", std::string("50")}, {"stem", "cifar"}});
  for (const char* part : {"", "encoder", "decoder"}) {
    add("resnet-vae", {{"width_divisor", int64_t{16}}, {"depth", std::string("40")}}, part);
    add("conv-vae", {}, part);
  }
  add("resnet", {{"shortcut", "C"}}, "stage2");
  add("resnet", {{"shortcut", "B"}}, "", true);
  add("resnet-imagenet", {{"depth", std::string("18")}, {"stem", "cifar"}}, "", true);
  add("conv-vae", {}, "", true);
  add("conv-vae", {}, "", false, true);
  all.push_back({"two ways", madeNetwork(twoWayNetwork())});
  all.push_back({"two ways, the part", madeNetwork(twoWayNetwork()), {.part = "join"}});
  return all;
}

inline std::vector<ExportCase> layerCases() {
  std::vector<ExportCase> all;
  for (const LayerType* type : layerCatalog().list()) {
    if (type->group == "Boundary" || type->group == "Loss" || type->group == "Input and output") continue;
    for (const LayerExample& example : type->examples()) {
      all.push_back({type->id + ", " + example.name, madeNetwork(exampleNetwork(*type, example))});
    }
  }
  return all;
}

}  // namespace bypath
