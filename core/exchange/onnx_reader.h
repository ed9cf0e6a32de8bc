// Turns the nodes of an ONNX graph into layers, one after the other. Private to the onnx_reader_*.cpp.
//
// Outside, images are N x C x H x W; here they are (N, H, W, C). A value's layout says how the two belong
// together.
#pragma once

#include <array>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "core/exchange/flat_network.h"
#include "core/exchange/onnx_import.h"
#include "core/exchange/onnx_node.h"
#include "core/exchange/onnx_tensor.h"

namespace bypath {

enum class Layout {
  image,         // outside N x C x H x W
  channelsLast,  // outside N x H x W x C, as here
  row,           // N x F, as here
  rowOfPlanes,   // N x F, outside in the order C, H, W of `image`, here in the order H, W, C
  pooled         // outside N x C x 1 x 1, here a row of C
};

// What slices and pads made of an image and no layer says yet: they belong to the convolution, pooling or
// shortcut they stand before.
struct Border4 {
  int64_t top = 0, left = 0, bottom = 0, right = 0;
  bool any() const { return top || left || bottom || right; }
};
struct Pending {
  int64_t height = 0, width = 0;  // 0: all; of the image before `step`, from the upper left
  int64_t stepH = 1, stepW = 1;
  int64_t channels = 0;  // zeros behind the channels there are
  Border4 zeros{};
  bool cuts() const { return height || width || stepH != 1 || stepW != 1; }
  bool any() const { return cuts() || channels || zeros.any(); }
};

struct Signal {
  int layer = -1;
  Layout layout = Layout::row;
  Shape image{};  // (H, W, C) of rowOfPlanes
  Pending pending{};
  std::string name{};  // of the node that left it pending
};

struct Constant {
  OnnxNumbers numbers;
  bool trained = false;  // an initializer, not written down in a node
};

class OnnxReader {
 public:
  OnnxReader(const onnx::ModelProto& model, const ImportOptions& options);
  Result<FlatNetwork> read();

 private:
  // What is wrong with a node, as the rest of a sentence; "" where it is understood.
  using Problem = std::string;
  using Rule = Problem (OnnxReader::*)(const OnnxNode&);
  static const std::unordered_map<std::string, Rule>& rules();

  // onnx_reader.cpp
  std::string nameOf(const OnnxNode& node) const;  // for the layer it becomes
  void dropUnread();
  Result<void> readInputs();
  Result<void> readOutputs();
  void readNode(const OnnxNode& node, int number);
  bool onlyReadAsChannelsLast(const std::string& value) const;
  const Constant* constant(const std::string& name);
  // Of the value of that name. The layers that slices and pads stand for are made.
  Problem signalInto(Signal& signal, const std::string& name);
  Problem imageInto(Signal& signal, const std::string& name);
  Problem materialise(Signal& signal, const std::string& name);
  const Shape& shape(const Signal& signal) const { return layer(signal).shape; }
  FlatLayer& layer(const Signal& signal) { return flat_.layers[static_cast<size_t>(signal.layer)]; }
  const FlatLayer& layer(const Signal& signal) const {
    return flat_.layers[static_cast<size_t>(signal.layer)];
  }
  Signal add(const OnnxNode& node, FlatLayer layer, Layout layout);
  Problem give(const OnnxNode& node, const Signal& signal);  // as the node's first output
  Problem pass(const OnnxNode& node, const Signal& signal);  // the same value under another name
  int64_t rankOf(const Signal& signal) const;
  std::vector<int64_t> outsideSizes(const Signal& signal) const;  // of a sample

  // onnx_reader_windows.cpp
  struct Piece {
    int node = 0;  // number of the Slice
    std::array<int64_t, 2> front{}, size{};
  };
  std::optional<Piece> pieceOf(const OnnxNode& node);
  Problem conv(const OnnxNode& node);
  Problem convTranspose(const OnnxNode& node);
  Problem maxPool(const OnnxNode& node);
  Problem averagePool(const OnnxNode& node);
  Problem globalAveragePool(const OnnxNode& node);
  Problem reduceMean(const OnnxNode& node);

  // onnx_reader_values.cpp
  Problem batchNorm(const OnnxNode& node);
  Problem activation(const OnnxNode& node);
  Problem elu(const OnnxNode& node);
  Problem sum(const OnnxNode& node);
  Problem product(const OnnxNode& node);
  Problem quotient(const OnnxNode& node);
  Problem negative(const OnnxNode& node);
  Problem same(const OnnxNode& node);
  Problem dropout(const OnnxNode& node);
  Problem softmax(const OnnxNode& node);
  Problem addConstant(const OnnxNode& node, const std::string& x, const Constant& number);
  Problem scaled(const OnnxNode& node, const std::string& x, double factor, bool trained);

  // onnx_reader_rows.cpp
  Problem gemm(const OnnxNode& node);
  Problem matmul(const OnnxNode& node);
  Problem dense(const OnnxNode& node, const std::string& x, std::vector<float> weight, int64_t in,
                int64_t units, std::vector<float> bias);
  Problem flatten(const OnnxNode& node);
  Problem reshape(const OnnxNode& node);
  Problem toRow(const OnnxNode& node, const Signal& x);
  Problem toImage(const OnnxNode& node, const Signal& x, const std::vector<int64_t>& sizes);
  bool reorderBack(int layer, const Shape& image);

  // onnx_reader_axes.cpp
  Problem transpose(const OnnxNode& node);
  Problem concat(const OnnxNode& node);
  Problem slice(const OnnxNode& node);
  Problem pad(const OnnxNode& node);
  Problem ofItsOwn(Signal& signal, const OnnxNode& node);
  Problem squeeze(const OnnxNode& node);
  Problem unsqueeze(const OnnxNode& node);
  // Integers of an input, or of an attribute in older operator sets.
  bool integersInto(std::vector<int64_t>& integers, const OnnxNode& node, int input,
                    const std::string& attribute);

  // onnx_reader_sizes.cpp: arithmetic on sizes, as PyTorch writes it before a Reshape
  Problem constantNode(const OnnxNode& node);
  Problem shapeNode(const OnnxNode& node);
  Problem gather(const OnnxNode& node);
  Problem cast(const OnnxNode& node);
  bool sizesOnly(const OnnxNode& node);  // handles a node all of whose inputs are known integers
  void giveIntegers(const OnnxNode& node, std::vector<int64_t> integers, bool scalar = false);

  const onnx::ModelProto& model_;
  const onnx::GraphProto& graph_;
  const ImportOptions& options_;
  int64_t opset_;
  int64_t batch_ = 0;  // 0: any
  FlatNetwork flat_;
  std::unordered_map<std::string, const onnx::TensorProto*> initializers_;
  std::unordered_map<std::string, Constant> constants_;
  std::unordered_map<std::string, Signal> signals_;
  std::unordered_map<std::string, std::vector<int>> readers_;  // nodes; -1 for an output of the graph
  std::unordered_set<std::string> unknown_;                    // made by nodes that were not understood
  std::unordered_set<int> done_;                               // numbers of nodes that others have taken in
  std::vector<std::string> problems_;
};

}  // namespace bypath
