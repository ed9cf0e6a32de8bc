// Runs an ONNX model by the rules of Operators.md, node by node in double precision with plain loops: slow,
// and independent of our own ops, layouts and kernels. What a file says is found out with it.
//
//   OnnxTensors inputs = {{"input", {{2, 3, 32, 32}, pixels}}};
//   Result<OnnxTensors> outputs = runOnnx(proto, inputs);
//
// Knows what ResNet-like networks need (onnxRunnerKnows()); random nodes give zeros.
#pragma once

#include <onnx/onnx_pb.h>

#include <map>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace bypath {

struct OnnxTensor {
  std::vector<int64_t> sizes;  // none: a number
  std::vector<double> values;  // C order; integers too

  int64_t count() const {
    int64_t n = 1;
    for (const int64_t size : sizes) n *= size;
    return n;
  }
};
using OnnxTensors = std::map<std::string, OnnxTensor>;

// Errors: an input that is missing, a node of another kind, sizes that do not fit (names the node).
Result<OnnxTensors> runOnnx(const onnx::ModelProto& model, const OnnxTensors& inputs);
bool onnxRunnerKnows(const std::string& operatorType);

// A tensor of numbers as onnx_tensor.h reads it; its errors.
Result<OnnxTensor> onnxTensor(const onnx::TensorProto& tensor);

}  // namespace bypath
