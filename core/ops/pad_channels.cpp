#include "core/ops/catalog.h"
#include "core/ops/gradient_builder.h"
#include "core/ops/shape_check.h"

namespace bypath {

namespace {

// How y (..., channels) lies over x: y[n, h, w, before + c] = x[n, h * strideH, w * strideW, c].
struct Padding {
  int64_t before, strideH, strideW;

  explicit Padding(const OpAttributes& attributes)
      : before(attributes.integer("before", 0)),
        strideH(attributes.integer("stride_h", 1)),
        strideW(attributes.integer("stride_w", 1)) {}

  OpAttributes attributes() const {
    return {{"before", static_cast<double>(before)},
            {"stride_h", static_cast<double>(strideH)},
            {"stride_w", static_cast<double>(strideW)}};
  }

  std::string problem(const Shape& x, const Shape& y) const {
    if (before < 0 || before + x.last() > y.last())
      return std::to_string(before) + " zero channels and " + std::to_string(x.last()) +
             " of x do not fit into " + std::to_string(y.last()) + " channels";
    if (strideH < 1 || strideW < 1) return "the stride must be at least 1";
    if (x.rank() != 4)
      return strideH == 1 && strideW == 1 ? "" : "only images have strides, and x is " + x.text();
    if ((y[1] - 1) * strideH >= x[1] || (y[2] - 1) * strideW >= x[2])
      return "every " + std::to_string(strideH) + "x" + std::to_string(strideW) + "-th pixel of " + x.text() +
             " does not fill " + y.text();
    return {};
  }

  // Calls body(index in x, index in y) for every value that is carried over.
  template <class Body>
  void forEach(const Shape& x, const Shape& y, Body&& body) const {
    const bool image = y.rank() == 4;
    for (int64_t row = 0; row < y.rows(); ++row) {
      int64_t from = row;
      if (image) {
        const int64_t n = row / (y[1] * y[2]), h = row / y[2] % y[1], w = row % y[2];
        from = (n * x[1] + h * strideH) * x[2] + w * strideW;
      }
      for (int64_t c = 0; c < x.last(); ++c) body(from * x.last() + c, row * y.last() + before + c);
    }
  }
};

// `given` with the channels, and for images the height and width, that the attributes name; a height or width
// that is not named stays.
Shape named(Shape given, const OpAttributes& attributes) {
  given.set(given.rank() - 1, attributes.integer("channels"));
  if (given.rank() == 4) {
    given.set(1, attributes.integer("height", given[1]));
    given.set(2, attributes.integer("width", given[2]));
  }
  return given;
}

// The attributes by which `named` makes x of y.
void setSizes(OpAttributes& attributes, const Shape& x) {
  attributes.set("channels", static_cast<double>(x.last()));
  if (x.rank() != 4) return;
  attributes.set("height", static_cast<double>(x[1]));
  attributes.set("width", static_cast<double>(x[2]));
}

Result<std::vector<Shape>> forwardShapes(const OpCall& call) {
  ShapeCheck check(call, {"x"}, 1);
  if (!check.ranks({0})) return check.error();
  if (!check.positive({"channels"})) return check.error();
  const Shape& x = call.inputs[0];
  const Padding padding(call.attributes);
  Shape strided = x;
  if (x.rank() == 4 && padding.strideH >= 1 && padding.strideW >= 1) {
    strided.set(1, (x[1] - 1) / padding.strideH + 1);
    strided.set(2, (x[2] - 1) / padding.strideW + 1);
  }
  const Shape y = named(strided, call.attributes);
  const std::string misfit = padding.problem(x, y);
  if (!check.that(misfit.empty(), misfit)) return check.error();
  return std::vector<Shape>{y};
}

void forwardReference(const ReferenceRun& run) {
  const ReferenceTensor &x = run.inputs[0], &y = run.outputs[0];
  Padding(run.attributes).forEach(x.shape, y.shape, [&](int64_t from, int64_t to) {
    y.data[to] = x.data[from];
  });
}

void forwardGradient(GradientBuilder& b) {
  OpAttributes attributes = Padding(b.attributes()).attributes();
  setSizes(attributes, b.shape(b.input(0)));
  b.contribute(0, b.emit(padChannelsBackwardOp(), {b.outputGradient(0)}, attributes));
}

std::vector<OpExample> forwardExamples() {
  return {
      {.name = "stride 2 on an even image, 16 to 32 channels",
       .attributes = {{"stride_h", 2}, {"stride_w", 2}, {"channels", 32}, {"height", 4}, {"width", 3}},
       .inputs = {{2, 8, 6, 16}}},
      {.name = "stride 2 on an odd image, 3 to 10 channels",
       .attributes = {{"stride_h", 2}, {"stride_w", 2}, {"channels", 10}, {"height", 3}, {"width", 4}},
       .inputs = {{2, 5, 7, 3}}},
      {.name = "no stride, zeros on both sides",
       .attributes = {{"channels", 24}, {"before", 5}},
       .inputs = {{1, 3, 4, 17}}},
      {.name = "rows", .attributes = {{"channels", 10}, {"before", 2}}, .inputs = {{3, 7}}},
  };
}

Result<std::vector<Shape>> backwardShapes(const OpCall& call) {
  ShapeCheck check(call, {"dy"}, 1);
  if (!check.ranks({0}) || !check.positive({"channels"})) return check.error();
  const Shape x = named(call.inputs[0], call.attributes);
  const std::string misfit = Padding(call.attributes).problem(x, call.inputs[0]);
  if (!check.that(misfit.empty(), misfit)) return check.error();
  return std::vector<Shape>{x};
}

void backwardReference(const ReferenceRun& run) {
  const ReferenceTensor &dy = run.inputs[0], &dx = run.outputs[0];
  Padding(run.attributes).forEach(dx.shape, dy.shape, [&](int64_t to, int64_t from) {
    dx.data[to] = dy.data[from];
  });
}

std::vector<OpExample> backwardExamples() {
  std::vector<OpExample> examples = forwardExamples();
  for (OpExample& example : examples) {
    const Shape x = example.inputs[0];
    example.inputs = *forwardShapes({.attributes = example.attributes, .inputs = {x}});
    setSizes(example.attributes, x);
  }
  return examples;
}

}  // namespace

const OpType& padChannelsOp() {
  static const OpType type{.id = "pad_channels",
                           .summary =
                               "Every stride-th pixel, with zero channels added: the parameter-free shortcut "
                               "(option A of He 2015).",
                           .shapes = forwardShapes,
                           .reference = forwardReference,
                           .gradient = forwardGradient,
                           .examples = forwardExamples};
  return type;
}

const OpType& padChannelsBackwardOp() {
  static const OpType type{
      .id = "pad_channels_backward",
      .summary =
          "The adjoint of pad_channels: dy returns to the pixels and channels it came from, "
          "the others get zero.",
      .shapes = backwardShapes,
      .reference = backwardReference,
      .examples = backwardExamples};
  return type;
}

}  // namespace bypath
