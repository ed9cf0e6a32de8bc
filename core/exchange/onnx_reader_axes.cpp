// Operators that move, cut and pad axes.
#include <algorithm>

#include "core/exchange/onnx_reader.h"
#include "core/network/type_ids.h"

namespace bypath {

bool OnnxReader::integersInto(std::vector<int64_t>& integers, const OnnxNode& node, int input,
                              const std::string& attribute) {
  if (node.input(input).empty()) {
    integers = node.integers(attribute);
    return true;
  }
  const Constant* found = constant(node.input(input));
  if (!found || found->numbers.real) return false;
  integers = found->numbers.integers;
  return true;
}

OnnxReader::Problem OnnxReader::transpose(const OnnxNode& node) {
  Signal x;
  if (Problem problem = signalInto(x, node.input(0)); !problem.empty()) return problem;
  const std::vector<int64_t> order = node.integers("perm");
  bool same = static_cast<int64_t>(order.size()) == rankOf(x);
  for (size_t i = 0; i < order.size(); ++i) same = same && order[i] == static_cast<int64_t>(i);
  if (same) return pass(node, x);
  if (x.layout == Layout::image && order == std::vector<int64_t>{0, 2, 3, 1})
    x.layout = Layout::channelsLast;
  else if (x.layout == Layout::channelsLast && order == std::vector<int64_t>{0, 3, 1, 2})
    x.layout = Layout::image;
  else
    return "swaps axes in a way that no layer here does";
  // A reshape of ours to an image ends with its transposition and is called after it.
  if (flat_.ownNames && layer(x).type == "reshape") layer(x).name = nameOf(node);
  return pass(node, x);
}

OnnxReader::Problem OnnxReader::concat(const OnnxNode& node) {
  FlatLayer layer{.type = "concat"};
  Signal first;
  int64_t channels = 0;
  for (int i = 0; i < node.inputs(); ++i) {
    Signal x;
    if (Problem problem = signalInto(x, node.input(i)); !problem.empty()) return problem;
    if (i == 0) first = x;
    Shape with = shape(x), of = shape(first);
    if (with.rank() == of.rank()) with.set(with.rank() - 1, of.last());
    if (x.layout != first.layout || !(with == of) || x.layout == Layout::rowOfPlanes)
      return "joins signals of different shapes";
    channels += shape(x).last();
    layer.inputs.push_back(x.layer);
  }
  int64_t axis = node.integer("axis", 1);
  if (axis < 0) axis += rankOf(first);
  if (axis != (first.layout == Layout::channelsLast ? 3 : 1)) return "joins along another axis than channels";
  layer.shape = shape(first);
  layer.shape.set(layer.shape.rank() - 1, channels);
  if (node.inputs() == 1) return same(node);
  return give(node, add(node, std::move(layer), first.layout));
}

// In our own files, what another layer left pending is that layer.
OnnxReader::Problem OnnxReader::ofItsOwn(Signal& signal, const OnnxNode& node) {
  if (!flat_.ownNames || !signal.pending.any() || signal.name == nameOf(node)) return {};
  return signalInto(signal, node.input(0));
}

OnnxReader::Problem OnnxReader::slice(const OnnxNode& node) {
  const auto found = signals_.find(node.input(0));
  if (found == signals_.end()) return "cuts constants";
  Signal x = found->second;
  std::vector<int64_t> starts, ends, axes, steps;
  if (!integersInto(starts, node, 1, "starts") || !integersInto(ends, node, 2, "ends") ||
      !integersInto(axes, node, 3, "axes") || !integersInto(steps, node, 4, "steps"))
    return "cuts at places that are computed";
  if (axes.empty())
    for (size_t i = 0; i < starts.size(); ++i) axes.push_back(static_cast<int64_t>(i));
  if (steps.empty()) steps.assign(starts.size(), 1);
  if (ends.size() != starts.size() || axes.size() != starts.size() || steps.size() != starts.size())
    return "has settings of different lengths";
  if (Problem problem = ofItsOwn(x, node); !problem.empty()) return problem;
  if (x.pending.zeros.any()) return "cuts an image with zeros around it";
  // An axis that is cut already is cut again in a layer of its own.
  const bool again = std::ranges::any_of(axes, [&](int64_t axis) {
    axis = axis < 0 ? axis + rankOf(x) : axis;
    return (axis == 2 && x.pending.height) || (axis == 3 && x.pending.width);
  });
  if (again)
    if (Problem problem = signalInto(x, node.input(0)); !problem.empty()) return problem;
  const std::vector<int64_t> sizes = outsideSizes(x);
  for (size_t i = 0; i < axes.size(); ++i) {
    const int64_t axis = axes[i] < 0 ? axes[i] + rankOf(x) : axes[i];
    if (axis < 1 || axis > static_cast<int64_t>(sizes.size()) || steps[i] < 1 || steps[i] > 64)
      return "cuts in a way that no layer here does";
    int64_t &held = axis == 2 ? x.pending.height : x.pending.width,
            &step = axis == 2 ? x.pending.stepH : x.pending.stepW;
    const bool plane = x.layout == Layout::image && axis >= 2;
    const int64_t all = sizes[static_cast<size_t>(axis - 1)] + (axis == 1 ? x.pending.channels : 0);
    const int64_t size = plane && held ? held : all;
    const int64_t end = std::min(ends[i] < 0 ? ends[i] + size : ends[i], size);
    if (starts[i] == 0 && end == size && steps[i] == 1) continue;
    if (!plane || starts[i] != 0 || end < 1 || step != 1)
      return "cuts another part than the upper left of an image";
    held = end;
    step = steps[i];
  }
  x.name = nameOf(node);
  return pass(node, x);
}

OnnxReader::Problem OnnxReader::pad(const OnnxNode& node) {
  const auto found = signals_.find(node.input(0));
  if (found == signals_.end()) return "pads constants";
  Signal x = found->second;
  std::vector<int64_t> pads, axes;
  if (!integersInto(pads, node, 1, "pads") || !integersInto(axes, node, 3, "axes"))
    return "pads by numbers that are computed";
  if (node.text("mode", "constant") != "constant") return "pads with something else than zeros";
  const Constant* value = node.input(2).empty() ? nullptr : constant(node.input(2));
  if (!node.input(2).empty() &&
      (!value || !value->numbers.real || value->numbers.count() != 1 || value->numbers.reals[0] != 0))
    return "pads with something else than zeros";
  if (node.real("value", 0) != 0) return "pads with something else than zeros";
  if (axes.empty())
    for (int64_t axis = 0; axis < rankOf(x); ++axis) axes.push_back(axis);
  if (pads.size() != 2 * axes.size()) return "has settings of different lengths";
  if (Problem problem = ofItsOwn(x, node); !problem.empty()) return problem;
  if (x.pending.zeros.any())
    if (Problem problem = signalInto(x, node.input(0)); !problem.empty()) return problem;
  for (size_t i = 0; i < axes.size(); ++i) {
    const int64_t axis = axes[i] < 0 ? axes[i] + rankOf(x) : axes[i], front = pads[i],
                  back = pads[i + axes.size()];
    if (front == 0 && back == 0) continue;
    if (x.layout != Layout::image || axis < 1 || axis > 3 || front < 0 || back < 0 || front > 65536 ||
        back > 65536)
      return "pads in a way that no layer here does";
    if (axis == 1) {
      if (front) return "puts channels of zeros before those there are; layers here only put them behind";
      x.pending.channels += back;
    } else {
      (axis == 2 ? x.pending.zeros.top : x.pending.zeros.left) = front;
      (axis == 2 ? x.pending.zeros.bottom : x.pending.zeros.right) = back;
    }
  }
  if (x.pending.zeros.any() && (x.pending.channels || x.pending.cuts())) return "pads what is cut already";
  x.name = nameOf(node);
  return pass(node, x);
}

OnnxReader::Problem OnnxReader::squeeze(const OnnxNode& node) {
  Signal x;
  if (Problem problem = signalInto(x, node.input(0)); !problem.empty()) return problem;
  std::vector<int64_t> axes;
  if (!integersInto(axes, node, 1, "axes")) return "takes axes that are computed";
  for (int64_t& axis : axes) axis = axis < 0 ? axis + rankOf(x) : axis;
  std::ranges::sort(axes);
  if (x.layout != Layout::pooled || axes != std::vector<int64_t>{2, 3})
    return "takes away other axes than those of a pooled image";
  return toRow(node, x);
}

OnnxReader::Problem OnnxReader::unsqueeze(const OnnxNode& node) {
  Signal x;
  if (Problem problem = signalInto(x, node.input(0)); !problem.empty()) return problem;
  std::vector<int64_t> axes;
  if (!integersInto(axes, node, 1, "axes")) return "takes axes that are computed";
  for (int64_t& axis : axes) axis = axis < 0 ? axis + 4 : axis;
  std::ranges::sort(axes);
  if (x.layout != Layout::row || axes != std::vector<int64_t>{2, 3})
    return "adds axes that layers here do not have";
  x.layout = Layout::pooled;
  return pass(node, x);
}

}  // namespace bypath
