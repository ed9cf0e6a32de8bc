#include "core/exchange/onnx_graph.h"

namespace bypath {
namespace {

onnx::AttributeProto& attribute(onnx::NodeProto& node, const char* name,
                                onnx::AttributeProto::AttributeType type) {
  onnx::AttributeProto& one = *node.add_attribute();
  one.set_name(name);
  one.set_type(type);
  return one;
}

}  // namespace

OnnxGraph::OnnxGraph(const LeavingModel& model, onnx::GraphProto& graph) : model_(model), graph_(graph) {
  for (const Border& border : model.inputs) call(border.value, fresh(border.name));
  for (const Border& border : model.outputs) {
    taken_.insert(border.name);
    // What goes in may come out as it is, and one value may come out twice: the writer adds a copy.
    if (!names_.contains(border.value)) call(border.value, border.name);
  }
}

std::string OnnxGraph::fresh(const std::string& text) {
  std::string name = identifierOf(text);
  for (int number = 2; !taken_.insert(name).second; ++number)
    name = identifierOf(text) + "_" + std::to_string(number);
  return name;
}

std::string OnnxGraph::name(ValueId id) {
  const auto known = names_.find(id);
  if (known != names_.end()) return known->second;
  const Value& value = model_.graph.value(id);
  return names_[id] =
             isParameter(id) ? floats(value.name, value.shape.sizes(), weights(id)) : fresh(value.name);
}

std::string OnnxGraph::floats(const std::string& text, const std::vector<int64_t>& sizes,
                              std::span<const float> values) {
  onnx::TensorProto& tensor = *graph_.add_initializer();
  tensor.set_name(fresh(text));
  tensor.set_data_type(onnx::TensorProto::FLOAT);
  for (const int64_t size : sizes) tensor.add_dims(size);
  tensor.set_raw_data(values.data(), values.size_bytes());
  return tensor.name();
}

std::string OnnxGraph::integers(const std::string& text, const std::vector<int64_t>& values) {
  onnx::TensorProto& tensor = *graph_.add_initializer();
  tensor.set_name(fresh(text));
  tensor.set_data_type(onnx::TensorProto::INT64);
  tensor.add_dims(static_cast<int64_t>(values.size()));
  tensor.set_raw_data(values.data(), values.size() * sizeof(int64_t));
  return tensor.name();
}

std::string OnnxGraph::nodeName(const OpNode& op, const std::string& step) {
  const std::string base = op.path + (step.empty() ? "" : ":" + step);
  std::string name = base;
  for (int number = 2; !nodesTaken_.insert(name).second; ++number)
    name = base + (step.empty() ? ":" : "") + std::to_string(number);
  return name;
}

OnnxGraph::Made OnnxGraph::node(const OpNode& op, const char* type, std::vector<std::string> inputs,
                                const char* step) {
  onnx::NodeProto& node = *graph_.add_node();
  node.set_op_type(type);
  node.set_name(nodeName(op, step));
  for (std::string& input : inputs) node.add_input(std::move(input));
  node.add_output(fresh(node.name()));
  return {&node, node.output(0)};
}

onnx::NodeProto& OnnxGraph::last(const OpNode& op, const char* type, std::vector<std::string> inputs,
                                 size_t index, const char* step) {
  onnx::NodeProto& node = *graph_.add_node();
  node.set_op_type(type);
  node.set_name(nodeName(op, step));
  for (std::string& input : inputs) node.add_input(std::move(input));
  node.add_output(outputName(op, index));
  return node;
}

std::string OnnxGraph::outputName(const OpNode& op, size_t index) {
  return name(op.outputs[index]);
}

void setInteger(onnx::NodeProto& node, const char* name, int64_t value) {
  attribute(node, name, onnx::AttributeProto::INT).set_i(value);
}

void setReal(onnx::NodeProto& node, const char* name, double value) {
  attribute(node, name, onnx::AttributeProto::FLOAT).set_f(static_cast<float>(value));
}

void setIntegers(onnx::NodeProto& node, const char* name, const std::vector<int64_t>& values) {
  onnx::AttributeProto& list = attribute(node, name, onnx::AttributeProto::INTS);
  for (const int64_t value : values) list.add_ints(value);
}

}  // namespace bypath
