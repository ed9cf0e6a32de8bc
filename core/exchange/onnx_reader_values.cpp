// Normalisation, activations, and arithmetic on signals.
#include <algorithm>
#include <charconv>

#include "core/exchange/onnx_graph.h"
#include "core/exchange/onnx_reader.h"
#include "core/network/type_ids.h"

namespace bypath {
namespace {

// The shortest decimal of a float, so that 1e-5f is 1e-5.
double shortest(float value) {
  char text[32];
  const std::to_chars_result written = std::to_chars(text, text + sizeof text, value);
  double number = static_cast<double>(value);
  std::from_chars(text, written.ptr, number);
  return number;
}

std::vector<float> inOrderOfPixels(const std::vector<float>& planes, const Shape& image) {
  std::vector<float> pixels(planes.size());
  const int64_t area = image[0] * image[1], channels = image[2];
  for (int64_t c = 0; c < channels; ++c)
    for (int64_t p = 0; p < area; ++p)
      pixels[static_cast<size_t>(p * channels + c)] = planes[static_cast<size_t>(c * area + p)];
  return pixels;
}

}  // namespace

OnnxReader::Problem OnnxReader::batchNorm(const OnnxNode& node) {
  Signal x;
  if (Problem problem = signalInto(x, node.input(0)); !problem.empty()) return problem;
  if (x.layout == Layout::channelsLast) return "normalises images with their channels last";
  if (node.integer("training_mode", 0) != 0)
    return "normalises as in training; export the model for inference";
  if (node.integer("spatial", 1) != 1) return "normalises every pixel by itself";
  FlatLayer norm{.type = typeId::batchNorm,
                 .attributes = {{"epsilon", shortest(node.real("epsilon", 1e-5F))},
                                {"momentum", shortest(node.real("momentum", 0.9F))}},
                 .inputs = {x.layer},
                 .shape = shape(x)};
  int input = 1;
  for (const char* name : {"scale", "shift", "running_mean", "running_variance"}) {
    const Constant* numbers = constant(node.input(input++));
    if (!numbers || !numbers->numbers.real || numbers->numbers.count() != shape(x).last())
      return "has statistics that are computed, or of another number of channels";
    norm.weights[name] = x.layout == Layout::rowOfPlanes ? inOrderOfPixels(numbers->numbers.reals, x.image)
                                                         : numbers->numbers.reals;
  }
  if (std::ranges::any_of(norm.weights["running_variance"], [](float v) { return v < 0; }))
    return "has a negative variance";
  Signal y = add(node, std::move(norm), x.layout);
  y.image = x.image;
  return give(node, y);
}

OnnxReader::Problem OnnxReader::activation(const OnnxNode& node) {
  Signal x;
  if (Problem problem = signalInto(x, node.input(0)); !problem.empty()) return problem;
  const char* type = node.type() == "Relu" ? typeId::relu : node.type() == "Tanh" ? "tanh" : typeId::sigmoid;
  Signal y = add(node, {.type = type, .inputs = {x.layer}, .shape = shape(x)}, x.layout);
  y.image = x.image;
  return give(node, y);
}

OnnxReader::Problem OnnxReader::elu(const OnnxNode& node) {
  Signal x;
  if (Problem problem = signalInto(x, node.input(0)); !problem.empty()) return problem;
  const float alpha = node.real("alpha", 1);
  if (alpha < 0 || alpha > 100) return "has an alpha outside 0 to 100";
  Signal y =
      add(node,
          {.type = "elu", .attributes = {{"alpha", shortest(alpha)}}, .inputs = {x.layer}, .shape = shape(x)},
          x.layout);
  y.image = x.image;
  return give(node, y);
}

OnnxReader::Problem OnnxReader::sum(const OnnxNode& node) {
  std::vector<std::string> signals;
  const Constant* number = nullptr;
  for (int i = 0; i < node.inputs(); ++i) {
    if (signals_.contains(node.input(i)))
      signals.push_back(node.input(i));
    else if (const Constant* found = constant(node.input(i)); found && !number)
      number = found;
    else
      return "adds several constants";
  }
  if (number && signals.size() == 1) return addConstant(node, signals[0], *number);
  if (number || signals.empty()) return "adds a constant to several signals";
  if (signals.size() == 1) return same(node);
  FlatLayer layer{.type = typeId::add};
  Signal first;
  for (const std::string& name : signals) {
    Signal x;
    if (Problem problem = signalInto(x, name); !problem.empty()) return problem;
    if (layer.inputs.empty()) first = x;
    if (x.layout != first.layout || !(shape(x) == shape(first))) return "adds signals of different shapes";
    // A sum of more than two of ours is a chain of sums of one name.
    const FlatLayer& before = this->layer(x);
    if (flat_.ownNames && before.type == typeId::add && before.readers == 1 && layer.inputs.empty() &&
        nameOf(node) == before.name)
      layer.inputs = before.inputs;
    else
      layer.inputs.push_back(x.layer);
  }
  layer.shape = shape(first);
  Signal y = add(node, std::move(layer), first.layout);
  y.image = first.image;
  return give(node, y);
}

OnnxReader::Problem OnnxReader::addConstant(const OnnxNode& node, const std::string& x,
                                            const Constant& number) {
  Signal signal;
  if (Problem problem = signalInto(signal, x); !problem.empty()) return problem;
  FlatLayer& before = layer(signal);
  const int64_t count = number.numbers.count();
  if (!number.numbers.real) return "adds integers";
  // A bias that stands by itself: a number a channel, behind a layer that can have one.
  const std::vector<int64_t>& sizes = number.numbers.sizes;
  const bool convolves = before.type == typeId::conv2d || before.type == typeId::conv2dTransposed;
  const int64_t channelAxis = convolves && signal.layout == Layout::image ? 3 : 1;
  const bool alongChannels = count == before.shape.last() &&
                             static_cast<int64_t>(sizes.size()) >= channelAxis &&
                             sizes[sizes.size() - static_cast<size_t>(channelAxis)] == count;
  if (alongChannels && before.readers == 1 && (convolves || before.type == "dense") &&
      (signal.layout == Layout::image || signal.layout == Layout::row)) {
    std::vector<float>& bias = before.weights["bias"];
    bias.resize(static_cast<size_t>(count), 0);
    for (size_t i = 0; i < bias.size(); ++i) bias[i] += number.numbers.reals[i];
    before.attributes["bias"] = true;
    return pass(node, signal);
  }
  if (count != 1) return "adds constants that are not the bias of the layer before";
  FlatLayer sum{.type = typeId::scalarBias, .inputs = {signal.layer}, .shape = shape(signal)};
  sum.weights["shift"] = number.numbers.reals;
  Signal y = add(node, std::move(sum), signal.layout);
  y.image = signal.image;
  return give(node, y);
}

OnnxReader::Problem OnnxReader::product(const OnnxNode& node) {
  const bool first = signals_.contains(node.input(0)), second = signals_.contains(node.input(1));
  if (first != second) {
    const std::string& name = node.input(first ? 1 : 0);
    const Constant* factor = constant(name);
    if (!factor || !factor->numbers.real || factor->numbers.count() != 1)
      return "multiplies by constants that are not one number";
    const bool ours = flat_.ownNames && name.starts_with(identifierOf(nameOf(node) + "/factor"));
    return scaled(node, node.input(first ? 0 : 1), static_cast<double>(factor->numbers.reals[0]),
                  factor->trained && !ours);
  }
  Signal a, b;
  for (auto [signal, at] : {std::pair{&a, 0}, std::pair{&b, 1}})
    if (Problem problem = signalInto(*signal, node.input(at)); !problem.empty()) return problem;
  if (a.layout != b.layout || !(shape(a) == shape(b))) return "multiplies signals of different shapes";
  Signal y = add(node, {.type = typeId::multiply, .inputs = {a.layer, b.layer}, .shape = shape(a)}, a.layout);
  y.image = a.image;
  return give(node, y);
}

OnnxReader::Problem OnnxReader::quotient(const OnnxNode& node) {
  const Constant* divisor = signals_.contains(node.input(1)) ? nullptr : constant(node.input(1));
  if (!divisor || !divisor->numbers.real || divisor->numbers.count() != 1 || divisor->numbers.reals[0] == 0)
    return "divides by something else than one number";
  return scaled(node, node.input(0), 1 / static_cast<double>(divisor->numbers.reals[0]), false);
}

OnnxReader::Problem OnnxReader::negative(const OnnxNode& node) {
  return scaled(node, node.input(0), -1, false);
}

OnnxReader::Problem OnnxReader::scaled(const OnnxNode& node, const std::string& x, double factor,
                                       bool trained) {
  Signal signal;
  if (Problem problem = signalInto(signal, x); !problem.empty()) return problem;
  if (std::abs(factor) > 1e6) return "multiplies by more than a million";
  FlatLayer scale{.inputs = {signal.layer}, .shape = shape(signal)};
  if (trained) {
    scale.type = typeId::scalarScale;
    scale.weights["scale"] = {static_cast<float>(factor)};
  } else {
    scale.type = typeId::scale;
    scale.attributes["factor"] = shortest(static_cast<float>(factor));
  }
  Signal y = add(node, std::move(scale), signal.layout);
  y.image = signal.image;
  return give(node, y);
}

OnnxReader::Problem OnnxReader::same(const OnnxNode& node) {
  const auto found = signals_.find(node.input(0));
  if (found != signals_.end()) return pass(node, found->second);
  const Constant* number = constant(node.input(0));
  if (!number) return "lacks an input";
  constants_[node.output()] = Constant(*number);
  return {};
}

OnnxReader::Problem OnnxReader::dropout(const OnnxNode& node) {
  flat_.notes.push_back("Dropout '" + quotable(node.name()) +
                        "' does nothing outside training and was left out.");
  return same(node);
}

OnnxReader::Problem OnnxReader::softmax(const OnnxNode& node) {
  Signal x;
  if (Problem problem = signalInto(x, node.input(0)); !problem.empty()) return problem;
  const int64_t axis = node.integer("axis", opset_ < 13 ? 1 : -1);
  const auto& readers = readers_[node.output()];
  if (readers != std::vector<int>{-1} || x.layout != Layout::row || (axis != 1 && axis != -1))
    return "is a softmax that does not end a classifier";
  flat_.notes.push_back("The " + node.type() +
                        " at the end was left out: the network gives class scores, and the "
                        "softmax is in its loss.");
  return pass(node, x);
}

}  // namespace bypath
