// A residual block alone in a small classifier, for the tests of what blocks become.
#pragma once

#include "drawing.h"

namespace bypath {

inline NetworkSpec around(Attributes attributes, const char* shape = "8x8x16", std::vector<Graph> body = {}) {
  Drawing d;
  d.add("input", "input", {{"shape", shape}}).add("block", "residual_block", std::move(attributes));
  if (!body.empty()) d.body(body[0]);
  d.add("pool", "global_average_pool").add("fc", "dense").add("loss", "softmax_loss");
  return d.spec();
}

// "conv1 bn1 relu1 ..." in the order of execution: layers whose path begins so.
inline std::string steps(const CheckedNetwork& network, const std::string& prefix) {
  std::string text, last;
  for (const OpNode& node : network.graph.nodes) {
    if (!node.path.starts_with(prefix) || node.path == last) continue;
    last = node.path;
    text += (text.empty() ? "" : " ") + node.path.substr(prefix.size());
  }
  return text;
}

}  // namespace bypath
