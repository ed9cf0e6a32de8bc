#include "core/ops/catalog.h"
#include "core/ops/gradient_builder.h"
#include "core/ops/shape_check.h"

namespace bypath {

namespace {

Shape withChannels(Shape shape, int64_t channels) {
  shape.set(shape.rank() - 1, channels);
  return shape;
}

Result<std::vector<Shape>> concatShapes(const OpCall& call) {
  ShapeCheck check = ShapeCheck::several(call, "x", 2);
  if (!check.everyRank(0)) return check.error();
  int64_t channels = 0;
  for (size_t i = 0; i < call.inputs.size(); ++i) {
    const Shape& x = call.inputs[i];
    if (!check.shapeIs(i, withChannels(call.inputs[0], x.last()))) return check.error();
    channels += x.last();
  }
  return std::vector<Shape>{withChannels(call.inputs[0], channels)};
}

void concatReference(const ReferenceRun& run) {
  const ReferenceTensor& y = run.outputs[0];
  int64_t begin = 0;
  for (const ReferenceTensor& x : run.inputs) {
    const int64_t channels = x.shape.last();
    for (int64_t row = 0; row < y.shape.rows(); ++row)
      for (int64_t c = 0; c < channels; ++c)
        y.data[row * y.shape.last() + begin + c] = x.data[row * channels + c];
    begin += channels;
  }
}

void concatGradient(GradientBuilder& b) {
  double begin = 0;
  for (int i = 0; i < static_cast<int>(b.node().inputs.size()); ++i) {
    const auto channels = static_cast<double>(b.shape(b.input(i)).last());
    if (b.wants(i))
      b.contribute(
          i, b.emit(sliceChannelsOp(), {b.outputGradient(0)}, {{"begin", begin}, {"channels", channels}}));
    begin += channels;
  }
}

std::vector<OpExample> concatExamples() {
  return {{.name = "images of 16 and 3 channels", .attributes = {}, .inputs = {{2, 3, 5, 16}, {2, 3, 5, 3}}},
          {.name = "three lists of rows", .attributes = {}, .inputs = {{4, 10}, {4, 1}, {4, 24}}}};
}

Result<std::vector<Shape>> sliceShapes(const OpCall& call) {
  ShapeCheck check(call, {"x"}, 1);
  if (!check.ranks({0}) || !check.positive({"channels"})) return check.error();
  const int64_t begin = call.attributes.integer("begin"), channels = call.attributes.integer("channels");
  if (!check.that(begin >= 0 && begin + channels <= call.inputs[0].last(),
                  "channels " + std::to_string(begin) + " to " + std::to_string(begin + channels - 1) +
                      " are not all among its " + std::to_string(call.inputs[0].last())))
    return check.error();
  return std::vector<Shape>{withChannels(call.inputs[0], channels)};
}

void sliceReference(const ReferenceRun& run) {
  const ReferenceTensor &x = run.inputs[0], &y = run.outputs[0];
  const int64_t begin = run.attributes.integer("begin"), channels = y.shape.last();
  for (int64_t row = 0; row < y.shape.rows(); ++row)
    for (int64_t c = 0; c < channels; ++c)
      y.data[row * channels + c] = x.data[row * x.shape.last() + begin + c];
}

void sliceGradient(GradientBuilder& b) {
  b.contribute(0, b.emit(padChannelsOp(), {b.outputGradient(0)},
                         {{"before", b.attributes().real("begin")},
                          {"channels", static_cast<double>(b.shape(b.input(0)).last())}}));
}

std::vector<OpExample> sliceExamples() {
  return {{.name = "the middle of an image",
           .attributes = {{"begin", 3}, {"channels", 10}},
           .inputs = {{2, 3, 5, 17}}},
          {.name = "the end of rows", .attributes = {{"begin", 8}, {"channels", 16}}, .inputs = {{3, 24}}}};
}

}  // namespace

const OpType& concatOp() {
  static const OpType type{.id = "concat",
                           .summary = "Puts the channels of its inputs side by side.",
                           .shapes = concatShapes,
                           .reference = concatReference,
                           .gradient = concatGradient,
                           .examples = concatExamples};
  return type;
}

const OpType& sliceChannelsOp() {
  static const OpType type{.id = "slice_channels",
                           .summary = "Takes channels begin to begin + channels - 1.",
                           .shapes = sliceShapes,
                           .reference = sliceReference,
                           .gradient = sliceGradient,
                           .examples = sliceExamples};
  return type;
}

}  // namespace bypath
