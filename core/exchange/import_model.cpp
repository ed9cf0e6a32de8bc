#include "core/exchange/import_model.h"

#include <set>

#include "core/exchange/onnx_file.h"
#include "core/exchange/onnx_import.h"
#include "core/exchange/onnx_runner.h"
#include "core/exchange/safetensors_model.h"
#include "core/tensor/layout.h"
#include "core/tensor/safetensors.h"

namespace bypath {
namespace {

// Largest file of weights that is read.
constexpr uint64_t mostWeightBytes = uint64_t{16} << 30;

// The sizes that the file asks for, with this batch where it leaves one open; nothing where the image that we
// feed does not go in as it is.
std::vector<int64_t> askedSizes(const onnx::ModelProto& proto, int64_t batch) {
  std::vector<int64_t> sizes;
  if (proto.graph().input_size() == 0) return sizes;
  std::set<std::string> given;
  for (const auto& tensor : proto.graph().initializer()) given.insert(tensor.name());
  for (const auto& input : proto.graph().input()) {
    if (given.contains(input.name())) continue;
    for (const auto& dim : input.type().tensor_type().shape().dim())
      sizes.push_back(dim.has_dim_value() && dim.dim_value() > 0 ? dim.dim_value()
                      : sizes.empty()                            ? batch
                                                                 : 0);
    break;
  }
  return sizes;
}

std::string inputName(const onnx::ModelProto& proto) {
  std::set<std::string> given;
  for (const auto& tensor : proto.graph().initializer()) given.insert(tensor.name());
  for (const auto& input : proto.graph().input())
    if (!given.contains(input.name())) return input.name();
  return {};
}

// What the file says, run by ONNX's rules, against our own network.
Result<void> compare(const onnx::ModelProto& proto, const LayerCatalog& layers, Engine& engine,
                     BroughtIn& made) {
  const Result<LeavingModel> model = leavingModel({made.network, layers, made.weights, {}});
  if (!model) return model.error();
  const int64_t fixed = askedSizes(proto, 0).empty() ? 0 : askedSizes(proto, 0)[0];
  const int64_t batch = fixed > 0 ? fixed : comparedBatch(*model);
  const Shape shape = model->sampleShape(model->inputs[0]).withBatch(batch);
  const std::vector<std::vector<float>> inputs = fixedBatch(*model, batch);
  const std::vector<int64_t> asked = askedSizes(proto, batch);
  // Files of Keras take N x H x W x C.
  const bool last = asked.size() == 4 && shape.rank() == 4 && asked[3] == shape[3] && asked[1] != shape[3];
  const std::vector<float> outside = last ? inputs[0] : channelsFirst(inputs[0], shape);
  const OnnxTensors fed = {
      {inputName(proto),
       {last ? shape.sizes() : channelsFirstSizes(shape), {outside.begin(), outside.end()}}}};
  const Result<OnnxTensors> said = runOnnx(proto, fed);
  if (!said) {
    made.notes.push_back("Not compared with what the file says: " + said.error().message);
    return {};
  }
  const auto own = ownAnswer(*model, engine, inputs, batch);
  if (!own) return own.error();
  const OnnxTensor& output = said->at(proto.graph().output(0).name());
  made.comparison.by = "the file run by ONNX's rules in double precision";
  std::vector<float> theirs(output.values.begin(), output.values.end());
  std::vector<float> ours = (*own)[0];
  if (output.sizes.size() == 4 && !last)
    ours = channelsFirst(ours, model->sampleShape(model->outputs[0]).withBatch(batch));
  if (proto.graph().node_size() > 0 &&
      proto.graph().node(proto.graph().node_size() - 1).op_type() == "Softmax") {
    made.notes.emplace_back(
        "Not compared with what the file says: it ends in a softmax, and here its scores come out.");
    return {};
  }
  made.comparison.add(ours, theirs);
  made.compared = true;
  if (Result<void> same = withinBounds(made.comparison); !same)
    return Error{ErrorKind::data,
                 "What became of the file does not compute what the file says; nothing was made of it. "
                 "Please report this model."};
  return {};
}

Result<BroughtIn> fromOnnx(const std::filesystem::path& file, const LayerCatalog& layers, Engine& engine) {
  const Result<onnx::ModelProto> proto = readOnnx(file);
  if (!proto) return proto.error();
  Result<ImportedModel> model = importOnnx(*proto, layers);
  if (!model) return model.error();
  BroughtIn made{.network = std::move(model->network),
                 .weights = std::move(model->weights),
                 .notes = std::move(model->notes)};
  if (Result<void> compared = compare(*proto, layers, engine, made); !compared) return compared.error();
  return made;
}

}  // namespace

Result<BroughtIn> importModel(const std::filesystem::path& file, const LayerCatalog& layers, Engine& engine,
                              const NetworkSpec* into) {
  const std::string suffix = file.extension().string();
  if (suffix == ".onnx") {
    if (into)
      return Error{ErrorKind::usage,
                   "An ONNX file brings its own network; leave out the one to put it into."};
    return fromOnnx(file, layers, engine);
  }
  if (suffix != ".safetensors")
    return Error{ErrorKind::usage, file.string() +
                                       " is neither .onnx nor .safetensors; export the model as one "
                                       "of them where it was trained."};
  if (!into)
    return Error{ErrorKind::usage, file.string() +
                                       " holds weights without a network; name the network that "
                                       "takes them, such as resnet-imagenet."};
  const Result<SafetensorsFile> read = readSafetensors(file, mostWeightBytes);
  if (!read) return read.error();
  Result<ParameterStore> weights = weightsFromSafetensors(*read, *into, layers);
  if (!weights) return weights.error();
  return BroughtIn{.network = *into, .weights = std::move(*weights)};
}

}  // namespace bypath
