// A node of an ONNX graph, with its attributes by name.
#pragma once

#include <onnx/onnx_pb.h>

#include <string>
#include <vector>

namespace bypath {

class OnnxNode {
 public:
  explicit OnnxNode(const onnx::NodeProto& proto) : proto_(proto) {}

  const std::string& type() const { return proto_.op_type(); }
  const std::string& name() const { return proto_.name(); }
  int inputs() const { return proto_.input_size(); }
  int outputs() const { return proto_.output_size(); }
  // "" where it is left out.
  std::string input(int at) const { return at < proto_.input_size() ? proto_.input(at) : std::string(); }
  std::string output(int at = 0) const {
    return at < proto_.output_size() ? proto_.output(at) : std::string();
  }

  const onnx::AttributeProto* find(const std::string& name) const {
    for (const onnx::AttributeProto& attribute : proto_.attribute())
      if (attribute.name() == name) return &attribute;
    return nullptr;
  }
  int64_t integer(const std::string& name, int64_t fallback) const {
    const onnx::AttributeProto* found = find(name);
    return found ? found->i() : fallback;
  }
  float real(const std::string& name, float fallback) const {
    const onnx::AttributeProto* found = find(name);
    return found ? found->f() : fallback;
  }
  std::string text(const std::string& name, const std::string& fallback) const {
    const onnx::AttributeProto* found = find(name);
    return found ? found->s() : fallback;
  }
  std::vector<int64_t> integers(const std::string& name) const;  // none where it is left out

 private:
  const onnx::NodeProto& proto_;
};

}  // namespace bypath
