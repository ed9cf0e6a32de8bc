// A graph written down in order: each node reads the one before it.
//
//   GraphChain chain("x");
//   chain.then(conv).then(batchNorm);
//   Graph branch = chain.end("y");
#pragma once

#include <string>
#include <vector>

#include "core/network/network_spec.h"

namespace bypath {

class GraphChain {
 public:
  // Begins with a part input of that name.
  explicit GraphChain(std::string input);
  GraphChain& then(Node node);
  // Adds a node beside the chain, which reads `from`, in the order of its ports; it does not end the chain.
  GraphChain& beside(Node node, const std::vector<std::string>& from);
  // Ends with a part output of that name.
  Graph end(std::string output);

  // What comes next reads that node.
  GraphChain& standOn(std::string node);

  const std::string& last() const { return last_; }
  // For what does not stand in the chain: side branches.
  Graph& graph() { return graph_; }

 private:
  Graph graph_;
  std::string last_;
};

}  // namespace bypath
