#include "core/templates/graph_builder.h"

#include <cassert>

namespace bypath {

using namespace std::string_literals;

GraphBuilder& GraphBuilder::start(const std::string& name, const std::string& type, Attributes attributes) {
  assert(!graph_.find(name));
  graph_.nodes.push_back({.name = name, .type = type, .attributes = std::move(attributes)});
  last_ = name;
  return *this;
}

GraphBuilder& GraphBuilder::add(const std::string& name, const std::string& type, Attributes attributes,
                                std::vector<std::string> sources) {
  if (sources.empty()) sources.push_back(last_);
  start(name, type, std::move(attributes));
  int port = 0;
  for (const std::string& source : sources) {
    const size_t colon = source.find(':');
    const int from = colon == std::string::npos ? 0 : std::stoi(source.substr(colon + 1));
    graph_.wires.push_back({source.substr(0, colon), from, name, port++});
  }
  return *this;
}

GraphBuilder& GraphBuilder::container(const std::string& name, const std::string& type, Attributes attributes,
                                      Graph body, std::vector<std::string> sources) {
  add(name, type, std::move(attributes), std::move(sources));
  graph_.find(name)->body.push_back(std::move(body));
  return *this;
}

GraphBuilder& GraphBuilder::convolutionUnit(const std::string& name, int64_t channels, int64_t kernel,
                                            int64_t stride, bool normalised) {
  add(name + "_conv", "conv2d",
      {{"channels", channels}, {"kernel", kernel}, {"stride", stride}, {"bias", false}});
  normalised ? add(name + "_bn", "batch_norm") : add(name + "_scalar_bias", "scalar_bias");
  return add(name + "_relu", "relu");
}

GraphBuilder& GraphBuilder::classifierHead(int64_t classes, bool normalised) {
  Attributes dense{{"units", classes}};
  add("pool", "global_average_pool");
  if (!normalised) {
    add("fc_scalar_bias", "scalar_bias");
    dense["init"] = "zero"s;
  }
  return add("fc", "dense", dense).add("loss", "softmax_loss");
}

}  // namespace bypath
