// ONNX files as they come in (https://onnx.ai/onnx/repo-docs/IR.html): read within bounds, and refused with a
// sentence before anything is made of them.
//
//   Result<onnx::ModelProto> proto = readOnnx("resnet18.onnx");
//   Result<ImportedModel> model = importOnnx(*proto, layerCatalog());
#pragma once

#include <onnx/onnx_pb.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace bypath {

inline constexpr uint64_t mostOnnxBytes = (uint64_t{1} << 31) - 1;
inline constexpr int mostOnnxNodes = 100'000;
// Of the standard operators; what is read here did not change in between but for where its settings stand.
inline constexpr int oldestOpset = 7, newestOpset = 21;

// Errors: not a regular file, larger than 2 GiB, and those of onnxFromBytes.
Result<onnx::ModelProto> readOnnx(const std::filesystem::path& path);
// Refused: what is not ONNX; data outside the file; functions, graphs inside nodes (If, Loop, Scan),
// operators of other domains; operator sets other than 7 to 21; more than 100,000 nodes; tensors of
// impossible size, of types not read, or with numbers that are not finite; values made twice, read before
// they are made, or never made; what the official checker refuses (up to its operator set, 17). `origin`
// names the file.
Result<onnx::ModelProto> onnxFromBytes(std::string_view bytes, const std::string& origin);

// The rules above for a model that is in memory already.
Result<void> checkOnnx(const onnx::ModelProto& model, const std::string& origin);
// Of the standard operators, 0 where none is named.
int64_t standardOpset(const onnx::ModelProto& model);

}  // namespace bypath
