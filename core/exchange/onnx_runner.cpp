#include "core/exchange/onnx_runner.h"

#include <unordered_map>

#include "core/exchange/onnx_operators.h"
#include "core/exchange/onnx_tensor.h"

namespace bypath {
namespace {

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
  Result<OnnxNumbers> numbers = numbersOf(tensor, "The tensor '" + quotable(tensor.name()) + "'");
  if (!numbers) return numbers.error();
  OnnxTensor result{std::move(numbers->sizes), {numbers->reals.begin(), numbers->reals.end()}};
  for (const int64_t value : numbers->integers) result.values.push_back(static_cast<double>(value));
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
