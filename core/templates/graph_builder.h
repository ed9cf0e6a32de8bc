// Writes graphs in code the way a person draws them: each node takes the one before it unless told otherwise.
//
//   GraphBuilder g;
//   g.add("input", "input", {{"shape", "32x32x3"}});
//   g.add("conv1", "conv2d", {{"channels", int64_t{16}}});
//   g.add("sum", "add", {}, {"conv1", "input"});
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/network/network_spec.h"

namespace bypath {

class GraphBuilder {
 public:
  // A source is a node's name, or "name:2" for its third output.
  GraphBuilder& add(const std::string& name, const std::string& type, Attributes attributes = {},
                    std::vector<std::string> sources = {});
  // The first node of a graph, or any other without inputs.
  GraphBuilder& start(const std::string& name, const std::string& type, Attributes attributes = {});
  GraphBuilder& container(const std::string& name, const std::string& type, Attributes attributes, Graph body,
                          std::vector<std::string> sources = {});

  // Convolution without bias, batch norm, ReLU: "<name>_conv", "<name>_bn", "<name>_relu"; where it is not
  // normalised, a scalar bias in the norm's place, "<name>_scalar_bias" (Zhang 2019).
  GraphBuilder& convolutionUnit(const std::string& name, int64_t channels, int64_t kernel, int64_t stride,
                                bool normalised = true);
  // Global average pooling, a dense layer to the classes, softmax cross-entropy. In a network that is not
  // normalised, a scalar bias stands before the dense layer, which starts at zero.
  GraphBuilder& classifierHead(int64_t classes, bool normalised = true);

  Graph take() { return std::move(graph_); }

 private:
  Graph graph_;
  std::string last_;
};

}  // namespace bypath
