#include "core/exchange/onnx_writer.h"

#include <nlohmann/json.hpp>

#include "core/exchange/onnx_graph.h"
#include "core/ops/catalog.h"
#include "core/tensor/layout.h"

namespace bypath {
namespace {

// What protobuf can hold in one message, less room for names and nodes.
constexpr uint64_t mostWeightBytes = (uint64_t{2} << 30) - (uint64_t{64} << 20);

Result<int> irVersionOf(int opset) {
  if (opset == 13) return 7;
  if (opset == 17) return 8;
  return Error{ErrorKind::usage, "ONNX is written with opset 13 or 17, not " + std::to_string(opset) +
                                     "; 13 is what most programs read."};
}

void describe(onnx::ValueInfoProto& info, const std::string& name, const Shape& sample) {
  info.set_name(name);
  onnx::TypeProto::Tensor& tensor = *info.mutable_type()->mutable_tensor_type();
  tensor.set_elem_type(onnx::TensorProto::FLOAT);
  const std::vector<int64_t> sizes = channelsFirstSizes(sample.withBatch(1));
  tensor.mutable_shape()->add_dim()->set_dim_param("N");
  for (size_t axis = 1; axis < sizes.size(); ++axis)
    tensor.mutable_shape()->add_dim()->set_dim_value(sizes[axis]);
}

void setFacts(onnx::ModelProto& proto, const LeavingModel& model) {
  const auto set = [&](const char* key, const std::string& value) {
    onnx::StringStringEntryProto& entry = *proto.add_metadata_props();
    entry.set_key(key);
    entry.set_value(value);
  };
  const ModelFacts& facts = model.facts;
  proto.set_producer_name("Bypath");
  proto.set_producer_version(facts.programVersion);
  set("title", facts.title);
  set("network_hash", facts.networkHash);
  set("seed", std::to_string(facts.seed));
  set("step", std::to_string(facts.step));
  if (!model.part.empty()) set("part", model.part);
  if (!facts.classes.empty()) set("classes", nlohmann::json(facts.classes).dump());
  const bool pictures = !model.inputs.empty() && model.sampleShape(model.inputs[0]).rank() == 3;
  if (!pictures) return;
  // Pixels / 255, before mean and deviation.
  set("Image.NominalPixelRange", "Normalized_0_1");
  set("Image.ColorSpaceGamma", "SRGB");
  set("Image.BitmapPixelFormat", model.sampleShape(model.inputs[0])[2] == 1 ? "Gray8" : "Rgb8");
  if (facts.mean.empty()) return;
  set("mean", nlohmann::json(facts.mean).dump());
  set("std", nlohmann::json(facts.deviation).dump());
}

// An output that is an input, or that another output is already called after.
void copyOutputs(OnnxGraph& graph, const LeavingModel& model) {
  for (const Border& border : model.outputs)
    if (graph.name(border.value) != border.name) {
      OpNode copy{.inputs = {border.value}, .outputs = {border.value}, .path = border.name};
      onnx::NodeProto& node = graph.last(copy, "Identity", {graph.name(border.value)});
      node.set_output(0, border.name);
    }
}

}  // namespace

Result<onnx::ModelProto> toOnnx(const LeavingModel& model, const OnnxOptions& options) {
  const Result<int> ir = irVersionOf(options.opset);
  if (!ir) return ir.error();
  uint64_t bytes = 0;
  for (const std::vector<float>& weights : model.weights) bytes += weights.size() * sizeof(float);
  if (bytes > mostWeightBytes)
    return Error{ErrorKind::resources, "The network has " + std::to_string(bytes >> 20) +
                                           " MiB of weights, and one ONNX file holds 2 GiB; export it as "
                                           "safetensors or PyTorch code."};
  onnx::ModelProto proto;
  proto.set_ir_version(*ir);
  onnx::OperatorSetIdProto& opset = *proto.add_opset_import();
  opset.set_domain("");
  opset.set_version(options.opset);
  setFacts(proto, model);

  onnx::GraphProto& graph = *proto.mutable_graph();
  graph.set_name(identifierOf(model.facts.title.empty() ? "network" : model.facts.title));
  OnnxGraph writer(model, graph);
  const AddedNumbers sums(model.graph);
  for (size_t i = 0; i < model.graph.nodes.size(); ++i) {
    const OpNode& op = model.graph.nodes[i];
    if (sums.skips(static_cast<int>(i))) continue;
    if (const AddedNumbers::Sum* sum = sums.at(static_cast<int>(i))) {
      writer.last(op, "Add", {writer.name(sum->x), writer.name(sum->number)});
      continue;
    }
    const OnnxEmitter emitter = onnxEmitter(*op.type);
    if (!emitter)
      return Error{ErrorKind::data, op.path + ": ONNX has nothing that does what '" + op.type->id +
                                        "' does; export PyTorch code."};
    emitter(writer, op);
  }
  copyOutputs(writer, model);
  for (const Border& border : model.inputs)
    describe(*graph.add_input(), writer.name(border.value), model.sampleShape(border));
  for (const Border& border : model.outputs)
    describe(*graph.add_output(), border.name, model.sampleShape(border));
  return proto;
}

}  // namespace bypath
