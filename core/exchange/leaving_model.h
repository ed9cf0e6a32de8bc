// A trained network as it leaves: its forward ops in evaluation mode, only what its outputs need, its
// weights, and what whoever meets it must know. Every format is written from this.
//
//   Result<LeavingModel> model = leavingModel({network, layers, weights, facts}, {.part = "encoder"});
//   Result<onnx::ModelProto> proto = toOnnx(*model, {.opset = 13});
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/engines/engine.h"
#include "core/network/check.h"
#include "core/network/model_facts.h"

namespace bypath {

struct LeavingSource {
  const NetworkSpec& network;
  const LayerCatalog& layers;
  const ParameterStore& weights;
  ModelFacts facts;
};

struct LeavingOptions {
  std::string part{};              // "": the whole network
  bool foldNormalisation = false;  // batch norm behind a convolution becomes part of its weights
  bool sampling = false;           // z is drawn, not the mean; only formats that can draw
};

// What goes in or comes out, by the name it has outside.
struct Border {
  std::string name;
  ValueId value = noValue;
};

struct LeavingModel {
  // Forward, batch 1, no labels, no losses, nothing random unless asked for. Op paths are node paths.
  OpGraph graph;
  std::vector<std::vector<float>> weights;  // by parameter of the graph, in the engine's layout
  std::vector<Border> inputs;               // "input"; of a decoder "z"
  std::vector<Border> outputs;              // "output"; of an encoder "mu", "logvar"
  std::string part;
  ModelFacts facts;

  Shape sampleShape(const Border& border) const { return graph.shape(border.value).perSample(); }
  // The weights of the parameter of that name; empty when there is none.
  std::span<const float> weightsOf(std::string_view name) const;
};

// Errors: a network with errors, an unknown part, weights that are not finite (names the parameter), a part
// or network without an output.
Result<LeavingModel> leavingModel(const LeavingSource& source, const LeavingOptions& options = {});

// "stage1[2]/conv/weight" -> "stage1_2_conv_weight": letters, digits and underlines, no digit first.
std::string identifierOf(const std::string& path);

// A batch for comparing: the same numbers for the same shapes, in [0, 1], by input, NHWC.
std::vector<std::vector<float>> fixedBatch(const LeavingModel& model, int64_t batch);

// How many samples of the model a comparison takes: few of what is slow.
int64_t comparedBatch(const LeavingModel& model);

// Our own answer: the outputs of the model on an engine, by output, NHWC.
Result<std::vector<std::vector<float>>> ownAnswer(const LeavingModel& model, Engine& engine,
                                                  const std::vector<std::vector<float>>& inputs,
                                                  int64_t batch);

// How far what was read back is from our own answer.
struct Comparison {
  std::string by;      // "run by ONNX's rules in double precision"
  double largest = 0;  // absolute difference
  double scale = 1;    // the largest value of our own answer, where that is above 1

  void add(std::span<const float> own, std::span<const float> read);  // one output
};
// As a share of the scale; above this an export is refused.
inline constexpr double largestAllowedDifference = 1e-4;
// A refusal that names the number, where it is too large or none.
Result<void> withinBounds(const Comparison& comparison);
// Infinity where sizes differ or a value is none.
double largestDifference(std::span<const float> one, std::span<const float> other);

}  // namespace bypath
