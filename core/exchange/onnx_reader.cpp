#include "core/exchange/onnx_reader.h"

#include <algorithm>

#include "core/exchange/onnx_file.h"
#include "core/network/type_ids.h"

namespace bypath {
namespace {

constexpr size_t mostNamed = 20;
constexpr int mostOutputs = 64;

Error notUnderstood(const std::vector<std::string>& problems) {
  std::string text = problems.size() == 1
                         ? "One node has no layer that does the same: "
                         : std::to_string(problems.size()) + " nodes have no layers that do the same: ";
  for (size_t i = 0; i < std::min(problems.size(), mostNamed); ++i) text += (i ? "; " : "") + problems[i];
  if (problems.size() > mostNamed) text += "; and " + std::to_string(problems.size() - mostNamed) + " more";
  return {ErrorKind::data, text + "."};
}

}  // namespace

OnnxReader::OnnxReader(const onnx::ModelProto& model, const ImportOptions& options)
    : model_(model), graph_(model.graph()), options_(options), opset_(standardOpset(model)) {
  flat_.title = graph_.name();
  flat_.ownNames = model.producer_name() == "Bypath";
  for (const onnx::StringStringEntryProto& entry : model.metadata_props())
    flat_.isPart |= entry.key() == "part";
  for (const onnx::StringStringEntryProto& entry : model.metadata_props())
    if (entry.key() == "title" && !entry.value().empty()) flat_.title = entry.value();
  for (const onnx::TensorProto& tensor : graph_.initializer()) initializers_[tensor.name()] = &tensor;
  for (int i = 0; i < graph_.node_size(); ++i)
    for (const std::string& input : graph_.node(i).input()) readers_[input].push_back(i);
  for (const onnx::ValueInfoProto& output : graph_.output()) readers_[output.name()].push_back(-1);
}

const std::unordered_map<std::string, OnnxReader::Rule>& OnnxReader::rules() {
  static const std::unordered_map<std::string, Rule> all = {
      {"Conv", &OnnxReader::conv},
      {"ConvTranspose", &OnnxReader::convTranspose},
      {"MaxPool", &OnnxReader::maxPool},
      {"AveragePool", &OnnxReader::averagePool},
      {"GlobalAveragePool", &OnnxReader::globalAveragePool},
      {"ReduceMean", &OnnxReader::reduceMean},
      {"BatchNormalization", &OnnxReader::batchNorm},
      {"Relu", &OnnxReader::activation},
      {"Sigmoid", &OnnxReader::activation},
      {"Tanh", &OnnxReader::activation},
      {"Elu", &OnnxReader::elu},
      {"Add", &OnnxReader::sum},
      {"Sum", &OnnxReader::sum},
      {"Mul", &OnnxReader::product},
      {"Div", &OnnxReader::quotient},
      {"Neg", &OnnxReader::negative},
      {"Identity", &OnnxReader::same},
      {"Dropout", &OnnxReader::dropout},
      {"Softmax", &OnnxReader::softmax},
      {"LogSoftmax", &OnnxReader::softmax},
      {"Gemm", &OnnxReader::gemm},
      {"MatMul", &OnnxReader::matmul},
      {"Flatten", &OnnxReader::flatten},
      {"Reshape", &OnnxReader::reshape},
      {"Transpose", &OnnxReader::transpose},
      {"Concat", &OnnxReader::concat},
      {"Slice", &OnnxReader::slice},
      {"Pad", &OnnxReader::pad},
      {"Squeeze", &OnnxReader::squeeze},
      {"Unsqueeze", &OnnxReader::unsqueeze},
      {"Constant", &OnnxReader::constantNode},
      {"Shape", &OnnxReader::shapeNode},
      {"Gather", &OnnxReader::gather},
      {"Cast", &OnnxReader::cast},
  };
  return all;
}

Result<FlatNetwork> OnnxReader::read() {
  if (Result<void> inputs = readInputs(); !inputs) return inputs.error();
  for (int i = 0; i < graph_.node_size(); ++i) readNode(OnnxNode(graph_.node(i)), i);
  if (!problems_.empty()) return notUnderstood(problems_);
  if (Result<void> outputs = readOutputs(); !outputs) return outputs.error();
  dropUnread();
  return std::move(flat_);
}

bool OnnxReader::onlyReadAsChannelsLast(const std::string& value) const {
  const auto found = readers_.find(value);
  if (found == readers_.end()) return false;
  return std::ranges::all_of(found->second, [&](int reader) {
    if (reader < 0) return false;
    const OnnxNode node(graph_.node(reader));
    return node.type() == "Transpose" && node.integers("perm") == std::vector<int64_t>{0, 3, 1, 2};
  });
}

Result<void> OnnxReader::readInputs() {
  const auto refusal = [](const std::string& why) { return Error{ErrorKind::data, why}; };
  const onnx::ValueInfoProto* input = nullptr;
  for (const onnx::ValueInfoProto& candidate : graph_.input()) {
    if (initializers_.contains(candidate.name())) continue;
    if (input)
      return refusal("The model has several inputs, '" + quotable(input->name()) + "' and '" +
                     quotable(candidate.name()) + "', and networks here have one; cut the model in parts.");
    input = &candidate;
  }
  if (!input)
    return refusal("The model has no input, so that there is nothing to train; give another model.");
  const auto& type = input->type().tensor_type();
  const int rank = type.shape().dim_size();
  if (type.elem_type() != onnx::TensorProto::FLOAT || (rank != 2 && rank != 4))
    return refusal(
        "The input '" + quotable(input->name()) +
        "' is neither images (N x C x H x W) nor rows (N x F) of floats; no such network is read.");
  batch_ = type.shape().dim(0).dim_value();
  std::vector<int64_t> sizes;
  for (int axis = 1; axis < rank; ++axis) sizes.push_back(type.shape().dim(axis).dim_value());
  const bool last = rank == 4 && onlyReadAsChannelsLast(input->name());
  Shape shape = rank == 2 ? Shape{sizes[0]}
                : last    ? Shape{sizes[0], sizes[1], sizes[2]}
                          : Shape{sizes[1], sizes[2], sizes[0]};
  double count = 1;
  for (int axis = 0; axis < shape.rank(); ++axis) {
    if (shape[axis] <= 0 && options_.image.rank() == shape.rank()) shape.set(axis, options_.image[axis]);
    if (shape[axis] <= 0)
      return refusal("The model leaves the size of its input '" + quotable(input->name()) +
                     "' open; export it with a fixed height and width, or say them.");
    count *= static_cast<double>(shape[axis]);
  }
  if (count > 2147483648.0)
    return refusal("The input '" + quotable(input->name()) +
                   "' has more than 2^31 values; no such network is read.");
  flat_.layers.push_back({.type = typeId::input,
                          .attributes = {{"shape", shape.text()}},
                          .shape = shape,
                          .name = input->name(),
                          .readers = static_cast<int64_t>(readers_[input->name()].size())});
  signals_[input->name()] = {.layer = 0,
                             .layout = rank == 2 ? Layout::row
                                       : last    ? Layout::channelsLast
                                                 : Layout::image};
  return {};
}

Result<void> OnnxReader::readOutputs() {
  if (graph_.output_size() > mostOutputs)
    return Error{ErrorKind::data, "The model has " + std::to_string(graph_.output_size()) +
                                      " outputs, and at most " + std::to_string(mostOutputs) + " are read."};
  for (const onnx::ValueInfoProto& output : graph_.output()) {
    Signal signal;
    std::string problem = signalInto(signal, output.name());
    if (problem.empty() && signal.layout == Layout::rowOfPlanes)
      problem = "is a row of pixels in an order that layers here do not give";
    if (!problem.empty())
      return Error{ErrorKind::data, "The output '" + quotable(output.name()) + "' " + problem + "."};
    if (signal.layout == Layout::channelsLast)
      flat_.notes.push_back("The output '" + quotable(output.name()) + "' is N x H x W x C in the file.");
    flat_.outputs.push_back(signal.layer);
    flat_.outputNames.push_back(output.name());
  }
  return {};
}

void OnnxReader::readNode(const OnnxNode& node, int number) {
  if (done_.contains(number)) return;
  bool known = true;
  for (int i = 0; i < node.inputs(); ++i) known = known && !unknown_.contains(node.input(i));
  std::string problem;
  if (known && !sizesOnly(node)) {
    const auto rule = rules().find(node.type());
    problem = rule == rules().end() ? "does what no layer here does" : (this->*rule->second)(node);
  }
  for (int i = 1; i < node.outputs() && problem.empty(); ++i)
    if (readers_.contains(node.output(i))) problem = "gives more than one value that is read";
  if (known && problem.empty()) return;
  for (int i = 0; i < node.outputs(); ++i) unknown_.insert(node.output(i));
  if (known)
    problems_.push_back(
        "Node " +
        (node.name().empty() ? "number " + std::to_string(number + 1) : "'" + quotable(node.name()) + "'") +
        " (" + quotable(node.type()) + ") " + problem);
}

const Constant* OnnxReader::constant(const std::string& name) {
  if (const auto found = constants_.find(name); found != constants_.end()) return &found->second;
  const auto tensor = initializers_.find(name);
  if (tensor == initializers_.end()) return nullptr;
  Result<OnnxNumbers> numbers = numbersOf(*tensor->second, "The weights '" + quotable(name) + "'");
  if (!numbers) return nullptr;
  return &(constants_[name] = {.numbers = std::move(*numbers), .trained = true});
}

OnnxReader::Problem OnnxReader::signalInto(Signal& signal, const std::string& name) {
  const auto found = signals_.find(name);
  if (found == signals_.end())
    return constant(name) ? "reads constants where a signal should be" : "lacks an input";
  if (found->second.pending.any())
    if (Problem problem = materialise(found->second, name); !problem.empty()) return problem;
  signal = found->second;
  return {};
}

OnnxReader::Problem OnnxReader::imageInto(Signal& signal, const std::string& name) {
  if (Problem problem = signalInto(signal, name); !problem.empty()) return problem;
  if (signal.layout == Layout::pooled) {
    const int64_t channels = shape(signal).last();
    FlatLayer reshape{.type = "reshape",
                      .attributes = {{"shape", "1x1x" + std::to_string(channels)}},
                      .inputs = {signal.layer},
                      .shape = {1, 1, channels},
                      .name = layer(signal).name,
                      .readers = 1};
    flat_.layers.push_back(std::move(reshape));
    signal = {.layer = static_cast<int>(flat_.layers.size()) - 1, .layout = Layout::image};
  }
  if (signal.layout == Layout::image) return {};
  return signal.layout == Layout::channelsLast ? "reads images with their channels last"
                                               : "reads rows where images should be";
}

OnnxReader::Problem OnnxReader::materialise(Signal& signal, const std::string& name) {
  const Pending pending = signal.pending;
  const auto readers = static_cast<int64_t>(readers_[name].size());
  if (pending.stepH != pending.stepW) return "takes every other row but not every other column, or reversed";
  if (pending.zeros.any())
    return "reads an image with zeros around it, which only convolutions and pooling do here";
  const Shape before = shape(signal);
  const int64_t height = pending.height ? pending.height : before[0],
                width = pending.width ? pending.width : before[1], step = pending.stepH;
  const auto positions = [&](int64_t size) { return (size + step - 1) / step; };
  const bool crops = positions(height) != positions(before[0]) || positions(width) != positions(before[1]);
  const auto push = [&](FlatLayer layer) {
    layer.inputs = {signal.layer};
    layer.name = signal.name;
    layer.readers = readers;
    flat_.layers.push_back(std::move(layer));
    signal.layer = static_cast<int>(flat_.layers.size()) - 1;
  };
  layer(signal).readers -= readers - 1;
  if (crops)
    push({.type = typeId::crop,
          .attributes = {{"height", height}, {"width", width}},
          .shape = {height, width, before[2]}});
  if (step != 1 || pending.channels)
    push({.type = typeId::zeroPadShortcut,
          .attributes = {{"stride", step}, {"channels", before[2] + pending.channels}},
          .shape = {positions(height), positions(width), before[2] + pending.channels}});
  signal.pending = {};
  return {};
}

// Of our own files: "fc:2" stands for the layer "fc".
std::string OnnxReader::nameOf(const OnnxNode& node) const {
  return flat_.ownNames ? node.name().substr(0, node.name().find(':')) : node.name();
}

// Layers that no output needs.
void OnnxReader::dropUnread() {
  std::vector<bool> needed(flat_.layers.size(), false);
  needed[0] = true;
  for (const int output : flat_.outputs) needed[static_cast<size_t>(output)] = true;
  for (size_t i = flat_.layers.size(); i-- > 0;)
    if (needed[i])
      for (const int input : flat_.layers[i].inputs) needed[static_cast<size_t>(input)] = true;
  std::vector<int> now(flat_.layers.size(), -1);
  std::vector<FlatLayer> kept;
  for (size_t i = 0; i < flat_.layers.size(); ++i) {
    if (!needed[i]) continue;
    now[i] = static_cast<int>(kept.size());
    for (int& input : flat_.layers[i].inputs) input = now[static_cast<size_t>(input)];
    kept.push_back(std::move(flat_.layers[i]));
  }
  for (int& output : flat_.outputs) output = now[static_cast<size_t>(output)];
  for (FlatLayer& layer : kept) layer.readers = 0;
  for (const FlatLayer& layer : kept)
    for (const int input : layer.inputs) ++kept[static_cast<size_t>(input)].readers;
  for (const int output : flat_.outputs) ++kept[static_cast<size_t>(output)].readers;
  flat_.layers = std::move(kept);
}

int64_t OnnxReader::rankOf(const Signal& signal) const {
  return signal.layout == Layout::row || signal.layout == Layout::rowOfPlanes ? 2 : 4;
}

std::vector<int64_t> OnnxReader::outsideSizes(const Signal& signal) const {
  const Shape& s = shape(signal);
  switch (signal.layout) {
    case Layout::image:
      return {s[2], s[0], s[1]};
    case Layout::channelsLast:
      return {s[0], s[1], s[2]};
    case Layout::pooled:
      return {s[0], 1, 1};
    default:
      return {s[0]};
  }
}

Signal OnnxReader::add(const OnnxNode& node, FlatLayer layer, Layout layout) {
  layer.name = nameOf(node);
  flat_.layers.push_back(std::move(layer));
  return {.layer = static_cast<int>(flat_.layers.size()) - 1, .layout = layout};
}

OnnxReader::Problem OnnxReader::give(const OnnxNode& node, const Signal& signal) {
  layer(signal).readers += static_cast<int64_t>(readers_[node.output()].size());
  signals_[node.output()] = signal;
  return {};
}

OnnxReader::Problem OnnxReader::pass(const OnnxNode& node, const Signal& signal) {
  layer(signal).readers += static_cast<int64_t>(readers_[node.output()].size()) - 1;
  signals_[node.output()] = signal;
  return {};
}

}  // namespace bypath
