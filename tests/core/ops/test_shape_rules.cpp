// Impossible calls: each is refused with a sentence that names what is wrong.
#include <QtTest/QtTest>

#include "core/ops/catalog.h"

using namespace bypath;

Q_DECLARE_METATYPE(const bypath::OpType*)
Q_DECLARE_METATYPE(bypath::OpCall)

class TestShapeRules : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void impossible_data() {
    QTest::addColumn<const OpType*>("type");
    QTest::addColumn<OpCall>("call");
    QTest::addColumn<QString>("reason");
    const auto row = [](const char* name, const OpType& type, OpCall call, const char* reason) {
      QTest::addRow("%s: %s", type.id.c_str(), name) << &type << std::move(call) << QString(reason);
    };
    const OpAttributes pool{{"kernel_h", 2}, {"kernel_w", 2}, {"stride_h", 2}, {"stride_w", 2}};
    const auto with = [](OpAttributes attributes, const char* key, double value) {
      attributes.set(key, value);
      return attributes;
    };
    row("too few inputs", conv2dOp(), {.inputs = {{1, 8, 8, 3}}}, "it takes 2 to 3 inputs, not 1");
    row("too many inputs", reluOp(), {.inputs = {{1}, {1}}}, "it takes 1 inputs, not 2");
    row("rank", conv2dOp(), {.inputs = {{8, 3}, {3, 3, 3, 16}}}, "x must have 4 dimensions, not 2 (8x3)");
    row("empty", conv2dOp(), {.inputs = {{1, 0, 8, 3}, {3, 3, 3, 16}}}, "x is empty");
    row("channels", conv2dOp(), {.inputs = {{1, 8, 8, 3}, {3, 3, 4, 16}}},
        "x has 3 channels, but the weights take 4");
    row("kernel", conv2dOp(), {.inputs = {{1, 2, 8, 3}, {3, 3, 3, 16}}},
        "does not fit on the padded image of 2x8");
    row("stride", conv2dOp(), {.attributes = {{"stride_h", 0}}, .inputs = {{1, 8, 8, 3}, {3, 3, 3, 16}}},
        "does not move");
    row("padding", conv2dOp(), {.attributes = {{"pad_left", -1}}, .inputs = {{1, 8, 8, 3}, {3, 3, 3, 16}}},
        "negative");
    row("bias", conv2dOp(), {.inputs = {{1, 8, 8, 3}, {3, 3, 3, 16}, {15}}}, "bias must be 16, not 15");
    row("size", conv2dTransposedOp(),
        {.attributes = {{"stride_h", 2}, {"stride_w", 2}, {"height", 9}, {"width", 8}},
         .inputs = {{1, 4, 4, 8}, {1, 1, 3, 8}}},
        "makes 1x5x4x8, not 1x4x4x8");
    row("no size", conv2dTransposedOp(),
        {.attributes = {{"height", 0}, {"width", 8}}, .inputs = {{1, 4, 4, 8}, {1, 1, 3, 8}}},
        "height must be at least 1");
    row("channels", conv2dTransposedOp(),
        {.attributes = {{"height", 4}, {"width", 4}}, .inputs = {{1, 4, 4, 7}, {1, 1, 3, 8}}},
        "it has 7 channels, but the weights take 8");
    row("batch", conv2dWeightsOp(),
        {.attributes = {{"kernel_h", 1}, {"kernel_w", 1}}, .inputs = {{2, 4, 4, 3}, {1, 4, 4, 8}}},
        "makes 2x4x4x8, not 1x4x4x8");
    row("inner size", matmulOp(), {.inputs = {{5, 64}, {63, 10}}},
        "the left side has 64 values a row, but the right side takes 63");
    row("bias", biasAddOp(), {.inputs = {{5, 64}, {63}}}, "bias must be 64, not 63");
    row("scale", batchNormOp(), {.inputs = {{5, 8}, {7}, {8}}}, "scale must be 8, not 7");
    row("rank", batchNormOp(), {.inputs = {{8}, {8}, {8}}}, "must have a batch");
    row("shift without relu", batchNormBackwardOp(), {.inputs = {{5, 8}, {8}, {8}, {8}, {5, 8}, {8}}},
        "takes shift with relu");
    row("relu without shift", batchNormBackwardOp(),
        {.attributes = {{"relu", 1}}, .inputs = {{5, 8}, {8}, {8}, {8}, {5, 8}}}, "takes shift with relu");
    row("variance", batchNormInferenceOp(), {.inputs = {{5, 8}, {8}, {8}, {8}, {9}}},
        "running_variance must be 8, not 9");
    row("dy", batchNormInferenceBackwardOp(), {.inputs = {{5, 8}, {8}, {8}, {8}, {4, 8}}},
        "dy must have the shape of x, 5x8, not 4x8");
    row("one value", batchNormTrackOp(),
        {.attributes = {{"count", 1}, {"unbiased", 1}}, .inputs = {{8}, {8}, {8}, {8}}},
        "2 or more values a channel");
    row("dy", tanhBackwardOp(), {.inputs = {{5, 8}, {5, 9}}}, "dy must have the shape of y, 5x8, not 5x9");
    row("padding", maxPoolOp(), {.attributes = with(pool, "pad_top", 2), .inputs = {{1, 8, 8, 3}}},
        "padding must be smaller");
    row("kernel", averagePoolOp(), {.attributes = pool, .inputs = {{1, 1, 8, 3}}},
        "does not fit on the padded image of 1x8");
    row("y", maxPoolBackwardOp(), {.attributes = pool, .inputs = {{1, 8, 8, 3}, {1, 4, 5, 3}, {1, 4, 5, 3}}},
        "y must be 1x4x4x3, not 1x4x5x3");
    row("dy", averagePoolBackwardOp(),
        {.attributes = with(with(pool, "height", 8), "width", 8), .inputs = {{1, 3, 4, 3}}},
        "dy must be 1x4x4x3, not 1x3x4x3");
    row("rank", globalAveragePoolOp(), {.inputs = {{8, 3}}}, "x must have 4 dimensions");
    row("count", reshapeOp(), {.attributes = {{"rank", 2}, {"d1", 47}}, .inputs = {{2, 4, 4, 3}}},
        "a sample has 48 values (4x4x3), but the result 47 (47)");
    row("rank", reshapeOp(), {.attributes = {{"rank", 5}}, .inputs = {{2, 4}}}, "1 to 4 dimensions, not 5");
    row("one input", addOp(), {.inputs = {{2, 4}}}, "it takes at least 2 inputs, not 1");
    row("shapes", addOp(), {.inputs = {{2, 8, 8, 16}, {2, 4, 4, 32}}},
        "input 2 must have the shape of input 1, 2x8x8x16, not 2x4x4x32");
    row("shapes", concatOp(), {.inputs = {{2, 8, 8, 16}, {2, 8, 4, 32}}},
        "input 2 must be 2x8x8x32, not 2x8x4x32");
    row("range", sliceChannelsOp(), {.attributes = {{"begin", 10}, {"channels", 7}}, .inputs = {{2, 16}}},
        "channels 10 to 16 are not all among its 16");
    row("channels", padChannelsOp(), {.attributes = {{"channels", 15}}, .inputs = {{2, 8, 8, 16}}},
        "do not fit into 15");
    row("height", padChannelsOp(),
        {.attributes = {{"channels", 32}, {"stride_h", 2}, {"stride_w", 2}, {"height", 5}},
         .inputs = {{2, 8, 8, 16}}},
        "does not fill 2x5x4x32");
    row("strided rows", padChannelsOp(),
        {.attributes = {{"channels", 32}, {"stride_h", 2}}, .inputs = {{2, 16}}}, "only images have strides");
    row("channels", padChannelsBackwardOp(), {.attributes = {{"channels", 33}}, .inputs = {{2, 8, 8, 32}}},
        "do not fit into 32");
    row("rate", dropoutOp(), {.attributes = {{"rate", 1}}, .inputs = {{2, 8}}}, "below 1");
    row("reach", dropoutOp(), {.attributes = {{"rate", 0.5}, {"reach", 5}}, .inputs = {{2, 8}}}, "no reach");
    row("reach without channels", dropoutOp(), {.attributes = {{"rate", 0.5}, {"reach", 1}}, .inputs = {{8}}},
        "no channels");
    row("shapes", gaussianSampleOp(), {.inputs = {{2, 8}, {2, 9}}}, "s must have the shape of mu");
    row("labels", softmaxCrossEntropyOp(), {.inputs = {{5, 10}, {4}}}, "labels must be 5, not 4");
    row("smoothing", softmaxCrossEntropyOp(), {.attributes = {{"smoothing", -0.1}}, .inputs = {{5, 10}, {5}}},
        "smoothing");
    row("dloss", softmaxCrossEntropyBackwardOp(), {.inputs = {{5, 10}, {5}, {4}}}, "dloss must be 5, not 4");
    row("target", bernoulliLossOp(), {.inputs = {{5, 10}, {5, 9}}},
        "target must have the shape of probability");
    row("scalar", scaleByScalarOp(), {.inputs = {{5, 10}, {2}}}, "scalar must be 1, not 2");
    row("no term", objectiveOp(), {}, "at least 1 inputs, not 0");
    row("term", objectiveOp(), {.inputs = {{5, 2}}}, "must have 1 dimension, not 2 (5x2)");
    row("shapes", dotOp(), {.inputs = {{5, 2}, {2, 5}}}, "b must have the shape of a, 5x2, not 2x5");
  }
  void impossible() {
    QFETCH(const OpType*, type);
    QFETCH(OpCall, call);
    QFETCH(QString, reason);
    const Result<std::vector<Shape>> shapes = type->shapes(call);
    QVERIFY(!shapes);
    QVERIFY2(QString::fromStdString(shapes.error().message).contains(reason), shapes.error().message.c_str());
  }

  // Every op refuses a missing input and one input too many, whatever its examples look like.
  void wrongNumbersOfInputs() {
    for (const OpType* type : opCatalog()) {
      const OpExample example = type->examples()[0];
      OpCall call{.attributes = example.attributes, .inputs = example.inputs};
      call.inputs.clear();
      QVERIFY2(!type->shapes(call), type->id.c_str());
      call.inputs.assign(9, Shape{});
      QVERIFY2(!type->shapes(call), type->id.c_str());
    }
  }

  // Shapes of any rank and size either pass or are refused; no rule reads an axis that is not there.
  void strangeShapes() {
    const std::vector<Shape> strange = {{}, {0}, {1}, {3, 0}, {2, 3}, {2, 3, 4}, {1, 1, 1, 1}, {2, 5, 5, 4}};
    for (const OpType* type : opCatalog())
      for (const OpExample& example : type->examples())
        for (size_t i = 0; i < example.inputs.size(); ++i)
          for (const Shape& shape : strange) {
            OpCall call{.attributes = example.attributes, .inputs = example.inputs};
            call.inputs[i] = shape;
            const Result<std::vector<Shape>> shapes = type->shapes(call);
            if (!shapes) QVERIFY2(!shapes.error().message.empty(), type->id.c_str());
            if (shape.rank() == 0 || shape.count() == 0) QVERIFY2(!shapes, type->id.c_str());
          }
  }
};

QTEST_GUILESS_MAIN(TestShapeRules)
#include "test_shape_rules.moc"
