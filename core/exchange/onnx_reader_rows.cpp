// Rows of numbers: dense layers, and the way between images and rows.
#include <algorithm>

#include "core/exchange/onnx_reader.h"
#include "core/exchange/outside_layout.h"
#include "core/network/type_ids.h"

namespace bypath {
namespace {

// Where value `i` of a row in the order H, W, C stands in the order C, H, W.
int64_t placeInPlanes(int64_t i, const Shape& image) {
  const int64_t channel = i % image[2], pixel = i / image[2];
  return channel * image[0] * image[1] + pixel;
}

bool eachByItself(const std::string& type) {
  static const char* const types[] = {typeId::relu,        typeId::sigmoid,   "tanh", "elu", typeId::scale,
                                      typeId::scalarScale, typeId::scalarBias};
  return std::ranges::any_of(types, [&](const char* known) { return type == known; });
}

// Rows of weights (in, out) of which each belongs to a value of a row of planes.
std::vector<float> rowsInOrderOfPixels(const std::vector<float>& weight, const Shape& image, int64_t units) {
  std::vector<float> ordered(weight.size());
  for (int64_t i = 0; i < image.count(); ++i)
    std::copy_n(weight.begin() + placeInPlanes(i, image) * units, units, ordered.begin() + i * units);
  return ordered;
}

}  // namespace

OnnxReader::Problem OnnxReader::gemm(const OnnxNode& node) {
  const Constant* w = constant(node.input(1));
  if (!w || !w->numbers.real || w->numbers.sizes.size() != 2) return "has weights that are computed";
  if (node.integer("transA", 0) != 0) return "turns its input round";
  const bool turned = node.integer("transB", 0) != 0;
  const int64_t in = w->numbers.sizes[turned ? 1 : 0], units = w->numbers.sizes[turned ? 0 : 1];
  std::vector<float> weight = turned ? insideOrder(w->numbers.reals, Shape{in, units}) : w->numbers.reals;
  const float alpha = node.real("alpha", 1), beta = node.real("beta", 1);
  for (float& value : weight) value *= alpha;
  std::vector<float> bias;
  if (!node.input(2).empty()) {
    const Constant* b = constant(node.input(2));
    const bool fits =
        b && b->numbers.real &&
        (b->numbers.count() == 1 || (b->numbers.count() == units && b->numbers.sizes.back() == units));
    if (!fits) return "adds something else than a bias";
    bias.resize(static_cast<size_t>(units));
    for (size_t i = 0; i < bias.size(); ++i)
      bias[i] = beta * b->numbers.reals[b->numbers.count() == 1 ? 0 : i];
  }
  return dense(node, node.input(0), std::move(weight), in, units, std::move(bias));
}

OnnxReader::Problem OnnxReader::matmul(const OnnxNode& node) {
  const Constant* w = signals_.contains(node.input(1)) ? nullptr : constant(node.input(1));
  if (!w || !w->numbers.real || w->numbers.sizes.size() != 2)
    return "multiplies with something else than weights";
  return dense(node, node.input(0), w->numbers.reals, w->numbers.sizes[0], w->numbers.sizes[1], {});
}

OnnxReader::Problem OnnxReader::dense(const OnnxNode& node, const std::string& input,
                                      std::vector<float> weight, int64_t in, int64_t units,
                                      std::vector<float> bias) {
  Signal x;
  if (Problem problem = signalInto(x, input); !problem.empty()) return problem;
  if (rankOf(x) != 2) return "reads images where rows should be";
  if (shape(x).count() != in || units < 1) return "has weights for rows of another length";
  if (x.layout == Layout::rowOfPlanes) weight = rowsInOrderOfPixels(weight, x.image, units);
  FlatLayer layer{.type = "dense",
                  .attributes = {{"units", units}, {"bias", !bias.empty()}},
                  .inputs = {x.layer},
                  .shape = {units}};
  layer.weights["weight"] = std::move(weight);
  if (!bias.empty()) layer.weights["bias"] = std::move(bias);
  return give(node, add(node, std::move(layer), Layout::row));
}

OnnxReader::Problem OnnxReader::flatten(const OnnxNode& node) {
  Signal x;
  if (Problem problem = signalInto(x, node.input(0)); !problem.empty()) return problem;
  const int64_t axis = node.integer("axis", 1);
  if (axis != 1 && axis != 1 - rankOf(x)) return "flattens more than pixels and channels";
  return toRow(node, x);
}

OnnxReader::Problem OnnxReader::toRow(const OnnxNode& node, const Signal& x) {
  Signal row = x;
  if (rankOf(x) == 2) return pass(node, x);
  row.layout = Layout::row;
  if (x.layout == Layout::pooled) {
    // The pooling and what makes a row of it are one layer here; ours is called after the second.
    if (flat_.ownNames) layer(x).name = nameOf(node);
    return pass(node, row);
  }
  const Shape image = shape(x);
  const bool ordered = x.layout == Layout::channelsLast || image[0] * image[1] == 1 || image[2] == 1;
  Signal y = add(node, {.type = typeId::flatten, .inputs = {x.layer}, .shape = {image.count()}},
                 ordered ? Layout::row : Layout::rowOfPlanes);
  if (!ordered) y.image = image;
  return give(node, y);
}

OnnxReader::Problem OnnxReader::reshape(const OnnxNode& node) {
  Signal x;
  if (Problem problem = signalInto(x, node.input(0)); !problem.empty()) return problem;
  const Constant* target = constant(node.input(1));
  if (!target || target->numbers.real) return "takes a shape that is computed";
  std::vector<int64_t> sizes = target->numbers.integers;
  const std::vector<int64_t> before = outsideSizes(x);
  const int64_t count = shape(x).count();
  if (sizes.size() < 2 || sizes.size() > 4 || sizes[0] < -1 || (sizes[0] > 0 && sizes[0] != batch_))
    return "does not keep one row or image a sample";
  sizes.erase(sizes.begin());
  int64_t known = 1, open = -1;
  for (size_t i = 0; i < sizes.size(); ++i) {
    if (sizes[i] == 0 && i < before.size()) sizes[i] = before[i];
    if (sizes[i] == -1 && open < 0)
      open = static_cast<int64_t>(i);
    else if (sizes[i] < 1 || sizes[i] > count)
      return "takes a shape that does not fit";
    else if ((known *= sizes[i]) > count)
      return "takes a shape of more values than there are";
  }
  if (open >= 0) sizes[static_cast<size_t>(open)] = count / known;
  known = 1;
  for (const int64_t size : sizes) known *= size;
  if (known != count) return "takes a shape of another number of values";
  if (sizes == before) return pass(node, x);
  if (sizes.size() == 1) return toRow(node, x);
  if (sizes.size() == 3 && rankOf(x) == 2) return toImage(node, x, sizes);
  return "makes neither a row of an image nor an image of a row";
}

OnnxReader::Problem OnnxReader::toImage(const OnnxNode& node, const Signal& x,
                                        const std::vector<int64_t>& sizes) {
  if (x.layout == Layout::rowOfPlanes) return "makes an image of a row of pixels";
  const bool last = onlyReadAsChannelsLast(node.output());
  const Shape image = last ? Shape{sizes[0], sizes[1], sizes[2]} : Shape{sizes[1], sizes[2], sizes[0]};
  if (!last && image[0] * image[1] == 1 && !flat_.ownNames) {
    Signal y = x;
    y.layout = Layout::pooled;
    return pass(node, y);
  }
  const bool ordered = last || image[0] * image[1] == 1 || image[2] == 1;
  if (!ordered && !reorderBack(x.layer, image))
    return "makes an image of a row that no dense layer makes, in another order than here";
  return give(
      node,
      add(node,
          {.type = "reshape", .attributes = {{"shape", image.text()}}, .inputs = {x.layer}, .shape = image},
          last ? Layout::channelsLast : Layout::image));
}

// Makes the dense layer behind a row give it in the order H, W, C instead of C, H, W.
bool OnnxReader::reorderBack(int from, const Shape& image) {
  const auto at = [&](int index) -> FlatLayer& { return flat_.layers[static_cast<size_t>(index)]; };
  std::vector<int> norms;
  int index = from;
  while (at(index).readers == 1 && (eachByItself(at(index).type) || at(index).type == typeId::batchNorm)) {
    if (at(index).type == typeId::batchNorm) norms.push_back(index);
    index = at(index).inputs[0];
  }
  if (at(index).readers != 1 || at(index).type != "dense") return false;
  const auto reorder = [&](std::vector<float>& values, int64_t rows) {
    std::vector<float> ordered(values.size());
    const int64_t columns = image.count();
    for (int64_t r = 0; r < rows; ++r)
      for (int64_t i = 0; i < columns; ++i)
        ordered[static_cast<size_t>(r * columns + i)] =
            values[static_cast<size_t>(r * columns + placeInPlanes(i, image))];
    values = std::move(ordered);
  };
  for (auto& [name, values] : at(index).weights)
    reorder(values, static_cast<int64_t>(values.size()) / image.count());
  for (const int norm : norms)
    for (auto& [name, values] : at(norm).weights) reorder(values, 1);
  return true;
}

}  // namespace bypath
