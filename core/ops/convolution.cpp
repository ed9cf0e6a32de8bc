#include "core/ops/convolution.h"

#include <algorithm>

#include "core/ops/split.h"

namespace bypath {

Shape convolutionOutput(const Window& window, const Shape& x, const Shape& w) {
  return {x[0], window.outputHeight(x[1]), window.outputWidth(x[2]), w[3]};
}

std::string convolutionProblem(const Window& window, const Shape& x, const Shape& w, const Shape& y) {
  std::string misfit = window.problem(x[1], x[2]);
  if (!misfit.empty()) return misfit;
  const Shape expected = convolutionOutput(window, x, w);
  if (expected == y) return {};
  return "a convolution of " + x.text() + " with " + w.text() + " makes " + expected.text() + ", not " +
         y.text();
}

OpCost convolutionCost(const OpCall& call, const Shape& y, const Shape& w) {
  return {.multiplyAdds = static_cast<double>(y.rows()) * static_cast<double>(w.count()),
          .bytes = bytesOf(call)};
}

ConvolutionExtras ConvolutionExtras::of(const OpAttributes& attributes, size_t inputs) {
  ConvolutionExtras extras;
  size_t own = InputNorm::ownInputs(attributes, inputs);
  if (attributes.flag("mask")) extras.mask = --own;
  if (attributes.flag("plus")) extras.plus = --own;
  if (own > 2) extras.bias = 2;
  return extras;
}

ShapeCheck ConvolutionExtras::check(const OpCall& call, const char* first, const char* second) {
  std::vector<const char*> names{first, second};
  const bool plus = call.attributes.flag("plus"), mask = call.attributes.flag("mask");
  const size_t norm = InputNorm::isIn(call.attributes) ? InputNorm::values : 0;
  const bool splits = call.attributes.flag("split"), relu = call.attributes.flag("relu");
  const size_t required = names.size() + (plus ? 1 : 0) + (mask ? 1 : 0) + norm;
  if (norm + plus + mask == 0 || call.inputs.size() > required) names.push_back("bias");
  if (plus) names.push_back("plus");
  if (mask) names.push_back("mask");
  if (norm > 0) names.insert(names.end(), {"mean", "inverse_std", "scale", "shift"});
  ShapeCheck check(call, std::move(names), required);
  check.that(!splits || (plus && !relu), "it can be split only with plus and without relu");
  return check;
}

std::vector<Shape> ConvolutionExtras::outputs(const OpAttributes& attributes, const Shape& output) {
  std::vector<Shape> all{output};
  if (attributes.flag("split")) all.push_back({splitValues});
  return all;
}

bool ConvolutionExtras::fit(ShapeCheck& check, const Shape& output) const {
  if (bias > 0 && !check.shapeIs(bias, {output.last()})) return false;
  return check.ok() && (plus == 0 || check.shapeIs(plus, output)) &&
         (mask == 0 || check.shapeIs(mask, output));
}

std::vector<int> ConvolutionExtras::workPlaces(const OpAttributes& attributes, size_t inputs) {
  const ConvolutionExtras extras = of(attributes, inputs);
  std::vector<int> places;
  for (size_t input : {extras.plus, extras.mask})
    if (input > 0) places.push_back(static_cast<int>(input));
  return places;
}

void ConvolutionExtras::finish(const ReferenceRun& run) {
  const ConvolutionExtras extras = of(run.attributes, run.inputs.size());
  const ReferenceTensor& out = run.outputs[0];
  const bool relu = run.attributes.flag("relu");
  const auto channels = static_cast<size_t>(out.shape.last());
  for (size_t i = 0; i < out.data.size(); ++i) {
    double& value = out.data[i];
    if (extras.bias > 0) value += run.inputs[extras.bias].data[i % channels];
    if (run.attributes.flag("split")) addSplit(run.inputs[extras.plus].data[i], value, run.outputs[1].data);
    if (extras.plus > 0) value += run.inputs[extras.plus].data[i];
    if (relu) value = std::max(value, 0.0);
    if (extras.mask > 0 && run.inputs[extras.mask].data[i] <= 0) value = 0;
  }
}

}  // namespace bypath
