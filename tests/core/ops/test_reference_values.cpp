// Numbers worked out by hand: finite differences show that a gradient fits its op, these show that the op is
// right.
#include <algorithm>
#include <cmath>
#include <QtTest/QtTest>
#include <set>

#include "core/base/random.h"
#include "core/ops/catalog.h"
#include "core/ops/dropout.h"

using namespace bypath;

namespace {

struct Tensor {
  Shape shape;
  std::vector<double> data;
};

std::vector<std::vector<double>> evaluate(const OpType& type, std::vector<Tensor> inputs,
                                          const OpAttributes& attributes, StepKey key = {}) {
  OpCall call{.attributes = attributes};
  std::vector<ReferenceTensor> from, to;
  for (Tensor& input : inputs) {
    call.inputs.push_back(input.shape);
    from.push_back({input.data, input.shape});
  }
  const std::vector<Shape> shapes = *type.shapes(call);
  std::vector<std::vector<double>> outputs;
  outputs.reserve(shapes.size());
  for (const Shape& shape : shapes) outputs.emplace_back(static_cast<size_t>(shape.count()), 0.0);
  for (const auto& [output, input] : type.stateOutputs)
    outputs[static_cast<size_t>(output)] = inputs[static_cast<size_t>(input)].data;
  for (size_t o = 0; o < shapes.size(); ++o) to.push_back({outputs[o], shapes[o]});
  type.reference({attributes, from, to, key});
  return outputs;
}

Tensor filled(Shape shape, double value) {
  return {shape, std::vector<double>(static_cast<size_t>(shape.count()), value)};
}

Tensor counting(Shape shape) {
  Tensor tensor = filled(shape, 0);
  for (size_t i = 0; i < tensor.data.size(); ++i) tensor.data[i] = static_cast<double>(i + 1);
  return tensor;
}

void compare(const std::vector<double>& actual, const std::vector<double>& expected) {
  QCOMPARE(actual.size(), expected.size());
  for (size_t i = 0; i < actual.size(); ++i)
    QVERIFY2(
        std::abs(actual[i] - expected[i]) <= 1e-12 * std::max(1.0, std::abs(expected[i])),
        qPrintable(QString("%1: %2, not %3").arg(i).arg(actual[i], 0, 'g', 15).arg(expected[i], 0, 'g', 15)));
}

const OpAttributes padded{{"pad_top", 1}, {"pad_left", 1}, {"pad_bottom", 1}, {"pad_right", 1}};

}  // namespace

class TestReferenceValues : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void convolution() {
    // A kernel of ones counts the pixels below it: 4 in corners, 6 on edges, 9 inside.
    compare(evaluate(conv2dOp(), {filled({1, 3, 3, 1}, 1), filled({3, 3, 1, 1}, 1)}, padded)[0],
            {4, 6, 4, 6, 9, 6, 4, 6, 4});
    // Cross-correlation, not flipped: the kernel's first cell reads the pixel above left.
    Tensor corner = filled({3, 3, 1, 1}, 0);
    corner.data[0] = 1;
    compare(evaluate(conv2dOp(), {counting({1, 2, 2, 1}), corner}, padded)[0], {0, 0, 0, 1});
    // Channels: y[k] = sum of x[c] * w[c][k], plus bias, then relu.
    compare(evaluate(conv2dOp(),
                     {{{1, 1, 1, 2}, {1, 2}}, {{1, 1, 2, 3}, {1, 2, 3, 4, 5, -6}}, {{3}, {10, 20, 0}}},
                     {{"relu", 1}})[0],
            {19, 32, 0});
    // Stride 2 without padding reads pixels 1 and 3 of each row.
    compare(evaluate(conv2dOp(), {counting({1, 3, 4, 1}), filled({1, 1, 1, 1}, 1)},
                     {{"stride_h", 2}, {"stride_w", 2}})[0],
            {1, 3, 9, 11});
  }

  void transposedConvolution() {
    // 1x1, stride 2: every fourth pixel is set, the others get only the bias.
    compare(
        evaluate(conv2dTransposedOp(), {{{1, 1, 2, 1}, {3, 4}}, filled({1, 1, 1, 1}, 2), filled({1}, 0.5)},
                 {{"stride_h", 2}, {"stride_w", 2}, {"height", 2}, {"width", 4}})[0],
        {6.5, 0.5, 8.5, 0.5, 0.5, 0.5, 0.5, 0.5});
    // A single pixel paints the kernel.
    compare(evaluate(conv2dTransposedOp(), {filled({1, 1, 1, 1}, 1), counting({2, 2, 1, 1})},
                     {{"height", 2}, {"width", 2}})[0],
            {1, 2, 3, 4});
  }

  void products() {
    const Tensor a{{2, 3}, {1, 2, 3, 4, 5, 6}};
    compare(evaluate(matmulOp(), {a, {{3, 1}, {1, 10, 100}}}, {})[0], {321, 654});
    compare(evaluate(matmulOp(), {a, {{2, 1}, {1, 10}}}, {{"transpose_a", 1}})[0], {41, 52, 63});
    compare(evaluate(matmulOp(), {a, {{1, 3}, {1, 10, 100}}}, {{"transpose_b", 1}})[0], {321, 654});
  }

  void batchNormalisation() {
    const std::vector<std::vector<double>> made =
        evaluate(batchNormOp(), {{{2, 2}, {1, 10, 3, 30}}, {{2}, {2, 1}}, {{2}, {5, -1}}}, {{"epsilon", 0}});
    compare(made[0], {3, -2, 7, 0});
    compare(made[1], {2, 20});
    compare(made[2], {1, 0.1});
    // Two values a channel: the unbiased variance is twice the biased one.
    const std::vector<std::vector<double>> tracked =
        evaluate(batchNormTrackOp(),
                 {filled({1}, 4), filled({1}, 8), filled({1}, 2), filled({1}, 1 / std::sqrt(1.25))},
                 {{"momentum", 0.75}, {"epsilon", 0.25}, {"count", 2}, {"unbiased", 1}});
    compare(tracked[0], {3.5});
    compare(tracked[1], {6.5});
    compare(evaluate(batchNormInferenceOp(),
                     {filled({1, 1}, 7), filled({1}, 3), filled({1}, 1), filled({1}, 5), filled({1}, 3.75)},
                     {{"epsilon", 0.25}})[0],
            {4});
  }

  void activations() {
    const Tensor x{{3}, {-1, 0, 2}};
    compare(evaluate(reluOp(), {x}, {})[0], {0, 0, 2});
    compare(evaluate(eluOp(), {x}, {{"alpha", 0.5}})[0], {0.5 * (std::exp(-1.0) - 1), 0, 2});
    compare(evaluate(sigmoidOp(), {x}, {})[0], {1 / (1 + std::exp(1.0)), 0.5, 1 / (1 + std::exp(-2.0))});
    compare(evaluate(tanhOp(), {x}, {})[0], {std::tanh(-1.0), 0, std::tanh(2.0)});
  }

  void pooling() {
    const OpAttributes halving{{"kernel_h", 2}, {"kernel_w", 2}, {"stride_h", 2}, {"stride_w", 2}};
    compare(evaluate(maxPoolOp(), {counting({1, 2, 4, 1})}, halving)[0], {6, 8});
    compare(evaluate(averagePoolOp(), {counting({1, 2, 4, 1})}, halving)[0], {3.5, 5.5});
    // The first of equal values takes the gradient.
    compare(evaluate(maxPoolBackwardOp(),
                     {filled({1, 2, 2, 1}, 3), filled({1, 1, 1, 1}, 3), filled({1, 1, 1, 1}, 5)}, halving)[0],
            {5, 0, 0, 0});
    // At a corner only one pixel of four is inside.
    OpAttributes corner = halving;
    corner.set("pad_top", 1);
    corner.set("pad_left", 1);
    compare(evaluate(averagePoolOp(), {filled({1, 1, 1, 1}, 8)}, corner)[0], {8});
    corner.set("count_padding", 1);
    compare(evaluate(averagePoolOp(), {filled({1, 1, 1, 1}, 8)}, corner)[0], {2});
    compare(evaluate(globalAveragePoolOp(), {counting({2, 1, 2, 2})}, {})[0], {2, 3, 6, 7});
  }

  void joining() {
    compare(evaluate(addOp(), {filled({2}, 1), {{2}, {2, -3}}}, {{"relu", 1}})[0], {3, 0});
    compare(evaluate(concatOp(), {{{2, 1}, {1, 2}}, {{2, 2}, {3, 4, 5, 6}}}, {})[0], {1, 3, 4, 2, 5, 6});
    compare(evaluate(sliceChannelsOp(), {counting({2, 3})}, {{"begin", 1}, {"channels", 2}})[0],
            {2, 3, 5, 6});
    compare(evaluate(padChannelsOp(), {counting({1, 2, 3, 1})},
                     {{"stride_h", 2}, {"stride_w", 2}, {"channels", 2}})[0],
            {1, 0, 3, 0});
    compare(evaluate(padChannelsOp(), {counting({2, 2})}, {{"channels", 4}, {"before", 1}})[0],
            {0, 1, 2, 0, 0, 3, 4, 0});
  }

  void losses() {
    // Equal logits: every class has probability one in K.
    compare(evaluate(softmaxCrossEntropyOp(), {filled({1, 10}, 3), filled({1}, 4)}, {})[0], {std::log(10)});
    // Smoothed over two classes: 0.75 and 0.25 against logits 0 and ln 3.
    compare(evaluate(softmaxCrossEntropyOp(), {{{1, 2}, {0, std::log(3)}}, filled({1}, 0)},
                     {{"smoothing", 0.5}})[0],
            {std::log(4) - 0.25 * std::log(3)});
    compare(evaluate(correctOp(), {{{3, 2}, {1, 1, 0, 1, 1, 0}}, {{3}, {0, 1, 1}}}, {})[0], {1, 1, 0});
    compare(evaluate(bernoulliLossOp(), {filled({1, 2, 2, 1}, 0.5), filled({1, 2, 2, 1}, 0.3)}, {})[0],
            {4 * std::log(2)});
    compare(evaluate(bernoulliLossOp(), {filled({1, 1}, 0), filled({1, 1}, 1)}, {})[0], {-std::log(1e-7)});
    compare(evaluate(bernoulliLossOp(), {filled({1, 1}, 1), filled({1, 1}, 0)}, {})[0], {-std::log(1e-7)});
    compare(evaluate(gaussianKlOp(), {{{2, 2}, {0, 0, 1, 2}}, filled({2, 2}, 0)}, {})[0], {0, 2.5});
    compare(evaluate(squaredSumOp(), {{{2}, {3, 4}}}, {})[0], {25});
    compare(evaluate(objectiveOp(), {{{2}, {1, 3}}, {{1}, {10}}}, {{"weight0", 2}, {"weight1", 0.1}})[0],
            {5});
    compare(evaluate(momentsOp(), {{{4}, {1, 3, 5, 7}}}, {})[0], {4, 5});
  }

  void dropoutKeepsItsShareAndItsMean() {
    const OpAttributes attributes{{"rate", 0.25}, {"stream", 9}};
    const StepKey key{.seed = 3, .step = 5, .firstSample = 2};
    const std::vector<double> y = evaluate(dropoutOp(), {filled({4, 10000}, 3)}, attributes, key)[0];
    double kept = 0;
    for (double value : y) {
      QVERIFY(value == 0 || value == 4);
      kept += value == 4;
    }
    QVERIFY(std::abs(kept / static_cast<double>(y.size()) - 0.75) < 0.01);
    // The mask belongs to the sample's number, not to its place in the batch.
    const std::vector<double> later = evaluate(dropoutOp(), {filled({1, 10000}, 3)}, attributes,
                                               {.seed = 3, .step = 5, .firstSample = 4})[0];
    QVERIFY(std::equal(later.begin(), later.end(), y.begin() + 20000));
    QVERIFY(!std::equal(later.begin(), later.end(), y.begin()));
  }

  // A number reaches as far as it is told to: over a channel of a sample, a sample, or everything.
  void dropoutReaches() {
    const auto masked = [](DropoutReach reach, const Shape& shape, uint32_t firstSample = 0) {
      const OpAttributes attributes{
          {"rate", 0.5}, {"stream", 9}, {"reach", static_cast<double>(reach)}, {"unscaled", 1}};
      return evaluate(dropoutOp(), {filled(shape, 3)}, attributes,
                      {.seed = 3, .step = 5, .firstSample = firstSample})[0];
    };
    const std::vector<double> channels = masked(DropoutReach::channel, {8, 4, 4, 16});
    std::set<double> seen;
    for (size_t i = 0; i < channels.size(); ++i) {
      QCOMPARE(channels[i], channels[i / 256 * 256 + i % 16]);
      seen.insert(channels[i]);
    }
    QVERIFY((seen == std::set<double>{0, 3}));
    const std::vector<double> samples = masked(DropoutReach::sample, {64, 2, 3});
    for (size_t i = 0; i < samples.size(); ++i) QCOMPARE(samples[i], samples[i / 6 * 6]);
    QVERIFY(std::ranges::count(samples, 0) > 0 && std::ranges::count(samples, 3) > 0);
    // Micro-batches of a step share the coin of the step and the mask of the weights.
    for (const DropoutReach reach : {DropoutReach::step, DropoutReach::weight})
      QVERIFY(masked(reach, {8, 9}) == masked(reach, {8, 9}, 64));
    const std::vector<double> once = masked(DropoutReach::step, {8, 9});
    QCOMPARE(std::ranges::count(once, once[0]), 72);
  }

  // The coin of a step falls as often as it should: within five deviations of a binomial count.
  void coinsFollowTheirProbability_data() {
    QTest::addColumn<double>("rate");
    for (const double rate : {0.02, 0.3, 0.5, 0.9}) QTest::addRow("%g", rate) << rate;
  }
  void coinsFollowTheirProbability() {
    QFETCH(double, rate);
    constexpr uint32_t steps = 20000;
    constexpr uint64_t seed = 20160330;
    const OpAttributes coin{{"rate", rate},
                            {"stream", streamOf("stage2[3]/survival")},
                            {"reach", static_cast<double>(DropoutReach::step)},
                            {"unscaled", 1}};
    double dropped = 0;
    for (uint32_t step = 0; step < steps; ++step)
      dropped += evaluate(dropoutOp(), {filled({1, 1}, 1)}, coin, {.seed = seed, .step = step})[0][0] == 0;
    const double deviation = std::sqrt(steps * rate * (1 - rate));
    qInfo("seed %llu: %g of %u steps dropped, %.2f deviations from %g", static_cast<unsigned long long>(seed),
          dropped, steps, (dropped - steps * rate) / deviation, steps * rate);
    QVERIFY(std::abs(dropped - steps * rate) < 5 * deviation);
  }

  void gaussianDropoutHasMeanOneAndTheVarianceOfDropout() {
    const OpAttributes attributes{{"rate", 0.2}, {"stream", 9}, {"normal", 1}};
    const std::vector<double> noise =
        evaluate(dropoutOp(), {filled({4, 10000}, 1)}, attributes, {.seed = 3})[0];
    double sum = 0, squares = 0;
    for (const double y : noise) {
      sum += y - 1;
      squares += (y - 1) * (y - 1);
    }
    QVERIFY(std::abs(sum / 40000) < 0.01);
    QVERIFY(std::abs(squares / 40000 - 0.25) < 0.01);
  }

  // (1 - s) * one-hot + s / K, as PyTorch has it.
  void labelSmoothing() {
    const Tensor logits{{2, 4}, {1, -2, 0.5, 3, 0, 0.1, -1, 2}}, labels{{2}, {2, 3}};
    for (const double smoothing : {0.0, 0.1, 0.5}) {
      std::vector<double> losses, gradients;
      for (size_t n = 0; n < 2; ++n) {
        double sum = 0, loss = 0;
        for (size_t k = 0; k < 4; ++k) sum += std::exp(logits.data[4 * n + k]);
        for (size_t k = 0; k < 4; ++k) {
          const double share = std::exp(logits.data[4 * n + k]) / sum;
          const double target =
              (static_cast<double>(k) == labels.data[n] ? 1 - smoothing : 0) + smoothing / 4;
          loss -= target * std::log(share);
          gradients.push_back(share - target);
        }
        losses.push_back(loss);
      }
      const OpAttributes attributes{{"smoothing", smoothing}};
      compare(evaluate(softmaxCrossEntropyOp(), {logits, labels}, attributes)[0], losses);
      compare(evaluate(softmaxCrossEntropyBackwardOp(), {logits, labels, filled({2}, 1)}, attributes)[0],
              gradients);
    }
  }

  void gaussianSamplesAreNormal() {
    const StepKey key{.seed = 3, .step = 5};
    const OpAttributes logSigma{{"stream", 9}, {"log_sigma", 1}},
        logVariance{{"stream", 9}, {"log_sigma", 0}};
    const Tensor mu = filled({4, 10000}, 2), s = filled({4, 10000}, 2 * std::log(3));
    const std::vector<double> wide = evaluate(gaussianSampleOp(), {mu, s}, logSigma, key)[0];
    const std::vector<double> narrow = evaluate(gaussianSampleOp(), {mu, s}, logVariance, key)[0];
    double sum = 0, squares = 0;
    for (size_t i = 0; i < narrow.size(); ++i) {
      sum += narrow[i] - 2;
      squares += (narrow[i] - 2) * (narrow[i] - 2);
      QVERIFY(std::abs((wide[i] - 2) - 3 * (narrow[i] - 2)) < 1e-12 * (1 + std::abs(wide[i])));
    }
    QVERIFY(std::abs(sum / 40000) < 0.06);
    QVERIFY(std::abs(squares / 40000 - 9) < 0.25);
  }
};

QTEST_GUILESS_MAIN(TestReferenceValues)
#include "test_reference_values.moc"
