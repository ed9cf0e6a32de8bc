// What a trained network's layers make of single images, and the filters that make it: the output of any
// layer, block or part as maps, one a channel.
//
//   for (const LookPlace& place : placesToLook(checked)) offer(place.path);
//   Result<LayerMaps> maps = layerMaps(*model, engine, layerCatalog(), {.data = set, .path = "stem"});
//   Result<LayerFilters> filters = layerFilters(*model, layerCatalog(), "stem");
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/data/data_set.h"
#include "core/engines/engine.h"
#include "core/inspection/map_pictures.h"
#include "core/training/model.h"

namespace bypath {

// A layer, block or part that gives something of its own, lowered in evaluation mode.
struct LookPlace {
  std::string path;   // as checked: "stage1[2]/branch/conv1"
  std::string drawn;  // the drawn node it belongs to
  std::string type;
  ValueId value = noValue;  // what it gives: (N, H, W, C), or (N, C)
  bool hasFilters = false;
};
// In the order of execution. Left out: what passes its input on, such as a dropout that is not training, and
// losses.
std::vector<LookPlace> placesToLook(const NetworkSpec& network, const CheckedNetwork& checked);

struct LookRequest {
  std::shared_ptr<const DataSet> data;  // its test images
  std::string path;
  std::vector<int64_t> images = {0};
};

struct ChannelFacts {
  double broken = 0;  // share of values that are no numbers, left out of all but this
  double zeros = 0;   // share of values that are exactly zero: those a ReLU has closed
  double mean = 0, deviation = 0;
  double low = 0, high = 0;
};

struct LayerMaps {
  LookPlace place;
  int64_t images = 0;
  int64_t height = 1, width = 1;       // 1 x 1 where the layer gives a row of numbers
  std::vector<float> values;           // images x height x width x channels
  std::vector<ChannelFacts> channels;  // over all images
  MapScale scale;                      // of all of them together

  // One channel of one image: height x width.
  std::vector<float> map(int64_t image, int64_t channel) const;
};

// Errors: an unknown path, one that has nothing of its own, no such image (usage); images that do not fit.
Result<LayerMaps> layerMaps(const Model& model, Engine& engine, const LayerCatalog& layers,
                            const LookRequest& request);

struct LayerFilters {
  std::string path;
  int64_t height = 0, width = 0, inputs = 0, outputs = 0;
  bool ofColours = false;     // it reads the image's red, green and blue
  std::vector<float> values;  // outputs x inputs x height x width
  MapScale scale;

  // What output channel `output` makes of input channel `input`: height x width.
  std::span<const float> slice(int64_t output, int64_t input) const;
};

// Errors: an unknown path; a layer that is no convolution (usage).
Result<LayerFilters> layerFilters(const Model& model, const LayerCatalog& layers, const std::string& path);

}  // namespace bypath
