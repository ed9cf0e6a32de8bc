// Networks written down in a line each, for the tests of check() and of the layers.
#pragma once

#include <QtTest>

#include "core/layers/catalog.h"
#include "core/network/check.h"

namespace bypath {

// A graph drawn node by node; each reads the one before it unless told otherwise.
class Drawing {
 public:
  Drawing& add(const std::string& name, const std::string& type, Attributes attributes = {}) {
    if (!last_.empty()) wire(last_, name);
    return place(name, type, std::move(attributes));
  }
  // Without a wire.
  Drawing& place(const std::string& name, const std::string& type, Attributes attributes = {}) {
    spec_.graph.nodes.push_back({.name = name, .type = type, .attributes = std::move(attributes)});
    last_ = name;
    return *this;
  }
  Drawing& wire(const std::string& from, const std::string& to, int toPort = 0, int fromPort = 0) {
    spec_.graph.wires.push_back({from, fromPort, to, toPort});
    return *this;
  }
  Drawing& body(Graph graph) {
    spec_.graph.nodes.back().body = {std::move(graph)};
    return *this;
  }
  const NetworkSpec& spec() const { return spec_; }
  const Graph& graph() const { return spec_.graph; }

 private:
  NetworkSpec spec_;
  std::string last_;
};

inline AttributeValue number(int64_t value) {
  return value;
}

// conv -> bn -> relu -> pool -> dense -> loss
inline Drawing classifier() {
  Drawing d;
  d.add("input", "input", {{"shape", "8x8x3"}})
      .add("conv", "conv2d", {{"channels", number(4)}, {"bias", false}})
      .add("bn", "batch_norm")
      .add("relu", "relu")
      .add("pool", "global_average_pool")
      .add("fc", "dense", {{"units", number(5)}})
      .add("loss", "softmax_loss");
  return d;
}

// n blocks a stage, three stages: ResNet-(6n+2) of He 2015 with option A.
inline NetworkSpec resnet(int64_t n) {
  Drawing d;
  d.add("input", "input")
      .add("conv1", "conv2d", {{"channels", number(16)}, {"bias", false}})
      .add("bn1", "batch_norm")
      .add("relu1", "relu");
  d.add("stage1", "residual_block", {{"channels", number(16)}, {"repeat", n}});
  d.add("stage2", "residual_block",
        {{"channels", number(32)}, {"stride", number(2)}, {"repeat", n}, {"shortcut", "zero-pad"}});
  d.add("stage3", "residual_block",
        {{"channels", number(64)}, {"stride", number(2)}, {"repeat", n}, {"shortcut", "zero-pad"}});
  d.add("pool", "global_average_pool").add("fc", "dense").add("loss", "softmax_loss");
  return d.spec();
}

inline CheckedNetwork checked(const NetworkSpec& spec, const CheckOptions& options = {}) {
  return check(spec, layerCatalog(), options);
}

// Sentences of that severity, "path: message" a line.
inline std::string sentences(const CheckedNetwork& network, Severity severity) {
  std::string text;
  for (const Diagnostic& d : network.diagnostics)
    if (d.severity == severity) text += d.path + ": " + d.message + "\n";
  return text;
}

inline bool mentions(const CheckedNetwork& network, Severity severity, const std::string& text) {
  return sentences(network, severity).find(text) != std::string::npos;
}

}  // namespace bypath

// An assertion whose failure prints what check() said.
#define VERIFY_OK(network) QVERIFY2((network).ok(), bypath::summarise((network).diagnostics).c_str())
#define VERIFY_SAYS(network, severity, text) \
  QVERIFY2(bypath::mentions(network, severity, text), bypath::sentences(network, severity).c_str())
