// The numbers of an ONNX TensorProto (https://onnx.ai/onnx/repo-docs/IR.html, onnx.proto): raw_data little
// endian, or one of the typed fields; float, double and float16 as float, int64 and int32 as int64.
#pragma once

#include <onnx/onnx_pb.h>

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace bypath {

// A name out of a file, as it may stand in a sentence: printable, at most 80 characters.
std::string quotable(const std::string& name);

// Refuses, without looking at the numbers: data outside the file, a type that is not read here, dimensions
// that are negative or make more than 2^31 values, data of another size than the dimensions say. `what` names
// the tensor in the sentence ("The weights 'fc.weight'").
Result<void> checkTensor(const onnx::TensorProto& tensor, const std::string& what);

// What a checked tensor holds.
struct OnnxNumbers {
  std::vector<int64_t> sizes;     // none: one number
  std::vector<float> reals;       // of a float, double or float16 tensor
  std::vector<int64_t> integers;  // of an int64 or int32 tensor
  bool real = true;

  int64_t count() const { return static_cast<int64_t>(real ? reals.size() : integers.size()); }
};
// Refuses what checkTensor refuses, and numbers that are not finite (names the first).
Result<OnnxNumbers> numbersOf(const onnx::TensorProto& tensor, const std::string& what);

}  // namespace bypath
