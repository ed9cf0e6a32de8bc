#include <algorithm>

#include "core/network/edit.h"
#include "core/network/fixes.h"
#include "core/network/paths.h"
#include "core/network/type_ids.h"
#include "core/network/walk.h"

namespace bypath {
namespace {

// What a hostile file calls things must fit on a line.
std::string shown(const std::string& text) {
  return text.size() > 80 ? text.substr(0, 80) + "..." : text;
}

class DrawingReport {
 public:
  DrawingReport(const Graph& graph, const Wiring& wiring, const GraphScope& scope, Reporter& reporter)
      : graph_(graph), wiring_(wiring), scope_(scope), reporter_(reporter) {}

  void run() {
    names();
    wires();
    cycles();
    inputs();
    outputs();
  }

 private:
  std::string path(int node) const {
    return node < 0 ? scope_.path : joinPath(scope_.path, shown(name(node)));
  }
  const std::string& name(int node) const { return graph_.nodes[static_cast<size_t>(node)].name; }
  DrawnPlace place(int node) const { return {scope_.drawn, name(node)}; }
  void error(int node, const std::string& message, std::vector<Fix> fixes = {}) {
    if (!scope_.isDrawn) fixes.clear();
    reporter_.report(Severity::error, path(node), message, std::move(fixes));
  }

  void names() {
    for (size_t i = 0; i < graph_.nodes.size(); ++i) {
      const Node& node = graph_.nodes[i];
      const int index = static_cast<int>(i);
      if (const std::string problem = nameProblem(node.name); !problem.empty())
        error(index, "'" + shown(node.name) + "' cannot be a name: " + problem);
      if (!wiring_.types[i])
        error(index,
              "There is no layer type '" + shown(node.type) +
                  "' in this version; remove the node or update the program.",
              {removeNodeFix(place(index))});
    }
  }

  void wires() {
    for (const WireProblem& problem : wiring_.problems) {
      if (reporter_.full()) return;
      if (problem.kind == WireProblemKind::duplicateName) {
        error(problem.node, "Two nodes are named " + shown(name(problem.node)) + "; rename one of them.",
              {renameDuplicateFix(place(problem.node))});
        continue;
      }
      if (problem.kind == WireProblemKind::occupiedPort) {
        occupied(problem.node);
        continue;
      }
      const Wire& wire = graph_.wires[static_cast<size_t>(problem.wire)];
      const std::string which = "The wire from " + shown(wire.from) + " to " + shown(wire.to);
      const std::string reason =
          problem.kind == WireProblemKind::unknownEnd
              ? which + " leads to a node that is not there; remove it."
              : which + " ends at a port that " + shown(name(problem.node)) + " does not have; remove it.";
      error(problem.node, reason, {removeWireFix(scope_.drawn, wire)});
    }
  }

  void occupied(int node) {
    std::vector<Fix> fixes;
    std::vector<int> seen;
    for (const Wire& wire : graph_.wires) {
      if (wire.to != name(node)) continue;
      if (std::find(seen.begin(), seen.end(), wire.toPort) != seen.end() && fixes.size() < 4)
        fixes.push_back(removeWireFix(scope_.drawn, wire));
      seen.push_back(wire.toPort);
    }
    error(node,
          "Two wires end at one input of " + shown(name(node)) +
              "; remove one of them, or join them with an Add.",
          std::move(fixes));
  }

  void cycles() {
    for (const std::vector<int>& cycle : wiring_.cycles) {
      if (reporter_.full()) return;
      std::string text;
      constexpr size_t most = 6;
      for (size_t i = 0; i < std::min(cycle.size(), most); ++i) text += shown(name(cycle[i])) + " -> ";
      if (cycle.size() > most) text += "... -> ";
      text += shown(name(cycle[0]));
      const auto closes = [&](const Wire& wire) {
        return wire.from == name(cycle.back()) && wire.to == name(cycle[0]);
      };
      std::vector<Fix> fixes;
      const auto wire = std::find_if(graph_.wires.begin(), graph_.wires.end(), closes);
      if (wire != graph_.wires.end()) fixes.push_back(removeWireFix(scope_.drawn, *wire));
      error(cycle[0], "The wires run in a circle: " + text + "; remove one of them.", std::move(fixes));
    }
  }

  void inputs() {
    const std::vector<int> free = freeOutputs();
    const auto check = [&](int node) {
      const LayerType* type = wiring_.types[static_cast<size_t>(node)];
      if (type) missingInputs(node, *type, free);
    };
    for (const int node : wiring_.order) check(node);
    for (const int node : wiring_.stuck) check(node);
  }

  // Nodes with an output 0 that nobody reads; two are enough to know that the choice is open.
  std::vector<int> freeOutputs() const {
    std::vector<int> free;
    for (const int node : wiring_.order) {
      const std::vector<bool>& used = wiring_.used[static_cast<size_t>(node)];
      if (!used.empty() && !used[0]) free.push_back(node);
    }
    return free;
  }

  void missingInputs(int node, const LayerType& type, const std::vector<int>& free) {
    const std::vector<WireSource>& sources = wiring_.sources[static_cast<size_t>(node)];
    const std::vector<PortDescription> ports = inputPorts(graph_.nodes[static_cast<size_t>(node)], type);
    if (type.variadicInputs) {
      if (sources.size() >= ports.size()) return;
      const int next = sources.empty() ? 0 : sources.back().port + 1;
      error(node,
            type.title + " joins " + std::to_string(ports.size()) + " or more signals, and " +
                shown(name(node)) + " has " + std::to_string(sources.size()) + ": draw another wire to it.",
            offers(node, next, free));
      return;
    }
    for (size_t port = 0; port < ports.size(); ++port) {
      const bool connected = std::any_of(sources.begin(), sources.end(), [&](const WireSource& s) {
        return s.port == static_cast<int>(port);
      });
      if (connected) continue;
      error(node,
            "Input '" + ports[port].name + "' of " + shown(name(node)) +
                " is not connected: draw a wire to it.",
            offers(node, static_cast<int>(port), free));
    }
  }

  std::vector<Fix> offers(int node, int port, const std::vector<int>& free) const {
    std::vector<int> others;
    for (size_t i = 0; i < free.size() && i < 3; ++i)
      if (free[i] != node) others.push_back(free[i]);
    if (others.size() != 1) return {};
    return {connectFix(scope_.drawn, {name(others[0]), 0, name(node), port})};
  }

  void outputs() {
    for (const int node : wiring_.order) {
      const LayerType* type = wiring_.types[static_cast<size_t>(node)];
      if (!type) continue;
      const std::vector<bool>& used = wiring_.used[static_cast<size_t>(node)];
      if (std::find(used.begin(), used.end(), false) == used.end()) continue;
      const bool all = std::find(used.begin(), used.end(), true) == used.end();
      reporter_.report(Severity::note, path(node),
                       (all ? "The output of " : "An output of ") + shown(name(node)) +
                           " goes nowhere, so nothing is learned from it: draw a wire from it or remove it.");
    }
  }

  const Graph& graph_;
  const Wiring& wiring_;
  const GraphScope& scope_;
  Reporter& reporter_;
};

}  // namespace

void reportDrawing(const Graph& graph, const Wiring& wiring, const GraphScope& scope, Reporter& reporter) {
  DrawingReport(graph, wiring, scope, reporter).run();
}

}  // namespace bypath
