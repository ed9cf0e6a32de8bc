// ONNX (https://onnx.ai, IR.md and Operators.md): opset 13 with IR 7, or 17 with IR 8. Weights inline;
// padding always explicit; batch norm in inference mode; the batch axis is symbolic, "N"; images are N x C x
// H x W. A node's name is the path of the layer it came from, with ":<what>" behind it where a layer takes
// several; an initializer's is the parameter's path made an identifier.
#pragma once

#include <onnx/onnx_pb.h>

#include "core/exchange/leaving_model.h"

namespace bypath {

struct OnnxOptions {
  int opset = 13;  // or 17
};

// Errors: another opset (usage), more weights than one ONNX file holds (2 GiB), an op that ONNX lacks.
Result<onnx::ModelProto> toOnnx(const LeavingModel& model, const OnnxOptions& options = {});

}  // namespace bypath
