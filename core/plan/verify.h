// Looks at a draft after every pass; what it finds is our own bug, said as an "internal" error rather than
// run.
#pragma once

#include "core/plan/pass.h"

namespace bypath {

class Verifier {
 public:
  // Every op reads what exists by then, every value is computed once, shapes are what the rules say and what
  // must stay readable is computed; once there are places (and the graph is fixed), no two values that live
  // at one step overlap.
  Result<void> verify(const PlanDraft& draft, const std::string& pass);

 private:
  Result<void> verifyShapes(const OpGraph& graph);

  // Nodes whose shapes were right, by the value they compute first: passes rarely change a node.
  struct Seen {
    const OpType* type = nullptr;
    std::vector<ValueId> inputs;
    OpAttributes attributes;
  };
  std::vector<Seen> seen_;
};

}  // namespace bypath
