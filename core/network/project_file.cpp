#include "core/network/project_file.h"

#include <nlohmann/json.hpp>

#include "core/base/atomic_file.h"
#include "core/base/bounded_reader.h"
#include "core/network/json_fields.h"

namespace bypath {
namespace {

constexpr char format[] = "bypath-project";
constexpr int64_t version = 1;

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

Graph graphFromJson(const JsonFields& fields);

Node nodeFromJson(const JsonFields& fields) {
  fields.only({"name", "type", "attributes", "body"});
  Node node{.name = fields.text("name"), .type = fields.text("type")};
  if (fields.has("attributes")) node.attributes = fields.attributes("attributes");
  if (fields.has("body")) node.body.push_back(graphFromJson(fields.object("body")));
  return node;
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

Graph graphFromJson(const JsonFields& fields) {
  fields.only({"nodes", "wires"});
  Graph graph;
  const nlohmann::json& nodes = fields.array("nodes");
  graph.nodes.reserve(nodes.size());
  for (size_t i = 0; i < nodes.size(); ++i)
    graph.nodes.push_back(nodeFromJson({nodes[i], fields.place("nodes", i)}));
  const nlohmann::json& wires = fields.array("wires");
  graph.wires.reserve(wires.size());
  for (size_t i = 0; i < wires.size(); ++i)
    graph.wires.push_back(wireFromJson(wires[i], fields.place("wires", i)));
  return graph;
}

NetworkSpec specFromJson(const JsonFields& fields) {
  fields.only({"name", "graph"});
  NetworkSpec network;
  if (fields.has("name")) network.name = fields.text("name");
  network.graph = graphFromJson(fields.object("graph"));
  return network;
}

std::map<std::string, Position> layoutFromJson(const JsonFields& fields) {
  std::map<std::string, Position> layout;
  for (const auto& [path, point] : fields.json().items()) {
    const bool shaped = point.is_array() && point.size() == 2 && point[0].is_number() && point[1].is_number();
    if (!shaped) throw JsonProblem{fields.place(path) + " must be a position: [x, y]"};
    layout[path] = {point[0].get<double>(), point[1].get<double>()};
  }
  return layout;
}

Project projectFromJson(const JsonFields& fields) {
  if (!fields.has("format") || fields.text("format") != format)
    throw JsonProblem{"it is no Bypath project: its \"format\" is not \"" + std::string(format) + "\""};
  const int64_t found = fields.integer("version");
  if (found > version)
    throw JsonProblem{"it was written by a newer Bypath (file version " + std::to_string(found) +
                      ", this program reads " + std::to_string(version) + "); update the program"};
  if (found < 1) throw JsonProblem{"its version " + std::to_string(found) + " never existed"};
  fields.only({"format", "version", "network", "layout", "training"});
  Project project;
  project.network = specFromJson(fields.object("network"));
  if (fields.has("layout")) project.layout = layoutFromJson(fields.object("layout"));
  if (fields.has("training")) project.training = fields.attributes("training");
  return project;
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
  return guarded(origin, [&] { return specFromJson({json, "network"}); });
}

std::string projectText(const Project& project) {
  nlohmann::json layout = nlohmann::json::object();
  for (const auto& [path, position] : project.layout) layout[path] = {position.x, position.y};
  const nlohmann::json json = {{"format", format},
                               {"version", version},
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

Result<Project> readProject(const std::filesystem::path& path) {
  const Result<std::string> text = readTextFile(path, JsonLimits{}.bytes);
  if (!text) return text.error();
  return projectFromText(*text, path.string());
}

Result<void> writeProject(const std::filesystem::path& path, const Project& project) {
  return writeFileAtomically(path, projectText(project));
}

}  // namespace bypath
