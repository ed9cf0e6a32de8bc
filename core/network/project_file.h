// The .bypath project: JSON with format, version, network, layout and training settings.
//
//   {"format": "bypath-project", "version": 1, "network": {"name": ..., "graph": {"nodes": [...], "wires":
//   [...]}},
//    "layout": {"stage1": [x, y]}, "training": {...}}
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/network/layer_type.h"

namespace bypath {

inline constexpr int64_t projectVersion = 1;  // the newest that this program reads and the one it writes

// No node stands farther out, in pixels at 100 %.
inline constexpr double farthestPlace = 1e6;

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

// Whether a person who names a network so means a file, not a template.
bool isProjectPath(const std::string& network);

// A project as far as its file can be read.
struct SalvagedProject {
  Project project;
  int64_t version = projectVersion;   // of the file; above projectVersion it comes from a newer program
  std::vector<std::string> problems;  // what was left out and where it stood, a sentence each

  // Writing the project back loses nothing.
  bool whole() const { return version <= projectVersion && problems.empty(); }
};

nlohmann::json toJson(const NetworkSpec& network);
Result<NetworkSpec> networkFromJson(const nlohmann::json& json, const std::string& origin);

std::string projectText(const Project& project);
// Refuses another format, a newer version and unknown keys' wrong kinds, with the place in the file; unknown
// layer types are kept (check() reports them), so that nothing is lost by opening.
Result<Project> projectFromText(const std::string& text, const std::string& origin);
// As projectFromText(), for a person who wants to see what is left: a newer version is read as far as it is
// known, and what cannot be read is left out and listed. Refuses what has no network.
Result<SalvagedProject> salvageProject(const std::string& text, const std::string& origin);
Result<Project> readProject(const std::filesystem::path& path);
Result<void> writeProject(const std::filesystem::path& path, const Project& project);

}  // namespace bypath
