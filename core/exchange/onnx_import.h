// ONNX graphs of residual networks, as PyTorch, Keras (tf2onnx) and this program write them, as networks:
// layers are read one by one, residual blocks and repeats are found, and the weights come along.
//
//   Result<ImportedModel> model = importOnnx(*proto, layerCatalog());
#pragma once

#include <onnx/onnx_pb.h>

#include <string>
#include <vector>

#include "core/network/layer_type.h"
#include "core/tensor/parameter_store.h"

namespace bypath {

struct ImportOptions {
  // (H, W, C) where the model leaves the size of its images open.
  Shape image{};
  bool recognise = true;  // residual blocks, repeats and parts; otherwise layer by layer
};

struct ImportedModel {
  NetworkSpec network;
  ParameterStore weights;          // of the network in evaluation, in the engine's layout
  std::vector<std::string> notes;  // what was folded, what was left out; a sentence each
};

// The model must have passed checkOnnx. What goes in is N x C x H x W or, where the first node turns it
// round, N x H x W x C; the input layer is (H, W, C). A single row that comes out is taken for class scores
// and gets a softmax loss, so that training can go on. Errors: nodes that no layer here can say, by name, at
// most twenty; several inputs; sizes left open.
Result<ImportedModel> importOnnx(const onnx::ModelProto& model, const LayerCatalog& layers,
                                 const ImportOptions& options = {});

}  // namespace bypath
