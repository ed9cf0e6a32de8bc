// Sums, statistics, losses and probes of the device beyond the examples of their ops: tensors that are cut
// into many chunks, and tensors stored as bfloat16.
#include <QtTest/QtTest>

#include "core/engines/cuda/cuda_engine.h"
#include "core/engines/reference/example_values.h"
#include "core/engines/reference/op_check.h"
#include "core/ops/catalog.h"
#include "tests/fake_device/opened.h"

using namespace bypath;

Q_DECLARE_METATYPE(bypath::OpExample)

namespace {

struct Case {
  const char* op;
  OpExample example;
};

OpExample seventyTerms() {
  OpExample example{.name = "seventy terms"};
  for (int t = 0; t < 70; ++t) {
    example.attributes.set("weight" + std::to_string(t), t % 2 == 0 ? 0.5 : -0.25);
    example.inputs.push_back({t % 5 + 1});
  }
  return example;
}

// Of a batch normalisation of x.
OpExample backward(const char* name, OpAttributes attributes, const Shape& x) {
  const Shape c{x.last()};
  OpExample example{.name = name, .attributes = attributes, .inputs = {x, c, c, c, x}, .positiveInputs = {3}};
  if (attributes.flag("relu")) example.inputs.push_back(c);
  if (attributes.flag("plus")) example.inputs.push_back(x);
  return example;
}

std::vector<Case> largeCases() {
  const auto labelled = [](const char* name, OpAttributes attributes, const Shape& x) {
    return OpExample{.name = name,
                     .attributes = std::move(attributes),
                     .inputs = {x, {x[0]}},
                     .low = -9,
                     .high = 9,
                     .labelInputs = {1},
                     .labelBound = static_cast<int>(x[1])};
  };
  const OpAttributes epsilon{{"epsilon", 1e-5}};
  return {
      {"batch_norm", {.name = "fours", .attributes = epsilon, .inputs = {{8, 51, 50, 8}, {8}, {8}}}},
      {"batch_norm",
       {.name = "far from zero",
        .attributes = epsilon,
        .inputs = {{8, 51, 50, 8}, {8}, {8}},
        .low = 30,
        .high = 31}},
      {"batch_norm", {.name = "odd channels", .attributes = epsilon, .inputs = {{20001, 3}, {3}, {3}}}},
      {"batch_norm", {.name = "three rows", .attributes = epsilon, .inputs = {{3, 40}, {40}, {40}}}},
      {"batch_norm", {.name = "one row", .attributes = epsilon, .inputs = {{1, 4}, {4}, {4}}}},
      {"batch_norm_backward", backward("fours", {{"relu", 1}}, {8, 51, 50, 8})},
      {"batch_norm_backward", backward("told apart", {{"relu", 1}, {"plus", 1}, {"split", 1}}, {20001, 3})},
      {"batch_norm_inference_backward",
       {.name = "fours",
        .attributes = epsilon,
        .inputs = {{10001, 8}, {8}, {8}, {8}, {10001, 8}},
        .positiveInputs = {3}}},
      {"sum_to_channels", {.name = "fours", .attributes = {}, .inputs = {{20001, 4}}}},
      {"sum_to_channels", {.name = "odd channels", .attributes = {}, .inputs = {{20001, 5}}}},
      {"sum_to_channels", {.name = "many channels", .attributes = {}, .inputs = {{7, 4100}}}},
      {"global_average_pool", {.name = "fours", .attributes = {}, .inputs = {{2, 130, 129, 8}}}},
      {"softmax_cross_entropy", labelled("many classes", {{"smoothing", 0.1}}, {3, 20001})},
      {"correct", labelled("many classes", {}, {3, 20001})},
      {"bernoulli_loss",
       {.name = "large images",
        .attributes = {},
        .inputs = {{2, 201, 200, 1}, {2, 201, 200, 1}},
        .unitInputs = {0, 1}}},
      {"bernoulli_loss_backward",
       {.name = "odd images",
        .attributes = {},
        .inputs = {{5, 7, 3, 1}, {5, 7, 3, 1}, {5}},
        .unitInputs = {0, 1}}},
      {"gaussian_kl", {.name = "many values", .attributes = {}, .inputs = {{2, 20001}, {2, 20001}}}},
      {"gaussian_kl_backward", {.name = "one value", .attributes = {}, .inputs = {{9, 1}, {9, 1}, {9}}}},
      {"objective", seventyTerms()},
      {"objective",
       {.name = "long terms", .attributes = {{"weight0", 1}, {"weight1", 2}}, .inputs = {{9000}, {1}}}},
      {"dot", {.name = "large", .attributes = {}, .inputs = {{20001, 3}, {20001, 3}}}},
      {"squared_sum", {.name = "large", .attributes = {}, .inputs = {{20001, 3}}}},
      {"moments",
       {.name = "large, far from zero", .attributes = {}, .inputs = {{20001, 3}}, .low = 30, .high = 31}},
      {"zeros", {.name = "large", .attributes = {}, .inputs = {{20001, 4}}}},
      {"zeros",
       {.name = "large, odd channels", .attributes = {}, .inputs = {{20001, 3}}, .low = 1, .high = 2}},
      {"histogram", {.name = "large", .attributes = {}, .inputs = {{20001, 3}}, .low = -3, .high = 40}},
  };
}

}  // namespace

class TestReductions : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    gpu_ = FakeGpu::open();
    kernels_ = makeCudaKernels(*gpu_.device);
  }

  void manyChunks_data() {
    QTest::addColumn<QByteArray>("op");
    QTest::addColumn<OpExample>("example");
    for (const Case& one : largeCases())
      QTest::addRow("%s: %s", one.op, one.example.name.c_str()) << QByteArray(one.op) << one.example;
  }
  void manyChunks() {
    QFETCH(QByteArray, op);
    QFETCH(OpExample, example);
    const OpCheck check = checkKernel(kernelOf(op.toStdString()), *findOp(op.toStdString()), example, 1);
    QVERIFY2(check.applies && check.passed, check.message.c_str());
  }

  void halves_data() {
    QTest::addColumn<QByteArray>("op");
    QTest::addColumn<OpExample>("example");
    QTest::addColumn<int>("pattern");
    const char* ops[] = {"batch_norm",
                         "batch_norm_apply",
                         "batch_norm_backward",
                         "batch_norm_inference",
                         "batch_norm_inference_backward",
                         "sum_to_channels",
                         "global_average_pool",
                         "softmax_cross_entropy",
                         "softmax_cross_entropy_backward",
                         "correct",
                         "bernoulli_loss",
                         "bernoulli_loss_backward",
                         "gaussian_kl",
                         "gaussian_kl_backward",
                         "squared_sum",
                         "dot",
                         "moments",
                         "zeros",
                         "histogram"};
    for (const char* op : ops)
      for (const OpExample& example : findOp(op)->examples())
        for (const int pattern : {3, 1, 2})
          QTest::addRow("%s: %s, %d", op, example.name.c_str(), pattern)
              << QByteArray(op) << example << pattern;
  }
  // Of the tensors with a batch and more, the even ones are bfloat16 with bit 0 of the pattern, the odd ones
  // with bit 1.
  void halves() {
    QFETCH(QByteArray, op);
    QFETCH(OpExample, example);
    QFETCH(int, pattern);
    const OpType& type = *findOp(op.toStdString());
    OpCall call{.attributes = example.attributes, .inputs = example.inputs};
    call.outputs = *type.shapes(call);
    const auto isHalf = [&](const Shape& shape, size_t place) {
      return shape.rank() >= 2 && (pattern >> (place % 2) & 1) != 0;
    };
    std::vector<std::vector<double>> inputs = drawInputs(type, example, 1);
    const DeviceQueue queue(*gpu_.device);
    std::vector<DeviceMemory> memory;
    const auto place = [&](const Shape& shape, bool half) {
      const auto count = static_cast<uint64_t>(shape.count());
      memory.push_back(std::move(*DeviceMemory::take(*gpu_.device, count * sizeof(float))));
      return DeviceTensor{{memory.back().data(), half}, shape};
    };
    // The stand-in's memory is the host's.
    std::vector<DeviceTensor> from, to;
    for (size_t i = 0; i < inputs.size(); ++i) {
      from.push_back(place(call.inputs[i], isHalf(call.inputs[i], i)));
      for (size_t n = 0; n < inputs[i].size(); ++n) {
        const auto at = static_cast<int64_t>(n);
        from[i].array.set(at, static_cast<float>(inputs[i][n]));
        inputs[i][n] = static_cast<double>(from[i].array.get(at));
      }
    }
    for (size_t o = 0; o < call.outputs.size(); ++o)
      to.push_back(place(call.outputs[o], isHalf(call.outputs[o], o)));
    const DeviceKernel& kernel = kernelOf(op.toStdString());
    const DeviceMemory workspace =
        std::move(*DeviceMemory::take(*gpu_.device, kernel.workspaceBytes(call, 1)));
    kernel.launch({.attributes = call.attributes,
                   .inputs = from,
                   .outputs = to,
                   .workspace = workspace.data(),
                   .key = nullptr,
                   .queue = queue});
    const std::vector<Guarded<double>> expected = runReference(type, example, call.outputs, inputs);
    for (size_t o = 0; o < to.size(); ++o) {
      const std::span<const double> right = expected[o].span();
      double largest = 1e-6;
      for (const double value : right) largest = std::max(largest, std::abs(value));
      for (size_t n = 0; n < right.size(); ++n) {
        const auto value = static_cast<double>(to[o].array.get(static_cast<int64_t>(n)));
        const double allowed = to[o].array.half ? 1.0 / 256 : 2e-5;
        QVERIFY2(std::abs(value - right[n]) <= allowed * largest,
                 qPrintable(QString("output %1 at %2 is %3, the reference says %4")
                                .arg(o)
                                .arg(n)
                                .arg(value)
                                .arg(right[n])));
      }
    }
  }

  // What is not a number counts in no bin, and the ends are those of the rest.
  void histogramsLeaveOutWhatIsNotFinite() {
    const Shape shape{67};
    std::vector<float> x(67, INFINITY), result(52, -1.0f);
    x[0] = std::nanf("");
    x[3] = -INFINITY;
    x[5] = -2;
    x[40] = 1;
    x[66] = 4;
    const OpAttributes attributes;
    const std::vector<TensorView<const float>> inputs{{x.data(), shape}};
    const std::vector<TensorView<float>> outputs{{result.data(), Shape{50}}};
    const KernelRun run{.attributes = attributes,
                        .inputs = inputs,
                        .outputs = outputs,
                        .workspace = nullptr,
                        .key = {},
                        .parallel = parallel_};
    kernelOf("histogram").run(run);
    QCOMPARE(result[0], -2.0f);
    QCOMPARE(result[1], 4.0f);
    for (int bin = 0; bin < 48; ++bin)
      QCOMPARE(result[static_cast<size_t>(2 + bin)], bin == 0 || bin == 24 || bin == 47 ? 1.0f : 0.0f);
    QCOMPARE(result[50], -1.0f);

    std::fill(x.begin(), x.end(), INFINITY);
    kernelOf("histogram").run(run);
    for (int n = 0; n < 50; ++n) QCOMPARE(result[static_cast<size_t>(n)], 0.0f);
  }

 private:
  const DeviceKernel& kernelOf(const std::string& op) const {
    for (const auto& kernel : kernels_->list())
      if (kernel->op() == op) return *kernel;
    qFatal("no kernel of %s", op.c_str());
  }

  FakeGpu gpu_;
  std::unique_ptr<DeviceKernels> kernels_;
  Parallel parallel_{1};
};

QTEST_GUILESS_MAIN(TestReductions)
#include "test_reductions.moc"
