#include "core/network/receptive_field.h"

#include <algorithm>
#include <cmath>

#include "core/ops/catalog.h"

namespace bypath {
namespace {

struct Field {
  double size = 0;  // pixels of the image
  double jump = 1;  // between two neighbours
  bool whole = false;
};

bool belongsTo(std::string_view op, std::string_view path) {
  return op.starts_with(path) &&
         (op.size() == path.size() || op[path.size()] == '/' || op[path.size()] == '[');
}

double larger(const OpAttributes& attributes, const char* h, const char* w) {
  return std::max(attributes.real(h, 1), attributes.real(w, 1));
}

// What an op does to the field of its image.
Field through(const OpGraph& graph, const OpNode& node, Field field) {
  const OpType* type = node.type;
  const double stride = larger(node.attributes, "stride_h", "stride_w");
  if (type == &conv2dOp() || type == &conv2dTransposedOp()) {
    const Shape& weight = graph.shape(node.inputs[1]);
    const auto kernel = static_cast<double>(std::max(weight[0], weight[1]));
    const bool down = type == &conv2dOp();
    field.size += ((down ? kernel : std::ceil(kernel / stride)) - 1) * field.jump;
    field.jump *= down ? stride : 1 / stride;
  } else if (type == &maxPoolOp() || type == &averagePoolOp()) {
    field.size += (larger(node.attributes, "kernel_h", "kernel_w") - 1) * field.jump;
    field.jump *= stride;
  } else if (type == &padChannelsOp()) {
    field.jump *= stride;
  } else if (type == &globalAveragePoolOp() || type == &matmulOp()) {
    field.whole = true;
  }
  return field;
}

}  // namespace

ReceptiveField receptiveField(const OpGraph& graph, std::string_view path) {
  std::vector<Field> fields(graph.values.size());
  ReceptiveField found;
  for (size_t id = 0; id < graph.values.size(); ++id) {
    const Value& value = graph.values[id];
    if (value.kind == ValueKind::input && value.role == InputRole::image && value.shape.rank() == 4)
      fields[id].size = 1;
  }
  for (const OpNode& node : graph.nodes) {
    if (node.direction != Direction::forward) break;
    Field joined;
    for (const ValueId id : node.inputs) {
      const Field& one = fields[static_cast<size_t>(id)];
      if (one.size == 0) continue;  // a parameter, a label
      joined.jump = joined.size == 0 ? one.jump : std::max(joined.jump, one.jump);
      joined.size = std::max(joined.size, one.size);
      joined.whole = joined.whole || one.whole;
    }
    if (joined.size > 0) joined = through(graph, node, joined);
    for (const ValueId id : node.outputs)
      if (id != noValue) fields[static_cast<size_t>(id)] = joined;
    if (belongsTo(node.path, path)) found = {std::llround(joined.size), joined.whole};
  }
  return found;
}

}  // namespace bypath
