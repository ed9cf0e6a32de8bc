#include "core/ops/window.h"

#include <algorithm>

namespace bypath {

Window Window::of(const OpAttributes& attributes, int64_t kernelH, int64_t kernelW) {
  return {.kernelH = kernelH,
          .kernelW = kernelW,
          .strideH = attributes.integer("stride_h", 1),
          .strideW = attributes.integer("stride_w", 1),
          .padTop = attributes.integer("pad_top", 0),
          .padLeft = attributes.integer("pad_left", 0),
          .padBottom = attributes.integer("pad_bottom", 0),
          .padRight = attributes.integer("pad_right", 0)};
}

Window Window::of(const OpAttributes& attributes) {
  return of(attributes, attributes.integer("kernel_h"), attributes.integer("kernel_w"));
}

OpAttributes Window::attributes() const {
  const auto real = [](int64_t value) { return static_cast<double>(value); };
  return {{"stride_h", real(strideH)}, {"stride_w", real(strideW)},     {"pad_top", real(padTop)},
          {"pad_left", real(padLeft)}, {"pad_bottom", real(padBottom)}, {"pad_right", real(padRight)}};
}

OpAttributes Window::attributesWithKernel() const {
  OpAttributes all = attributes();
  all.set("kernel_h", static_cast<double>(kernelH));
  all.set("kernel_w", static_cast<double>(kernelW));
  return all;
}

std::string Window::problem(int64_t height, int64_t width) const {
  if (kernelH < 1 || kernelW < 1)
    return "a kernel of " + std::to_string(kernelH) + "x" + std::to_string(kernelW) + " covers nothing";
  if (strideH < 1 || strideW < 1)
    return "a stride of " + std::to_string(strideH) + "x" + std::to_string(strideW) + " does not move";
  if (std::min({padTop, padLeft, padBottom, padRight}) < 0) return "the padding is negative";
  const int64_t paddedHeight = height + padTop + padBottom;
  const int64_t paddedWidth = width + padLeft + padRight;
  if (kernelH > paddedHeight || kernelW > paddedWidth)
    return "a kernel of " + std::to_string(kernelH) + "x" + std::to_string(kernelW) +
           " does not fit on the padded image of " + std::to_string(paddedHeight) + "x" +
           std::to_string(paddedWidth);
  return {};
}

}  // namespace bypath
