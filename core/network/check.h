// What a network is: shapes on every wire, parameters, multiply-adds, diagnostics; and, when it is whole, its
// ops. check() never throws and accepts any half-drawn graph: what can be known is filled in.
//
//   CheckedNetwork checked = check(spec, catalog, {.batch = 128, .mode = Mode::training});
//   if (!checked.ok()) show(checked.diagnostics);
//   compile(checked.graph, ...);
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/network/layer_type.h"

namespace bypath {

enum class Severity { error, warning, note };

// An edit that mends a diagnostic, offered as a button.
struct Fix {
  std::string label;  // "Insert a 1x1 projection with stride 2"
  std::function<NetworkSpec(const NetworkSpec&)> apply;
};

struct Diagnostic {
  Severity severity = Severity::error;
  std::string path;     // of the node; "" for the whole network
  std::string message;  // reason, and what to do
  std::vector<Fix> fixes;
};

// Of a layer, or of a container summed over what is inside (all copies).
struct NodeFacts {
  std::string type;
  std::vector<Shape> inputs;  // per sample; rank 0 where unknown
  std::vector<Shape> outputs;
  int64_t parameters = 0;       // trained
  int64_t parametersTotal = 0;  // with running statistics
  double multiplyAdds = 0;      // forward, one sample
  bool container = false;
  bool known = false;  // lowered without error
};

struct CheckedNetwork {
  std::map<std::string, NodeFacts>
      nodes;  // by path; copies of a repeated container as "block[1]" and, summed, "block"
  std::vector<std::string> order;  // layer and container paths in execution order
  std::vector<Diagnostic> diagnostics;
  int64_t parameters = 0;
  int64_t parametersTotal = 0;
  double multiplyAdds = 0;
  OpGraph graph;

  bool ok() const {
    for (const Diagnostic& d : diagnostics)
      if (d.severity == Severity::error) return false;
    return true;
  }
};

struct CheckOptions {
  int64_t batch = 1;
  Mode mode = Mode::training;
  std::string part{};  // only this part, its ports as inputs and outputs; "": the whole network
  // Paths of parts and layers that are not trained ("stage1", "fc"): they work as in evaluation, and their
  // parameters get no gradients.
  std::vector<std::string> frozen{};
};

CheckedNetwork check(const NetworkSpec& network, const LayerCatalog& catalog,
                     const CheckOptions& options = {});

// The errors as one sentence each, for the command line.
std::string summarise(const std::vector<Diagnostic>& diagnostics);

}  // namespace bypath
