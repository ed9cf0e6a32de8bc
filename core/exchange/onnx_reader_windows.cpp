// Convolutions and pooling: windows that slide over an image.
#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "core/exchange/onnx_reader.h"
#include "core/exchange/outside_layout.h"
#include "core/network/type_ids.h"

namespace bypath {
namespace {

// Of a window outside, along height and width.
struct Window2 {
  std::array<int64_t, 2> kernel{1, 1}, stride{1, 1}, front{}, back{};
};

bool allOnes(const std::vector<int64_t>& values) {
  return std::ranges::all_of(values, [](int64_t v) { return v == 1; });
}

// Of the convolution layer: "same" begins so far before the image.
int64_t sameFront(int64_t kernel) {
  return (kernel - 1) / 2;
}
// Of the transposed convolution layer.
int64_t transposedFront(int64_t kernel, int64_t stride) {
  return kernel >= stride && (kernel - stride) % 2 == 0 ? (kernel - stride) / 2 : (kernel - 1) / 2;
}

constexpr int64_t mostPixels = int64_t{1} << 31;
constexpr char unsayable[] = "pads its image in a way that layers here do not";

// Square windows only; pads from auto_pad for an image of height, width. The sentence is "" where it is read.
std::string windowInto(Window2& window, const OnnxNode& node, const std::vector<int64_t>& kernel,
                       const Shape& image) {
  const std::vector<int64_t> strides = node.integers("strides"), pads = node.integers("pads"),
                             stated = node.integers("kernel_shape");
  if (kernel.size() != 2 || (!strides.empty() && strides.size() != 2) ||
      (!pads.empty() && pads.size() != 4) || (!stated.empty() && stated != kernel))
    return "is not over two dimensions";
  for (size_t axis = 0; axis < 2; ++axis) {
    window.kernel[axis] = kernel[axis];
    if (!strides.empty()) window.stride[axis] = strides[axis];
    if (pads.empty()) continue;
    window.front[axis] = pads[axis];
    window.back[axis] = pads[axis + 2];
  }
  if (!allOnes(node.integers("dilations"))) return "has holes in its window (dilations)";
  for (size_t axis = 0; axis < 2; ++axis)
    if (window.kernel[axis] < 1 || window.kernel[axis] > 255 || window.stride[axis] < 1 ||
        window.stride[axis] > 64)
      return "has a window or strides of impossible size";
  for (const int64_t pad : {window.front[0], window.front[1], window.back[0], window.back[1]})
    if (pad < 0 || pad > 65536) return unsayable;
  const std::string automatic = node.text("auto_pad", "NOTSET");
  for (size_t axis = 0; axis < 2 && automatic.starts_with("SAME"); ++axis) {
    const int64_t size = image[static_cast<int>(axis)], step = window.stride[axis];
    const int64_t total = std::max<int64_t>(0, ((size + step - 1) / step - 1) * step + kernel[axis] - size);
    window.front[axis] = automatic == "SAME_UPPER" ? total / 2 : total - total / 2;
    window.back[axis] = total - window.front[axis];
  }
  return {};
}

int64_t positionsOf(const Window2& window, size_t axis, int64_t size, bool ceil) {
  const int64_t room = size + window.front[axis] + window.back[axis] - window.kernel[axis];
  return room < 0 ? 0 : (ceil ? room + window.stride[axis] - 1 : room) / window.stride[axis] + 1;
}

// "same" or "valid" where such a layer has the same windows; "" otherwise. `y` is the size that comes out.
std::string paddingOf(const Window2& window, const Shape& image, bool ceil, Shape& y) {
  if (window.kernel[0] != window.kernel[1] || window.stride[0] != window.stride[1]) return {};
  // Where both are the same here, what was written without padding is valid.
  const bool bare =
      window.kernel[0] > 1 && window.front == window.back && window.front[0] == 0 && window.front[1] == 0;
  for (const char* padding : {bare ? "valid" : "same", bare ? "same" : "valid"}) {
    const bool same = padding[0] == 's';
    bool fits = true;
    for (size_t axis = 0; axis < 2 && fits; ++axis) {
      const int64_t size = image[static_cast<int>(axis)], step = window.stride[axis];
      const int64_t ours = same                         ? (size + step - 1) / step
                           : size < window.kernel[axis] ? 0
                                                        : (size - window.kernel[axis]) / step + 1;
      fits = window.front[axis] == (same ? sameFront(window.kernel[axis]) : 0) && ours > 0 &&
             ours == positionsOf(window, axis, size, ceil);
      y.set(static_cast<int>(axis), ours);
    }
    if (fits) return padding;
  }
  return {};
}

void addZeros(Window2& window, const Border4& zeros) {
  window.front[0] += zeros.top;
  window.front[1] += zeros.left;
  window.back[0] += zeros.bottom;
  window.back[1] += zeros.right;
}

// Splits zeros around an image off a signal, for those who pad themselves.
Border4 takeZeros(Signal& signal) {
  return std::exchange(signal.pending.zeros, Border4{});
}

Attributes windowAttributes(const Window2& window, const std::string& padding) {
  return {{"kernel", window.kernel[0]}, {"stride", window.stride[0]}, {"padding", padding}};
}

}  // namespace

OnnxReader::Problem OnnxReader::conv(const OnnxNode& node) {
  const auto given = signals_.find(node.input(0));
  const Border4 zeros = given == signals_.end() ? Border4{} : given->second.pending.zeros;
  Signal x;
  if (zeros.any()) {
    Signal padded = given->second;
    takeZeros(padded);
    if (padded.pending.any()) return unsayable;
    x = padded;
  } else if (Problem problem = imageInto(x, node.input(0)); !problem.empty()) {
    return problem;
  }
  const Constant* w = constant(node.input(1));
  if (!w || !w->numbers.real || w->numbers.sizes.size() != 4) return "has weights that are computed";
  const std::vector<int64_t>& sizes = w->numbers.sizes;
  if (node.integer("group", 1) != 1) return "convolves in groups";
  if (sizes[1] != shape(x).last()) return "has weights for another number of channels";
  Window2 window;
  if (Problem problem = windowInto(window, node, {sizes[2], sizes[3]}, shape(x)); !problem.empty())
    return problem;
  addZeros(window, zeros);
  Shape y{0, 0, sizes[0]};
  const std::string padding = paddingOf(window, shape(x), false, y);
  if (padding.empty())
    return window.kernel[0] == window.kernel[1] ? unsayable : "has a window that is not square";
  FlatLayer layer{.type = typeId::conv2d,
                  .attributes = windowAttributes(window, padding),
                  .inputs = {x.layer},
                  .shape = y};
  layer.attributes["channels"] = sizes[0];
  layer.weights["weight"] = insideOrder(w->numbers.reals, {sizes[2], sizes[3], sizes[1], sizes[0]});
  const Constant* bias = node.input(2).empty() ? nullptr : constant(node.input(2));
  if (!node.input(2).empty() && (!bias || !bias->numbers.real || bias->numbers.count() != sizes[0]))
    return "has a bias that is computed";
  layer.attributes["bias"] = bias != nullptr;
  if (bias) layer.weights["bias"] = bias->numbers.reals;
  return give(node, add(node, std::move(layer), Layout::image));
}

// A Slice of height and width that alone reads a transposed convolution without padding: together they pad
// unevenly.
std::optional<OnnxReader::Piece> OnnxReader::pieceOf(const OnnxNode& node) {
  const std::vector<int64_t> pads = node.integers("pads");
  const auto found = readers_.find(node.output());
  if (found == readers_.end() || found->second.size() != 1 || found->second[0] < 0 ||
      std::ranges::any_of(pads, [](int64_t pad) { return pad != 0; }) ||
      !node.integers("output_shape").empty())
    return {};
  const OnnxNode slice(graph_.node(found->second[0]));
  std::vector<int64_t> starts, ends, axes, steps;
  if (slice.type() != "Slice" || !integersInto(starts, slice, 1, "starts") ||
      !integersInto(ends, slice, 2, "ends") || !integersInto(axes, slice, 3, "axes") ||
      !integersInto(steps, slice, 4, "steps"))
    return {};
  const bool plain = std::ranges::all_of(steps, [](int64_t step) { return step == 1; });
  if (!plain || axes != std::vector<int64_t>{2, 3} || starts.size() != 2 || ends.size() != 2) return {};
  for (size_t axis = 0; axis < 2; ++axis)
    if (starts[axis] < 0 || ends[axis] <= starts[axis] || ends[axis] > mostPixels) return {};
  return Piece{found->second[0], {starts[0], starts[1]}, {ends[0] - starts[0], ends[1] - starts[1]}};
}

OnnxReader::Problem OnnxReader::convTranspose(const OnnxNode& node) {
  Signal x;
  if (Problem problem = imageInto(x, node.input(0)); !problem.empty()) return problem;
  const Constant* w = constant(node.input(1));
  if (!w || !w->numbers.real || w->numbers.sizes.size() != 4) return "has weights that are computed";
  const std::vector<int64_t>& sizes = w->numbers.sizes;
  if (node.integer("group", 1) != 1) return "convolves in groups";
  if (sizes[0] != shape(x).last()) return "has weights for another number of channels";
  Window2 window;
  if (Problem problem = windowInto(window, node, {sizes[2], sizes[3]}, {0, 0, 0}); !problem.empty())
    return problem;
  if (window.kernel[0] != window.kernel[1] || window.stride[0] != window.stride[1])
    return "has a window that is not square";
  const std::vector<int64_t> padding = node.integers("output_padding"),
                             stated = node.integers("output_shape");
  const std::string automatic = node.text("auto_pad", "NOTSET");
  // The piece that the layer's padding leaves; another one is a crop of its own.
  std::optional<Piece> piece = pieceOf(node);
  for (size_t axis = 0; axis < 2 && piece; ++axis)
    if (piece->front[axis] != transposedFront(window.kernel[axis], window.stride[axis]) ||
        piece->size[axis] != window.stride[axis] * shape(x)[static_cast<int>(axis)])
      piece.reset();
  Shape y{0, 0, sizes[1]};
  for (size_t axis = 0; axis < 2; ++axis) {
    const int64_t size = shape(x)[static_cast<int>(axis)], step = window.stride[axis];
    const int64_t more = axis < padding.size() ? padding[axis] : 0;
    if (more < 0 || more > 64) return "has an output_padding of impossible size";
    const int64_t all = step * (size - 1) + more + window.kernel[axis];
    int64_t out = all - window.front[axis] - window.back[axis];
    if (piece) {
      if (piece->front[axis] + piece->size[axis] > all) return "is cut to more than it makes";
      window.front[axis] = piece->front[axis];
      out = piece->size[axis];
    }
    if (stated.size() >= 2 || automatic.starts_with("SAME")) {
      out = stated.size() >= 2 ? stated[stated.size() - 2 + axis] : step * size;
      const int64_t total = std::max<int64_t>(0, all - out);
      window.front[axis] = automatic == "SAME_UPPER" ? total / 2 : total - total / 2;
    }
    if (out != step * size || window.front[axis] != transposedFront(window.kernel[axis], step))
      return "does not give an image exactly as many times as large as its stride says, or pads it otherwise";
    y.set(static_cast<int>(axis), out);
  }
  FlatLayer layer{.type = typeId::conv2dTransposed,
                  .attributes = {{"channels", sizes[1]}, {"kernel", sizes[2]}, {"stride", window.stride[0]}},
                  .inputs = {x.layer},
                  .shape = y};
  // (in, out, KH, KW) outside is (KH, KW, out, in) here.
  layer.weights["weight"] = insideOrder(w->numbers.reals, {sizes[2], sizes[3], sizes[1], sizes[0]});
  const Constant* bias = node.input(2).empty() ? nullptr : constant(node.input(2));
  if (!node.input(2).empty() && (!bias || !bias->numbers.real || bias->numbers.count() != sizes[1]))
    return "has a bias that is computed";
  layer.attributes["bias"] = bias != nullptr;
  if (bias) layer.weights["bias"] = bias->numbers.reals;
  const Signal made = add(node, std::move(layer), Layout::image);
  if (!piece) return give(node, made);
  done_.insert(piece->node);
  return give(OnnxNode(graph_.node(piece->node)), made);
}

OnnxReader::Problem OnnxReader::maxPool(const OnnxNode& node) {
  const auto given = signals_.find(node.input(0));
  Signal x;
  Border4 zeros;
  // Zeros around what is never below zero are what pooling has around its image anyway.
  if (given != signals_.end() && given->second.pending.zeros.any()) {
    x = given->second;
    zeros = takeZeros(x);
    const std::string& before = layer(x).type;
    if (x.pending.any() || (before != typeId::relu && before != typeId::sigmoid)) return unsayable;
  } else if (Problem problem = imageInto(x, node.input(0)); !problem.empty()) {
    return problem;
  }
  Window2 window;
  if (Problem problem = windowInto(window, node, node.integers("kernel_shape"), shape(x)); !problem.empty())
    return problem;
  addZeros(window, zeros);
  Shape y{0, 0, shape(x).last()};
  const std::string padding = paddingOf(window, shape(x), node.integer("ceil_mode", 0) != 0, y);
  if (padding.empty()) return unsayable;
  return give(node, add(node,
                        {.type = typeId::maxPool,
                         .attributes = windowAttributes(window, padding),
                         .inputs = {x.layer},
                         .shape = y},
                        Layout::image));
}

OnnxReader::Problem OnnxReader::averagePool(const OnnxNode& node) {
  Signal x;
  if (Problem problem = imageInto(x, node.input(0)); !problem.empty()) return problem;
  const Shape image = shape(x);
  Window2 window;
  if (Problem problem = windowInto(window, node, node.integers("kernel_shape"), image); !problem.empty())
    return problem;
  const bool padded = window.front[0] || window.front[1] || window.back[0] || window.back[1];
  if (!padded && window.kernel[0] == image[0] && window.kernel[1] == image[1] && image[0] != image[1])
    return globalAveragePool(node);
  if (padded && node.integer("count_include_pad", 0) != 0)
    return "counts the padding around its image, which average pooling here does not";
  Shape y{0, 0, image.last()};
  const std::string padding = paddingOf(window, image, node.integer("ceil_mode", 0) != 0, y);
  if (padding.empty()) return unsayable;
  return give(node, add(node,
                        {.type = "average_pool",
                         .attributes = windowAttributes(window, padding),
                         .inputs = {x.layer},
                         .shape = y},
                        Layout::image));
}

OnnxReader::Problem OnnxReader::globalAveragePool(const OnnxNode& node) {
  Signal x;
  if (Problem problem = imageInto(x, node.input(0)); !problem.empty()) return problem;
  return give(node,
              add(node, {.type = typeId::globalAveragePool, .inputs = {x.layer}, .shape = {shape(x).last()}},
                  Layout::pooled));
}

OnnxReader::Problem OnnxReader::reduceMean(const OnnxNode& node) {
  Signal x;
  if (Problem problem = signalInto(x, node.input(0)); !problem.empty()) return problem;
  std::vector<int64_t> axes;
  if (!integersInto(axes, node, 1, "axes")) return "averages over axes that are computed";
  for (int64_t& axis : axes) axis = axis < 0 ? axis + rankOf(x) : axis;
  const auto over = [&](int64_t a, int64_t b) {
    return axes.size() == 2 && std::min(axes[0], axes[1]) == a && std::max(axes[0], axes[1]) == b;
  };
  const bool image = x.layout == Layout::image && over(2, 3);
  const bool last = x.layout == Layout::channelsLast && over(1, 2);
  const bool keeps = node.integer("keepdims", 1) != 0;
  if ((!image && !last) || (last && keeps)) return "averages over other axes than height and width";
  return give(node,
              add(node, {.type = typeId::globalAveragePool, .inputs = {x.layer}, .shape = {shape(x).last()}},
                  keeps ? Layout::pooled : Layout::row));
}

}  // namespace bypath
