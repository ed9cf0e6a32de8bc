#include "core/exchange/onnx_node.h"

namespace bypath {

std::vector<int64_t> OnnxNode::integers(const std::string& name) const {
  const onnx::AttributeProto* found = find(name);
  if (!found) return {};
  return {found->ints().begin(), found->ints().end()};
}

}  // namespace bypath
