#include <onnx/checker.h>

#include "core/exchange/export_format.h"
#include "core/exchange/onnx_runner.h"
#include "core/exchange/onnx_writer.h"
#include "core/tensor/layout.h"

namespace bypath {
namespace {

Result<void> checked(const onnx::ModelProto& proto) {
  try {
    onnx::checker::check_model(proto);
    return {};
  } catch (const std::exception& error) {
    return Error{ErrorKind::data, std::string("ONNX's own checker refuses what was made: ") + error.what() +
                                      ". Nothing was saved; please report this network."};
  }
}

// What was written, read again and run by ONNX's rules, against our own answer. A drawn code is its mean on
// both sides.
Result<Comparison> compared(const std::string& bytes, const LeavingModel& model, Engine& engine) {
  onnx::ModelProto proto;
  if (!proto.ParseFromString(bytes)) return Error{ErrorKind::data, "What was made cannot be read back."};
  if (Result<void> valid = checked(proto); !valid) return valid.error();
  const int64_t batch = comparedBatch(model);
  const std::vector<std::vector<float>> inputs = fixedBatch(model, batch);
  const auto own = ownAnswer(model, engine, inputs, batch);
  if (!own) return own.error();
  OnnxTensors fed;
  for (size_t i = 0; i < inputs.size(); ++i) {
    const Shape shape = model.sampleShape(model.inputs[i]).withBatch(batch);
    const std::vector<float> outside = channelsFirst(inputs[i], shape);
    fed[proto.graph().input(static_cast<int>(i)).name()] = {channelsFirstSizes(shape),
                                                            {outside.begin(), outside.end()}};
  }
  const Result<OnnxTensors> outputs = runOnnx(proto, fed);
  if (!outputs) return outputs.error();
  Comparison comparison{.by = "read back and run by ONNX's rules in double precision"};
  for (size_t i = 0; i < model.outputs.size(); ++i) {
    const OnnxTensor& output = outputs->at(model.outputs[i].name);
    const Shape shape = model.sampleShape(model.outputs[i]).withBatch(batch);
    if (output.sizes != channelsFirstSizes(shape))
      return Error{ErrorKind::data, "What was made gives an output of other sizes than the network."};
    comparison.add(channelsFirst((*own)[i], shape),
                   std::vector<float>(output.values.begin(), output.values.end()));
  }
  return comparison;
}

Result<PreparedExport> prepare(const ExportJob& job) {
  const Result<LeavingModel> model = leavingModel(job.source, job.leaving);
  if (!model) return model.error();
  const Result<onnx::ModelProto> proto = toOnnx(*model, {.opset = job.opset});
  if (!proto) return proto.error();
  PreparedExport prepared;
  prepared.files.push_back({job.stem + ".onnx", proto->SerializeAsString()});

  LeavingOptions mean = job.leaving;
  mean.sampling = false;
  const Result<LeavingModel> still = job.leaving.sampling ? leavingModel(job.source, mean) : model;
  if (!still) return still.error();
  Result<Comparison> comparison = compared(prepared.files[0].bytes, *still, job.engine);
  if (!comparison) return comparison.error();
  prepared.comparison = *comparison;
  if (job.leaving.sampling)
    prepared.notes.emplace_back(
        "The code is drawn inside the graph, anew at each call; compared at its mean.");
  return prepared;
}

}  // namespace

const ExportFormat& onnxFormat() {
  static const ExportFormat format{
      .id = "onnx",
      .title = "ONNX",
      .suffix = ".onnx",
      .summary =
          "One file with network and weights, which onnxruntime, OpenCV, TensorRT and many others run.",
      .opset = true,
      .folds = true,
      .samples = true,
      .prepare = prepare};
  return format;
}

}  // namespace bypath
