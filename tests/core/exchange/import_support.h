// What the tests of bringing models in share: an imported network's answer beside that of the file it came
// from.
#pragma once

#include <QtTest>

#include "core/engines/cpu/cpu_engine.h"
#include "core/exchange/leaving_model.h"
#include "core/exchange/onnx_file.h"
#include "core/exchange/onnx_import.h"
#include "core/exchange/onnx_runner.h"
#include "core/layers/catalog.h"
#include "core/tensor/layout.h"

namespace bypath {

struct Agreement {
  std::string problem;  // "" when all went well
  double difference = 0;
};

inline std::string textOf(const Graph& graph, const std::string& indent = "") {
  std::string text;
  for (const Node& node : graph.nodes) {
    text += indent + node.name + " (" + node.type + ")";
    for (const auto& [key, value] : node.attributes) text += " " + key + "=" + toText(value);
    text += "\n";
    for (const Graph& body : node.body) text += textOf(body, indent + "  ");
  }
  return text;
}

// The largest difference between an imported network on our engine and its file run by ONNX's rules, relative
// to the largest output where that is above 1. Networks of one output.
inline Agreement agreement(const onnx::ModelProto& proto, const ImportedModel& imported,
                           bool channelsLastOutside = false, int64_t batch = 2) {
  if (const int64_t fixed = proto.graph().input(0).type().tensor_type().shape().dim(0).dim_value(); fixed > 0)
    batch = fixed;
  const Result<LeavingModel> model = leavingModel({imported.network, layerCatalog(), imported.weights, {}});
  if (!model) return {model.error().message};
  const std::vector<std::vector<float>> inputs = fixedBatch(*model, batch);
  const std::unique_ptr<Engine> engine = makeCpuEngine({.threads = 2});
  const auto own = ownAnswer(*model, *engine, inputs, batch);
  if (!own) return {own.error().message};
  const Shape in = model->sampleShape(model->inputs[0]).withBatch(batch);
  const bool turned = in.rank() == 4 && !channelsLastOutside;
  const std::vector<float> outside = turned ? channelsFirst(inputs[0], in) : inputs[0];
  OnnxTensor x{turned ? channelsFirstSizes(in) : in.sizes(), {outside.begin(), outside.end()}};
  std::string name;
  for (const auto& input : proto.graph().input()) name = name.empty() ? input.name() : name;
  const Result<OnnxTensors> answers = runOnnx(proto, {{name, x}});
  if (!answers) return {answers.error().message};
  const OnnxTensor& answer = answers->at(proto.graph().output(0).name());
  std::vector<float> read(answer.values.begin(), answer.values.end());
  const Shape out = model->sampleShape(model->outputs[0]).withBatch(batch);
  const bool asHere = std::ranges::any_of(imported.notes, [](const std::string& note) {
    return note.find("N x H x W x C") != std::string::npos;
  });
  if (out.rank() == 4 && !asHere) read = channelsLast(read, out);
  Comparison comparison;
  comparison.add(own->at(0), read);
  return {"", comparison.largest / comparison.scale};
}

}  // namespace bypath
