#include "core/exchange/onnx_runner.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <unordered_map>

#include "core/exchange/onnx_operators.h"

namespace bypath {
namespace {

template <class T>
void appendRaw(const std::string& raw, std::vector<double>& values) {
  for (size_t at = 0; at + sizeof(T) <= raw.size(); at += sizeof(T)) {
    T value;
    std::memcpy(&value, raw.data() + at, sizeof value);
    values.push_back(static_cast<double>(value));
  }
}

template <class Field>
void append(const Field& field, std::vector<double>& values) {
  for (const auto value : field) values.push_back(static_cast<double>(value));
}

// Names that no later node reads make room.
std::unordered_map<std::string, int> lastReaders(const onnx::GraphProto& graph) {
  std::unordered_map<std::string, int> last;
  for (int n = 0; n < graph.node_size(); ++n)
    for (const std::string& input : graph.node(n).input()) last[input] = n;
  for (const auto& output : graph.output()) last[output.name()] = graph.node_size();
  return last;
}

}  // namespace

Result<OnnxTensor> onnxTensor(const onnx::TensorProto& tensor) {
  OnnxTensor result;
  double count = 1;
  for (const int64_t size : tensor.dims()) {
    if (size < 0) return Error{ErrorKind::data, "The tensor '" + tensor.name() + "' has a negative size."};
    count *= static_cast<double>(size);
    result.sizes.push_back(size);
  }
  const bool raw = tensor.has_raw_data();
  switch (tensor.data_type()) {
    case onnx::TensorProto::FLOAT:
      raw ? appendRaw<float>(tensor.raw_data(), result.values) : append(tensor.float_data(), result.values);
      break;
    case onnx::TensorProto::DOUBLE:
      raw ? appendRaw<double>(tensor.raw_data(), result.values) : append(tensor.double_data(), result.values);
      break;
    case onnx::TensorProto::INT64:
      raw ? appendRaw<int64_t>(tensor.raw_data(), result.values) : append(tensor.int64_data(), result.values);
      break;
    case onnx::TensorProto::INT32:
      raw ? appendRaw<int32_t>(tensor.raw_data(), result.values) : append(tensor.int32_data(), result.values);
      break;
    default:
      return Error{ErrorKind::data, "The tensor '" + tensor.name() + "' is of a type that is not read (" +
                                        onnx::TensorProto::DataType_Name(tensor.data_type()) + ")."};
  }
  if (static_cast<double>(result.values.size()) != count)
    return Error{ErrorKind::data, "The tensor '" + tensor.name() + "' says " +
                                      std::to_string(static_cast<int64_t>(count)) + " values and holds " +
                                      std::to_string(result.values.size()) + "."};
  return result;
}

bool onnxRunnerKnows(const std::string& operatorType) {
  return findOnnxOperator(operatorType) != nullptr;
}

Result<OnnxTensors> runOnnx(const onnx::ModelProto& model, const OnnxTensors& inputs) {
  const onnx::GraphProto& graph = model.graph();
  OnnxTensors known = inputs;
  for (const onnx::TensorProto& initializer : graph.initializer()) {
    Result<OnnxTensor> tensor = onnxTensor(initializer);
    if (!tensor) return tensor.error();
    known.insert_or_assign(initializer.name(), std::move(*tensor));
  }
  const auto last = lastReaders(graph);
  for (int n = 0; n < graph.node_size(); ++n) {
    const onnx::NodeProto& node = graph.node(n);
    const OnnxOperator run = findOnnxOperator(node.op_type());
    const auto failed = [&](const std::string& why) {
      return Error{ErrorKind::data, "Node '" + node.name() + "' (" + node.op_type() + "): " + why};
    };
    if (!run) return failed("not an operation that is known here.");
    std::vector<const OnnxTensor*> read;
    for (const std::string& name : node.input()) {
      const auto found = known.find(name);
      if (!name.empty() && found == known.end()) return failed("its input '" + name + "' is not there.");
      read.push_back(name.empty() ? nullptr : &found->second);
    }
    Result<OnnxTensor> made = run({node, read});
    if (!made) return failed(made.error().message);
    if (node.output_size() > 0) known.insert_or_assign(node.output(0), std::move(*made));
    for (const std::string& name : node.input())
      if (const auto end = last.find(name); end != last.end() && end->second == n) known.erase(name);
  }
  OnnxTensors outputs;
  for (const auto& output : graph.output()) {
    const auto found = known.find(output.name());
    if (found == known.end())
      return Error{ErrorKind::data, "The output '" + output.name() + "' is made by no node."};
    outputs[output.name()] = found->second;
  }
  return outputs;
}

}  // namespace bypath
