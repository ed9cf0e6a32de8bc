// A network as a list of layers without blocks or parts: what reading a file gives before blocks are
// recognised.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/network/network_spec.h"
#include "core/tensor/shape.h"

namespace bypath {

struct FlatLayer {
  std::string type;  // a LayerType's id; of one output
  Attributes attributes{};
  std::vector<int> inputs{};  // layers before this one, by port
  Shape shape{};              // of a sample it gives: (H, W, C) or (F)
  std::string name{};         // of what it was read from: "/layer1/layer1.0/conv1/Conv", "stem_conv"
  std::map<std::string, std::vector<float>> weights{};  // "weight", "bias", ..., in the engine's layout
  int64_t readers = 0;  // how many read what it gives, outputs of the network too
};

struct FlatNetwork {
  std::vector<FlatLayer> layers;  // each after those it reads
  std::vector<int> outputs;       // layers
  std::vector<std::string> outputNames;
  std::vector<std::string> notes;
  std::string title;
  bool ownNames = false;  // the layers' names are node paths of ours
  bool isPart = false;    // of a larger network of ours
};

// What is placed in a network: a layer, or a container that stands for several.
struct Unit {
  Node node;                // its name is made when it is placed
  std::vector<int> inputs;  // units, by port
  std::string path{};  // where it stood in a file of ours: "encoder/stage2/conv_block"; "" where not known
  std::string hint{};  // what it may be called
  // Where the weights of a layer stand below it: "" or "[2]/branch/conv1".
  struct Weights {
    std::string below;
    int layer = 0;  // of the flat network
  };
  std::vector<Weights> weights{};
};

}  // namespace bypath
