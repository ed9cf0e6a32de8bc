// Arithmetic on sizes: what is known of them when the file is read. The batch, which is not, stands as -1, as
// in a Reshape.
#include <algorithm>

#include "core/exchange/onnx_reader.h"

namespace bypath {

void OnnxReader::giveIntegers(const OnnxNode& node, std::vector<int64_t> integers, bool scalar) {
  OnnxNumbers numbers;
  if (!scalar) numbers.sizes = {static_cast<int64_t>(integers.size())};
  numbers.integers = std::move(integers);
  numbers.real = false;
  constants_[node.output()] = {.numbers = std::move(numbers)};
}

OnnxReader::Problem OnnxReader::constantNode(const OnnxNode& node) {
  if (const onnx::AttributeProto* value = node.find("value")) {
    Result<OnnxNumbers> numbers = numbersOf(value->t(), "The numbers");
    if (!numbers) return "holds numbers that are not read";
    constants_[node.output()] = {.numbers = std::move(*numbers)};
    return {};
  }
  if (node.find("value_ints")) {
    giveIntegers(node, node.integers("value_ints"));
    return {};
  }
  if (node.find("value_int")) {
    giveIntegers(node, {node.integer("value_int", 0)}, true);
    return {};
  }
  OnnxNumbers numbers;
  if (node.find("value_float"))
    numbers.reals = {node.real("value_float", 0)};
  else if (const onnx::AttributeProto* list = node.find("value_floats"))
    numbers.reals.assign(list->floats().begin(), list->floats().end());
  else
    return "holds something else than numbers";
  if (node.find("value_floats")) numbers.sizes = {static_cast<int64_t>(numbers.reals.size())};
  constants_[node.output()] = {.numbers = std::move(numbers)};
  return {};
}

OnnxReader::Problem OnnxReader::shapeNode(const OnnxNode& node) {
  const auto found = signals_.find(node.input(0));
  if (found == signals_.end() || found->second.pending.any()) return "takes the shape of something unknown";
  std::vector<int64_t> sizes = outsideSizes(found->second);
  sizes.insert(sizes.begin(), -1);
  const auto rank = static_cast<int64_t>(sizes.size());
  const auto bounded = [&](int64_t axis) {
    return std::clamp<int64_t>(axis < 0 ? axis + rank : axis, 0, rank);
  };
  const int64_t begin = bounded(node.integer("start", 0)), end = bounded(node.integer("end", rank));
  giveIntegers(node, begin < end ? std::vector<int64_t>(sizes.begin() + begin, sizes.begin() + end)
                                 : std::vector<int64_t>());
  layer(found->second).readers -= 1;
  return {};
}

OnnxReader::Problem OnnxReader::gather(const OnnxNode&) {
  return "picks values out of a signal";
}

OnnxReader::Problem OnnxReader::cast(const OnnxNode& node) {
  return node.integer("to", 0) == onnx::TensorProto::FLOAT ? same(node) : "makes integers of a signal";
}

bool OnnxReader::sizesOnly(const OnnxNode& node) {
  static const char* const types[] = {"Gather", "Concat", "Slice", "Unsqueeze", "Squeeze", "Cast", "Mul"};
  if (std::ranges::none_of(types, [&](const char* type) { return node.type() == type; })) return false;
  std::vector<std::vector<int64_t>> inputs;
  for (int i = 0; i < node.inputs(); ++i) {
    const Constant* found = signals_.contains(node.input(i)) ? nullptr : constant(node.input(i));
    if (!found || found->numbers.real || found->numbers.count() > 16) return false;
    inputs.push_back(found->numbers.integers);
  }
  if (inputs.empty()) return false;
  const std::vector<int64_t>& x = inputs[0];
  const auto size = static_cast<int64_t>(x.size());
  if (node.type() == "Gather") {
    if (inputs.size() != 2) return false;
    std::vector<int64_t> picked;
    for (int64_t at : inputs[1]) {
      at = at < 0 ? at + size : at;
      if (at < 0 || at >= size) return false;
      picked.push_back(x[static_cast<size_t>(at)]);
    }
    giveIntegers(node, picked, constant(node.input(1))->numbers.sizes.empty());
  } else if (node.type() == "Concat") {
    std::vector<int64_t> all;
    for (const std::vector<int64_t>& each : inputs) all.insert(all.end(), each.begin(), each.end());
    giveIntegers(node, all);
  } else if (node.type() == "Slice") {
    if (inputs.size() < 3 || inputs[1].size() != 1 || inputs[2].size() != 1 ||
        (inputs.size() > 4 && inputs[4] != std::vector<int64_t>{1}))
      return false;
    const auto bounded = [&](int64_t at) { return std::clamp<int64_t>(at < 0 ? at + size : at, 0, size); };
    const int64_t begin = bounded(inputs[1][0]), end = std::max(begin, bounded(inputs[2][0]));
    giveIntegers(node, {x.begin() + begin, x.begin() + end});
  } else if (node.type() == "Mul") {
    if (inputs.size() != 2 || x.size() != 1 || inputs[1].size() != 1) return false;
    // The open batch stays open.
    const int64_t a = x[0], b = inputs[1][0];
    int64_t product = 0;
    if (a == -1 || b == -1 || __builtin_mul_overflow(a, b, &product)) return false;
    giveIntegers(node, {product});
  } else {
    giveIntegers(node, x);  // axes of a list of sizes, or another width of integers
  }
  return true;
}

}  // namespace bypath
