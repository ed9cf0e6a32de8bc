// The .bypath project: JSON with format, version, network, layout and training settings.
//
//   {"format": "bypath-project", "version": 1, "network": {"name": ..., "graph": {"nodes": [...], "wires":
//   [...]}},
//    "layout": {"stage1": [x, y]}, "training": {...}}
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "core/base/result.h"
#include "core/network/layer_type.h"

namespace bypath {

struct Position {
  double x = 0;
  double y = 0;
  bool operator==(const Position&) const = default;
};

struct Project {
  NetworkSpec network;
  std::map<std::string, Position> layout;  // by container-relative path of bodies: "encoder/conv1"
  Attributes training;                     // what differs from the defaults

  bool operator==(const Project&) const = default;
};

nlohmann::json toJson(const NetworkSpec& network);
Result<NetworkSpec> networkFromJson(const nlohmann::json& json, const std::string& origin);

std::string projectText(const Project& project);
// Refuses another format, a newer version and unknown keys' wrong kinds, with the place in the file; unknown
// layer types are kept (check() reports them), so that nothing is lost by opening.
Result<Project> projectFromText(const std::string& text, const std::string& origin);
Result<Project> readProject(const std::filesystem::path& path);
Result<void> writeProject(const std::filesystem::path& path, const Project& project);

}  // namespace bypath
