// ONNX models written down in a test.
//
//   OnnxBuilder b;
//   b.input("input", {-1, 3, 8, 8}).weights("w", {4, 3, 3, 3});
//   b.node("Conv", {"input", "w"}, "y").ints("kernel_shape", {3, 3}).ints("pads", {1, 1, 1, 1});
//   b.output("y", {-1, 4, 8, 8});
#pragma once

#include <onnx/onnx_pb.h>

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace bypath {

struct NodeBuilder {
  onnx::NodeProto* node = nullptr;

  NodeBuilder& ints(const std::string& name, const std::vector<int64_t>& values) {
    onnx::AttributeProto* attribute = make(name, onnx::AttributeProto::INTS);
    for (const int64_t value : values) attribute->add_ints(value);
    return *this;
  }
  NodeBuilder& integer(const std::string& name, int64_t value) {
    make(name, onnx::AttributeProto::INT)->set_i(value);
    return *this;
  }
  NodeBuilder& real(const std::string& name, float value) {
    make(name, onnx::AttributeProto::FLOAT)->set_f(value);
    return *this;
  }
  NodeBuilder& text(const std::string& name, const std::string& value) {
    make(name, onnx::AttributeProto::STRING)->set_s(value);
    return *this;
  }
  onnx::AttributeProto* make(const std::string& name, onnx::AttributeProto::AttributeType type) {
    onnx::AttributeProto* attribute = node->add_attribute();
    attribute->set_name(name);
    attribute->set_type(type);
    return attribute;
  }
};

class OnnxBuilder {
 public:
  explicit OnnxBuilder(int64_t opset = 13, uint64_t seed = 1) : random_(seed) {
    model.set_ir_version(7);
    model.set_producer_name("test");
    onnx::OperatorSetIdProto* set = model.add_opset_import();
    set->set_domain("");
    set->set_version(opset);
    graph().set_name("graph");
  }

  onnx::GraphProto& graph() { return *model.mutable_graph(); }
  OnnxBuilder& input(const std::string& name, const std::vector<int64_t>& sizes) {
    return describe(graph().add_input(), name, sizes);
  }
  OnnxBuilder& output(const std::string& name, const std::vector<int64_t>& sizes) {
    return describe(graph().add_output(), name, sizes);
  }
  OnnxBuilder& weights(const std::string& name, const std::vector<int64_t>& sizes,
                       std::vector<float> values = {}) {
    onnx::TensorProto* tensor = graph().add_initializer();
    tensor->set_name(name);
    tensor->set_data_type(onnx::TensorProto::FLOAT);
    int64_t count = 1;
    for (const int64_t size : sizes) {
      tensor->add_dims(size);
      count *= size;
    }
    std::uniform_real_distribution<float> drawn(-0.5F, 0.5F);
    while (static_cast<int64_t>(values.size()) < count) values.push_back(drawn(random_));
    tensor->set_raw_data(values.data(), values.size() * sizeof(float));
    return *this;
  }
  OnnxBuilder& integers(const std::string& name, const std::vector<int64_t>& values) {
    onnx::TensorProto* tensor = graph().add_initializer();
    tensor->set_name(name);
    tensor->set_data_type(onnx::TensorProto::INT64);
    tensor->add_dims(static_cast<int64_t>(values.size()));
    for (const int64_t value : values) tensor->add_int64_data(value);
    return *this;
  }
  // The node's name is that of its output, with "_node" behind it.
  NodeBuilder node(const std::string& op, const std::vector<std::string>& inputs, const std::string& output) {
    onnx::NodeProto* node = graph().add_node();
    node->set_op_type(op);
    node->set_name(output + "_node");
    for (const std::string& input : inputs) node->add_input(input);
    node->add_output(output);
    return {node};
  }
  NodeBuilder conv(const std::string& x, const std::string& y, const std::vector<int64_t>& weight,
                   int64_t stride = 1) {
    weights(y + "_w", weight);
    const int64_t pad = (weight[2] - 1) / 2;
    return node("Conv", {x, y + "_w"}, y)
        .ints("kernel_shape", {weight[2], weight[3]})
        .ints("strides", {stride, stride})
        .ints("pads", {pad, pad, pad, pad});
  }
  NodeBuilder norm(const std::string& x, const std::string& y, int64_t channels) {
    std::uniform_real_distribution<float> drawn(0.5F, 1.5F);
    std::vector<float> scale, variance;
    for (int64_t c = 0; c < channels; ++c) {
      scale.push_back(drawn(random_));
      variance.push_back(drawn(random_));
    }
    weights(y + "_s", {channels}, scale).weights(y + "_b", {channels}).weights(y + "_m", {channels});
    weights(y + "_v", {channels}, variance);
    return node("BatchNormalization", {x, y + "_s", y + "_b", y + "_m", y + "_v"}, y);
  }
  std::string bytes() const { return model.SerializeAsString(); }

  onnx::ModelProto model;

 private:
  OnnxBuilder& describe(onnx::ValueInfoProto* info, const std::string& name,
                        const std::vector<int64_t>& sizes) {
    info->set_name(name);
    onnx::TypeProto::Tensor* type = info->mutable_type()->mutable_tensor_type();
    type->set_elem_type(onnx::TensorProto::FLOAT);
    for (const int64_t size : sizes) {
      auto* dimension = type->mutable_shape()->add_dim();
      size == -1 ? dimension->set_dim_param("N") : dimension->set_dim_value(size);
    }
    return *this;
  }

  std::mt19937_64 random_;
};

// input (N,3,8,8) -> stem, a basic block with identity, pooled, dense: output (N,5).
inline OnnxBuilder smallResnet() {
  OnnxBuilder b;
  b.input("input", {-1, 3, 8, 8});
  b.conv("input", "stem", {4, 3, 3, 3});
  b.norm("stem", "stem_bn", 4);
  b.node("Relu", {"stem_bn"}, "x");
  b.conv("x", "c1", {4, 4, 3, 3});
  b.norm("c1", "b1", 4);
  b.node("Relu", {"b1"}, "r1");
  b.conv("r1", "c2", {4, 4, 3, 3});
  b.norm("c2", "b2", 4);
  b.node("Add", {"b2", "x"}, "sum");
  b.node("Relu", {"sum"}, "y");
  b.node("GlobalAveragePool", {"y"}, "pool");
  b.node("Flatten", {"pool"}, "flat").integer("axis", 1);
  b.weights("fc_w", {5, 4}).weights("fc_b", {5});
  b.node("Gemm", {"flat", "fc_w", "fc_b"}, "output").integer("transB", 1);
  b.output("output", {-1, 5});
  return b;
}

}  // namespace bypath
