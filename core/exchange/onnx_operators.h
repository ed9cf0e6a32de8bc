// The operators that onnx_runner knows, one function each. Private to it.
#pragma once

#include "core/exchange/onnx_runner.h"

namespace bypath {

// One node and what it reads; null for an input left out.
struct OnnxCall {
  const onnx::NodeProto& node;
  const std::vector<const OnnxTensor*>& inputs;

  bool has(size_t input) const { return input < inputs.size() && inputs[input]; }
  const OnnxTensor& in(size_t input) const { return *inputs[input]; }
  const onnx::AttributeProto* find(const char* name) const;
  int64_t integer(const char* name, int64_t fallback) const;
  double real(const char* name, double fallback) const;
  std::string text(const char* name, const char* fallback) const;
  std::vector<int64_t> integers(const char* name, std::vector<int64_t> fallback = {}) const;
  // Of an input where it is one (newer opsets), else of the attribute.
  std::vector<int64_t> integersOf(size_t input, const char* name) const;
};

using OnnxOperator = Result<OnnxTensor> (*)(const OnnxCall& call);
OnnxOperator findOnnxOperator(const std::string& type);

// In onnx_windows.cpp.
Result<OnnxTensor> onnxConv(const OnnxCall& call);
Result<OnnxTensor> onnxConvTranspose(const OnnxCall& call);
Result<OnnxTensor> onnxMaxPool(const OnnxCall& call);
Result<OnnxTensor> onnxAveragePool(const OnnxCall& call);

// In onnx_shapes.cpp.
Result<OnnxTensor> onnxReshape(const OnnxCall& call);
Result<OnnxTensor> onnxFlatten(const OnnxCall& call);
Result<OnnxTensor> onnxSqueeze(const OnnxCall& call);
Result<OnnxTensor> onnxTranspose(const OnnxCall& call);
Result<OnnxTensor> onnxSlice(const OnnxCall& call);
Result<OnnxTensor> onnxPad(const OnnxCall& call);
Result<OnnxTensor> onnxConcat(const OnnxCall& call);

// A sentence for sizes that do not fit.
inline Error onnxMisfit(const std::string& why) {
  return {ErrorKind::data, why};
}

}  // namespace bypath
