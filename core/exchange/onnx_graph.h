// What the emitters of ONNX nodes write to: names, nodes and initializers of one graph. Private to the
// writer.
#pragma once

#include <onnx/onnx_pb.h>

#include <set>

#include "core/exchange/leaving_graph.h"

namespace bypath {

class OnnxGraph {
 public:
  OnnxGraph(const LeavingModel& model, onnx::GraphProto& graph);

  const LeavingModel& model() const { return model_; }
  Shape shape(ValueId id) const { return model_.graph.shape(id); }
  bool isParameter(ValueId id) const { return model_.graph.value(id).parameter >= 0; }
  std::span<const float> weights(ValueId id) const {
    return model_.weights[static_cast<size_t>(model_.graph.value(id).parameter)];
  }
  // The name of a value outside; that of a parameter writes it as it is, once.
  std::string name(ValueId id);
  // From now on a value is known by this name.
  void call(ValueId id, std::string name) { names_[id] = std::move(name); }
  // Not used by anything else in the graph.
  std::string fresh(const std::string& text);

  // An initializer; the name is made from the text and returned.
  std::string floats(const std::string& text, const std::vector<int64_t>& sizes,
                     std::span<const float> values);
  std::string integers(const std::string& text, const std::vector<int64_t>& values);

  // A node of a layer; what is made is called after it, or is `id` when one is given.
  struct Made {
    onnx::NodeProto* node;
    std::string output;
  };
  Made node(const OpNode& op, const char* type, std::vector<std::string> inputs, const char* step = "");
  // The last node of an op: makes its output `index`.
  onnx::NodeProto& last(const OpNode& op, const char* type, std::vector<std::string> inputs, size_t index = 0,
                        const char* step = "");
  // The name that output `index` of an op is to have.
  std::string outputName(const OpNode& op, size_t index = 0);

 private:
  std::string nodeName(const OpNode& op, const std::string& step);

  const LeavingModel& model_;
  onnx::GraphProto& graph_;
  std::map<ValueId, std::string> names_;
  std::set<std::string> taken_, nodesTaken_;
};

void setInteger(onnx::NodeProto& node, const char* name, int64_t value);
void setReal(onnx::NodeProto& node, const char* name, double value);
void setIntegers(onnx::NodeProto& node, const char* name, const std::vector<int64_t>& values);

// Writes the nodes of an op; null where ONNX has nothing of the kind.
using OnnxEmitter = void (*)(OnnxGraph& graph, const OpNode& op);
OnnxEmitter onnxEmitter(const OpType& type);

}  // namespace bypath
