#include "core/network/project_file.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/base/atomic_file.h"
#include "core/base/bounded_reader.h"
#include "core/base/text.h"
#include "core/network/json_fields.h"

namespace bypath {
namespace {

constexpr char format[] = "bypath-project";

nlohmann::json graphToJson(const Graph& graph) {
  nlohmann::json nodes = nlohmann::json::array(), wires = nlohmann::json::array();
  for (const Node& node : graph.nodes) {
    nlohmann::json entry = {{"name", node.name}, {"type", node.type}};
    if (!node.attributes.empty()) entry["attributes"] = toJson(node.attributes);
    if (!node.body.empty()) entry["body"] = graphToJson(node.body[0]);
    nodes.push_back(std::move(entry));
  }
  for (const Wire& wire : graph.wires) wires.push_back({wire.from, wire.fromPort, wire.to, wire.toPort});
  return {{"nodes", std::move(nodes)}, {"wires", std::move(wires)}};
}

Wire wireFromJson(const nlohmann::json& json, const std::string& place) {
  const bool shaped = json.is_array() && json.size() == 4 && json[0].is_string() &&
                      json[1].is_number_integer() && json[2].is_string() && json[3].is_number_integer();
  if (!shaped) throw JsonProblem{place + " must be a wire: [\"from\", port, \"to\", port]"};
  const auto port = [&](const nlohmann::json& number) {
    const auto value = number.get<int64_t>();
    const bool huge = number.is_number_unsigned() && number.get<uint64_t>() > INT32_MAX;
    if (huge || value < 0 || value > INT32_MAX) throw JsonProblem{place + " has a port number out of range"};
    return static_cast<int>(value);
  };
  return {json[0].get<std::string>(), port(json[1]), json[2].get<std::string>(), port(json[3])};
}

Position positionFromJson(const nlohmann::json& json, const std::string& place) {
  const bool shaped = json.is_array() && json.size() == 2 && json[0].is_number() && json[1].is_number();
  if (!shaped) throw JsonProblem{place + " must be a position: [x, y]"};
  const Position at{json[0].get<double>(), json[1].get<double>()};
  if (!(std::abs(at.x) <= farthestPlace && std::abs(at.y) <= farthestPlace))
    throw JsonProblem{place + " is farther out than " + numberText(farthestPlace) + " pixels"};
  return at;
}

void checkFormat(const JsonFields& fields) {
  if (!fields.has("format") || fields.text("format") != format)
    throw JsonProblem{"it is no Bypath project: its \"format\" is not \"" + std::string(format) + "\""};
}

int64_t versionFromJson(const JsonFields& fields) {
  const int64_t found = fields.integer("version");
  if (found < 1) throw JsonProblem{"its version " + std::to_string(found) + " never existed"};
  return found;
}

// Reads strictly (the first problem is thrown), or into a salvage: what cannot be read is left out and
// listed.
class ProjectReader {
 public:
  explicit ProjectReader(SalvagedProject* salvage = nullptr) : salvage_(salvage) {}

  Project project(const JsonFields& fields) {
    only(fields, {"format", "version", "network", "layout", "training"});
    Project project;
    project.network = network(fields.object("network"));
    if (fields.has("layout")) part([&] { project.layout = layout(fields.object("layout")); });
    if (fields.has("training")) part([&] { project.training = attributes(fields, "training"); });
    if (salvage_ && unlisted_ > 0)
      salvage_->problems.push_back("Left out: " + std::to_string(unlisted_) + " more.");
    return project;
  }

  NetworkSpec network(const JsonFields& fields) {
    only(fields, {"name", "graph"});
    NetworkSpec network;
    if (fields.has("name")) part([&] { network.name = fields.text("name"); });
    network.graph = graph(fields.object("graph"));
    return network;
  }

 private:
  template <class Read>
  void part(Read&& read) {
    if (!salvage_) return read();
    try {
      read();
    } catch (const JsonProblem& problem) {
      leaveOut(problem.message);
    }
  }

  void leaveOut(const std::string& message) {
    constexpr size_t most = 100, longest = 400;
    if (salvage_->problems.size() >= most) {
      ++unlisted_;
      return;
    }
    std::string line = "Left out: " + message;
    if (line.size() > longest) {
      size_t end = longest;
      while ((static_cast<unsigned char>(line[end]) & 0xC0) == 0x80) --end;  // not inside a UTF-8 letter
      line = line.substr(0, end) + "...";
    }
    if (!line.ends_with('.')) line += '.';
    salvage_->problems.push_back(std::move(line));
  }

  void only(const JsonFields& fields, std::initializer_list<std::string_view> keys) {
    if (!salvage_) return fields.only(keys);
    for (const auto& [key, value] : fields.json().items())
      if (std::find(keys.begin(), keys.end(), key) == keys.end())
        leaveOut(fields.place(key) + " is not known in this version");
  }

  Attributes attributes(const JsonFields& fields, const char* key) {
    if (!salvage_) return fields.attributes(key);
    const JsonFields all = fields.object(key);
    Attributes kept;
    for (const auto& [name, value] : all.json().items()) {
      nlohmann::json one = nlohmann::json::object();
      one[name] = value;
      Result<Attributes> read = attributesFromJson(one, fields.place(key));
      if (read)
        kept.merge(*read);
      else
        leaveOut(read.error().message);
    }
    return kept;
  }

  Node node(const JsonFields& fields) {
    only(fields, {"name", "type", "attributes", "body"});
    Node node{.name = fields.text("name"), .type = fields.text("type")};
    if (fields.has("attributes")) part([&] { node.attributes = attributes(fields, "attributes"); });
    if (fields.has("body")) part([&] { node.body.push_back(graph(fields.object("body"))); });
    return node;
  }

  Graph graph(const JsonFields& fields) {
    only(fields, {"nodes", "wires"});
    Graph graph;
    const nlohmann::json& nodes = fields.array("nodes");
    graph.nodes.reserve(nodes.size());
    for (size_t i = 0; i < nodes.size(); ++i)
      part([&] { graph.nodes.push_back(node({nodes[i], fields.place("nodes", i)})); });
    part([&] {
      const nlohmann::json& wires = fields.array("wires");
      graph.wires.reserve(wires.size());
      for (size_t i = 0; i < wires.size(); ++i)
        part([&] { graph.wires.push_back(wireFromJson(wires[i], fields.place("wires", i))); });
    });
    return graph;
  }

  std::map<std::string, Position> layout(const JsonFields& fields) {
    std::map<std::string, Position> layout;
    for (const auto& [path, point] : fields.json().items())
      part([&, &path = path, &point = point] { layout[path] = positionFromJson(point, fields.place(path)); });
    return layout;
  }

  SalvagedProject* salvage_;
  size_t unlisted_ = 0;
};

Project projectFromJson(const JsonFields& fields) {
  checkFormat(fields);
  const int64_t found = versionFromJson(fields);
  if (found > projectVersion)
    throw JsonProblem{"it was written by a newer Bypath (file version " + std::to_string(found) +
                      ", this program reads " + std::to_string(projectVersion) + "); update the program"};
  return ProjectReader().project(fields);
}

SalvagedProject salvageFromJson(const JsonFields& fields) {
  checkFormat(fields);
  SalvagedProject salvage;
  salvage.version = versionFromJson(fields);
  salvage.project = ProjectReader(&salvage).project(fields);
  return salvage;
}

template <class Read>
auto guarded(const std::string& origin, Read&& read) -> Result<decltype(read())> {
  try {
    return read();
  } catch (const JsonProblem& problem) {
    return Error{ErrorKind::data, origin + ": " + problem.message + "."};
  }
}

}  // namespace

nlohmann::json toJson(const NetworkSpec& network) {
  return {{"name", network.name}, {"graph", graphToJson(network.graph)}};
}

Result<NetworkSpec> networkFromJson(const nlohmann::json& json, const std::string& origin) {
  return guarded(origin, [&] { return ProjectReader().network({json, "network"}); });
}

bool isProjectPath(const std::string& network) {
  return network.find('/') != std::string::npos || network.ends_with(".bypath");
}

std::string projectText(const Project& project) {
  nlohmann::json layout = nlohmann::json::object();
  for (const auto& [path, position] : project.layout) layout[path] = {position.x, position.y};
  const nlohmann::json json = {{"format", format},
                               {"version", projectVersion},
                               {"network", toJson(project.network)},
                               {"layout", std::move(layout)},
                               {"training", toJson(project.training)}};
  // A text that is not UTF-8 is written with replacement characters, not refused.
  return json.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

Result<Project> projectFromText(const std::string& text, const std::string& origin) {
  const Result<nlohmann::json> json = parseJson(text, origin);
  if (!json) return json.error();
  return guarded(origin, [&] { return projectFromJson({*json, ""}); });
}

Result<SalvagedProject> salvageProject(const std::string& text, const std::string& origin) {
  const Result<nlohmann::json> json = parseJson(text, origin);
  if (!json) return json.error();
  return guarded(origin, [&] { return salvageFromJson({*json, ""}); });
}

Result<Project> readProject(const std::filesystem::path& path) {
  const Result<std::string> text = readTextFile(path, JsonLimits{}.bytes);
  if (!text) return text.error();
  return projectFromText(*text, path.string());
}

Result<void> writeProject(const std::filesystem::path& path, const Project& project) {
  return writeFileAtomically(path, projectText(project));
}

}  // namespace bypath
