// Kernels of the device whose tensors are float32 and bfloat16 in every mixture, run on the stand-in for a
// GPU, against the double-precision reference of the same rounded inputs: the examples of their ops, and
// calls that take more than one launch, meet a NaN, or are recorded and run again.
#include <cmath>
#include <deque>
#include <QtTest/QtTest>
#include <random>

#include "core/engines/cuda/cuda_engine.h"
#include "core/ops/catalog.h"
#include "core/ops/window.h"
#include "tests/fake_device/opened.h"

using namespace bypath;

Q_DECLARE_METATYPE(const bypath::OpType*)
Q_DECLARE_METATYPE(bypath::OpExample)

namespace {

constexpr StepKey firstKey{.seed = 12345678901234567, .step = 40, .firstSample = 1000};
constexpr uint64_t guardBytes = 64;

using Doubles = std::vector<double>;

float rounded(double value, bool half) {
  const auto number = static_cast<float>(value);
  return half ? gpu::fromBf16(gpu::toBf16(number)) : number;
}

// A tensor on the device, float32 or bfloat16, with guard bytes behind it.
struct OnDevice {
  DeviceTensor tensor;
  DeviceMemory memory;
  uint64_t bytes = 0;

  OnDevice(const DeviceQueue& queue, const Shape& shape, bool half) {
    bytes = static_cast<uint64_t>(shape.count()) * (half ? 2 : 4);
    Result<DeviceMemory> taken = DeviceMemory::take(queue.device(), bytes + guardBytes);
    if (!taken) qFatal("%s", taken.error().message.c_str());
    memory = std::move(*taken);
    tensor = {{memory.data(), half}, shape};
  }
  // The stand-in's memory is the host's.
  void fill(const Doubles& values) const {
    for (int64_t i = 0; i < tensor.count(); ++i)
      tensor.array.set(i, static_cast<float>(values[static_cast<size_t>(i)]));
  }
  bool intact() const {
    return std::all_of(memory.data() + bytes, memory.data() + bytes + guardBytes,
                       [](std::byte one) { return one == std::byte{0xff}; });
  }
};

// Values of an example as arrays of these widths hold them; bit i of `halves` is input i's.
std::vector<Doubles> drawRounded(const OpExample& example, uint32_t halves) {
  std::mt19937 generator(7);
  std::uniform_real_distribution<float> draw(static_cast<float>(example.low),
                                             static_cast<float>(example.high));
  std::vector<Doubles> inputs;
  const auto round = [&](size_t i) {
    for (double& value : inputs[i]) value = static_cast<double>(rounded(value, halves >> i & 1));
  };
  for (size_t i = 0; i < example.inputs.size(); ++i) {
    Doubles& values = inputs.emplace_back(static_cast<size_t>(example.inputs[i].count()));
    const bool isLabel = std::ranges::count(example.labelInputs, static_cast<int>(i)) > 0;
    for (double& value : values)
      value = isLabel ? static_cast<double>(generator() % static_cast<uint32_t>(example.labelBound))
                      : static_cast<double>(draw(generator));
    round(i);
  }
  if (example.derive) {
    std::vector<ReferenceTensor> tensors;
    for (size_t i = 0; i < inputs.size(); ++i) tensors.push_back({inputs[i], example.inputs[i]});
    example.derive(example.attributes, tensors);
    for (size_t i = 0; i < inputs.size(); ++i) round(i);
  }
  return inputs;
}

Doubles referenceOf(const OpType& type, const OpExample& example, std::vector<Doubles> inputs,
                    const Shape& shape, const StepKey& key) {
  std::vector<ReferenceTensor> tensors;
  for (size_t i = 0; i < inputs.size(); ++i) tensors.push_back({inputs[i], example.inputs[i]});
  Doubles expected(static_cast<size_t>(shape.count()), 0);
  const std::vector<ReferenceTensor> outputs = {{expected, shape}};
  type.reference({example.attributes, tensors, outputs, key});
  return expected;
}

Shape outputShape(const OpType& type, const OpExample& example) {
  return (*type.shapes({.attributes = example.attributes, .inputs = example.inputs}))[0];
}

}  // namespace

class TestMixedArrays : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    gpu_ = FakeGpu::open();
    kernels_ = makeCudaKernels(*gpu_.device);
  }
  void everyMixture_data();
  void everyMixture();
  void moreThanALaunchTakes_data();
  void moreThanALaunchTakes();
  void notNumbersInMaxPools();
  void aRecordedDropoutReadsItsKey();

 private:
  // One run of the kernel of `type`, its output a bfloat16 with bit inputs.size() of `halves`.
  struct Call {
    std::deque<OnDevice> inputs, outputs;
    std::vector<DeviceTensor> from, to;
    DeviceMemory key;
  };
  Call place(const OpType& type, const OpExample& example, const std::vector<Doubles>& inputs,
             uint32_t halves) {
    Call call;
    for (size_t i = 0; i < inputs.size(); ++i) {
      call.inputs.emplace_back(queue(), example.inputs[i], halves >> i & 1).fill(inputs[i]);
      call.from.push_back(call.inputs.back().tensor);
    }
    call.outputs.emplace_back(queue(), outputShape(type, example), halves >> inputs.size() & 1);
    call.to.push_back(call.outputs.back().tensor);
    call.key = std::move(*DeviceMemory::take(*gpu_.device, sizeof(DeviceStepKey)));
    setKey(call, firstKey);
    return call;
  }
  static void setKey(const Call& call, const StepKey& key) {
    *call.key.as<DeviceStepKey>() = {.seed = key.seed, .step = key.step, .firstSample = key.firstSample};
  }
  void launch(const OpType& type, const OpExample& example, const Call& call) const {
    for (const auto& kernel : kernels_->list())
      if (kernel->op() == type.id)
        return kernel->launch({.attributes = example.attributes,
                               .inputs = call.from,
                               .outputs = call.to,
                               .workspace = nullptr,
                               .key = call.key.as<DeviceStepKey>(),
                               .queue = queue()});
    QFAIL("there is no such kernel");
  }
  DeviceQueue queue() const { return DeviceQueue(*gpu_.device); }

  // `digits`: of a bfloat16 result that are right, where more than its own rounding is in it.
  static void compare(const Call& call, const Doubles& expected, double digits = 8) {
    const gpu::Array& output = call.to[0].array;
    for (const OnDevice& input : call.inputs) QVERIFY(input.intact());
    QVERIFY(call.outputs[0].intact());
    double largest = 1e-6;
    for (const double value : expected)
      if (std::isfinite(value)) largest = std::max(largest, std::abs(value));
    for (size_t i = 0; i < expected.size(); ++i) {
      const auto value = static_cast<double>(output.get(static_cast<int64_t>(i)));
      if (std::isnan(expected[i])) {
        QVERIFY(std::isnan(value));
        continue;
      }
      const double rounding = output.half ? std::exp2(-digits) : 0;
      const double allowed = 1e-5 * largest + rounding * (digits < 8 ? largest : std::abs(expected[i]));
      if (std::abs(value - expected[i]) <= allowed) continue;
      const std::string text = "value " + std::to_string(i) + " is " + std::to_string(value) +
                               ", the reference says " + std::to_string(expected[i]);
      QFAIL(text.c_str());
    }
  }

  FakeGpu gpu_;
  std::unique_ptr<DeviceKernels> kernels_;
};

void TestMixedArrays::everyMixture_data() {
  QTest::addColumn<const OpType*>("type");
  QTest::addColumn<OpExample>("example");
  const auto add = [](const char* op, const OpExample& example) {
    QTest::addRow("%s: %s", op, example.name.c_str()) << findOp(op) << example;
  };
  for (const char* op : {"relu",
                         "relu_backward",
                         "elu",
                         "elu_backward",
                         "sigmoid",
                         "sigmoid_backward",
                         "tanh",
                         "tanh_backward",
                         "add",
                         "multiply",
                         "scale",
                         "scale_by_scalar",
                         "bias_add",
                         "reshape",
                         "concat",
                         "slice_channels",
                         "pad_channels",
                         "pad_channels_backward",
                         "max_pool",
                         "max_pool_backward",
                         "average_pool",
                         "average_pool_backward",
                         "global_average_pool_backward",
                         "dropout",
                         "gaussian_sample",
                         "gaussian_sample_backward"})
    for (const OpExample& example : findOp(op)->examples()) add(op, example);
  add("slice_channels",
      {.name = "fours", .attributes = {{"begin", 4}, {"channels", 8}}, .inputs = {{5, 16}}});
  add("pad_channels",
      {.name = "fours", .attributes = {{"before", 4}, {"channels", 24}}, .inputs = {{2, 3, 4, 16}}});
  add("pad_channels_backward",
      {.name = "fewer pixels than the stride reaches",
       .attributes = {{"stride_h", 2}, {"stride_w", 3}, {"channels", 4}, {"height", 7}, {"width", 8}},
       .inputs = {{2, 2, 2, 8}}});
  const OpAttributes window =
      Window{.kernelH = 3, .kernelW = 3, .strideH = 2, .strideW = 2, .padBottom = 1}.attributesWithKernel();
  add("max_pool", {.name = "large images", .attributes = window, .inputs = {{3, 32, 17, 8}}});
}

void TestMixedArrays::everyMixture() {
  QFETCH(const OpType*, type);
  QFETCH(OpExample, example);
  const Shape shape = outputShape(*type, example);
  for (uint32_t halves = 0; halves < 2u << example.inputs.size(); ++halves) {
    const std::vector<Doubles> inputs = drawRounded(example, halves);
    const Call call = place(*type, example, inputs, halves);
    launch(*type, example, call);
    compare(call, referenceOf(*type, example, inputs, shape, firstKey));
    if (QTest::currentTestFailed()) {
      qWarning("with widths %u", halves);
      return;
    }
  }
}

void TestMixedArrays::moreThanALaunchTakes_data() {
  QTest::addColumn<int>("parts");
  for (const int parts : {7, 8, 9, 15, 16, 19}) QTest::addRow("%d", parts) << parts;
}

// Sums and joins of many tensors; a sum also in the place of one of its terms.
void TestMixedArrays::moreThanALaunchTakes() {
  QFETCH(int, parts);
  for (const uint32_t halves : {0u, ~0u, 0xaaaaaaaau, 0x33333333u}) {
    OpExample joined{.name = "parts", .attributes = {}, .inputs = {}};
    for (int part = 0; part < parts; ++part) joined.inputs.push_back({3, 2, 2, 1 + part % 6});
    for (int of = 1; of <= 4; of += 3) {
      for (Shape& shape : joined.inputs) shape.set(3, shape[3] * of);
      const std::vector<Doubles> inputs = drawRounded(joined, halves);
      const Call call = place(concatOp(), joined, inputs, halves);
      launch(concatOp(), joined, call);
      compare(call, referenceOf(concatOp(), joined, inputs, outputShape(concatOp(), joined), firstKey));
    }
    OpExample added{.name = "terms", .attributes = {{"relu", 1}}, .inputs = {}};
    added.inputs.assign(static_cast<size_t>(parts), Shape{5, 7});
    for (int inPlace = -1; inPlace < 2; ++inPlace) {
      const std::vector<Doubles> inputs = drawRounded(added, halves);
      Call call = place(addOp(), added, inputs, halves);
      if (inPlace >= 0) call.to[0] = call.from[static_cast<size_t>(inPlace)];
      launch(addOp(), added, call);
      compare(call, referenceOf(addOp(), added, inputs, Shape{5, 7}, firstKey), 6);
    }
    if (QTest::currentTestFailed()) return;
  }
}

// A NaN at the beginning of a window is its maximum, any other is not.
void TestMixedArrays::notNumbersInMaxPools() {
  for (const OpType* type : {findOp("max_pool"), findOp("max_pool_backward")})
    for (OpExample example : type->examples())
      for (const uint32_t halves : {0u, 1u, 2u, 15u}) {
        std::vector<Doubles> inputs = drawRounded(example, halves);
        for (size_t i = 0; i < inputs[0].size(); i += 5) inputs[0][i] = std::nan("");
        if (example.derive) {
          std::vector<ReferenceTensor> tensors;
          for (size_t i = 0; i < inputs.size(); ++i) tensors.push_back({inputs[i], example.inputs[i]});
          example.derive(example.attributes, tensors);
          for (double& value : inputs[1]) value = static_cast<double>(rounded(value, halves >> 1 & 1));
        }
        const Call call = place(*type, example, inputs, halves);
        launch(*type, example, call);
        compare(call, referenceOf(*type, example, inputs, outputShape(*type, example), firstKey));
        if (QTest::currentTestFailed()) return;
      }
}

void TestMixedArrays::aRecordedDropoutReadsItsKey() {
  const OpType& type = *findOp("dropout");
  for (const OpExample& example : type.examples()) {
    std::vector<Doubles> inputs = drawRounded(example, 0);
    for (size_t i = 0; i < inputs[0].size(); i += 3) inputs[0][i] = std::nan("");  // gone where it is dropped
    const Call call = place(type, example, inputs, 0);
    DeviceGraph* graph = nullptr;
    queue().must(gpu_.device->beginRecording(), "recording");
    launch(type, example, call);
    queue().must(gpu_.device->endRecording(&graph), "recording");
    for (const StepKey& key : {firstKey, StepKey{.seed = 3, .step = 41, .firstSample = 7}}) {
      setKey(call, key);
      queue().must(gpu_.device->replay(graph), "replaying");
      compare(call, referenceOf(type, example, inputs, outputShape(type, example), key));
    }
    gpu_.device->destroy(graph);
    if (QTest::currentTestFailed()) return;
  }
}

QTEST_GUILESS_MAIN(TestMixedArrays)
#include "test_mixed_arrays.moc"
