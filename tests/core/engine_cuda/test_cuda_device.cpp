// The device that the plug-in exports, over libraries that run on the host: what it asks of CUDA, cuDNN and
// cuBLASLt means what the call to it means, and what CUDA refuses or fails at reaches the caller as it
// should.
#include <QtTest/QtTest>

#include <cstring>
#include <random>

#include "core/engines/cuda/device_memory.h"
#include "core/engines/cuda/device_plugin.h"
#include "core/engines/cuda/device_queue.h"
#include "tests/fake_cuda/fake_cuda.h"
#include "tests/fake_device/opened.h"

using namespace bypath;

namespace {

constexpr int64_t valuesAtMost = 4096;

// Memory of a device that starts as the same numbers on every device, float32 or bfloat16.
struct Numbers {
  DeviceMemory memory;

  Numbers(Device& device, uint32_t seed, bool half)
      : memory(std::move(*DeviceMemory::take(device, valuesAtMost * sizeof(float)))) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal;
    std::vector<std::byte> bytes(valuesAtMost * sizeof(float));
    const gpu::Array array{bytes.data(), half ? 1 : 0};
    for (int64_t i = 0; i < valuesAtMost; ++i) array.set(i, normal(random));
    DeviceQueue(device).upload(memory.data(), bytes.data(), bytes.size());
  }
  std::vector<float> values(Device& device, bool half, int64_t count) const {
    std::vector<std::byte> bytes(valuesAtMost * sizeof(float));
    DeviceQueue(device).download(bytes.data(), memory.data(), bytes.size());
    const gpu::Array array{bytes.data(), half ? 1 : 0};
    std::vector<float> out;
    for (int64_t i = 0; i < count; ++i) out.push_back(array.get(i));
    return out;
  }
};

bool agree(const std::vector<float>& one, const std::vector<float>& other, float tolerance) {
  for (size_t i = 0; i < one.size(); ++i)
    if (!(std::abs(one[i] - other[i]) <= tolerance * (1 + std::abs(other[i])))) return false;
  return one.size() == other.size();
}

ConvolutionCall shapeOf(int h, int stride, int pad, int kernel) {
  const int out = (h + 2 * pad - kernel) / stride + 1;
  return {.n = 2,
          .h = h,
          .w = h + stride,
          .c = 3,
          .k = 4,
          .kh = kernel,
          .kw = kernel,
          .oh = out,
          .ow = out + 1,
          .strideH = stride,
          .strideW = stride,
          .padH = pad,
          .padW = pad};
}

}  // namespace

class TestCudaDevice : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
#ifndef BYPATH_CUDA_ON_HOST
    QSKIP(
        "The CUDA plug-in is not built here: nvcc or cuDNN is missing, or BYPATH_CUDA is OFF; CMake's output "
        "says which.");
#endif
  }
  void init() {
#ifdef BYPATH_CUDA_ON_HOST
    const auto plugin = DevicePlugin::load(BYPATH_CUDA_ON_HOST);
    QVERIFY2(plugin, plugin ? "" : plugin.error().message.c_str());
    const auto controlOf = reinterpret_cast<FakeCudaControlFunction>((*plugin)->symbol(fakeCudaControlName));
    cuda_ = controlOf();
    *cuda_ = {};
    auto device = DevicePlugin::open(*plugin, 0);
    QVERIFY2(device, device ? "" : device.error().message.c_str());
    device_ = std::move(*device);
    reference_ = FakeGpu::open().device;
#endif
  }
  void cleanup() {
    device_.reset();
    reference_.reset();
  }

  void saysWhatItIs() {
    QCOMPARE(QString(device_->facts().name), QString("CUDA over plain memory"));
    QVERIFY(QString(device_->facts().libraries)
                .contains(QRegularExpression("^CUDA \\d+\\.\\d, cuDNN 9\\.\\d+, driver \\d+\\.\\d$")));
    DeviceLoad load;
    QCOMPARE(device_->load(&load), DeviceCode::ok);
    QCOMPARE(load.freeBytes, cuda_->free);
    QCOMPARE(load.percent, -1);
  }

  void multiplies() {
    for (const bool transposeA : {false, true})
      for (const bool transposeB : {false, true})
        for (const auto& [m, n, k] : {std::array{3, 5, 7}, std::array{1, 6, 4}, std::array{8, 1, 1}}) {
          std::vector<std::vector<float>> results;
          for (Device* device : {device_.get(), reference_.get()}) {
            const Numbers a(*device, 1, false), b(*device, 2, false), c(*device, 3, false);
            DeviceQueue(*device).multiply({.m = m,
                                           .n = n,
                                           .k = k,
                                           .transposeA = transposeA,
                                           .transposeB = transposeB,
                                           .a = a.memory.data(),
                                           .b = b.memory.data(),
                                           .c = c.memory.data()});
            results.push_back(c.values(*device, false, valuesAtMost));
          }
          QVERIFY2(agree(results[0], results[1], 1e-6f),
                   qPrintable(
                       QString("%1 %2, %3 x %4 x %5").arg(transposeA).arg(transposeB).arg(m).arg(n).arg(k)));
        }
  }
  void multipliesNothing() {
    const Numbers a(*device_, 1, false), c(*device_, 3, false);
    const DeviceQueue queue(*device_);
    queue.multiply(
        {.m = 0, .n = 4, .k = 4, .a = a.memory.data(), .b = a.memory.data(), .c = c.memory.data()});
    queue.multiply(
        {.m = 2, .n = 2, .k = 0, .a = a.memory.data(), .b = a.memory.data(), .c = c.memory.data()});
    QCOMPARE(c.values(*device_, false, 4), std::vector<float>(4, 0.0f));
    QVERIFY(c.values(*device_, false, 5)[4] != 0);
  }

  void convolves_data() {
    QTest::addColumn<int>("part");
    QTest::addColumn<bool>("half");
    QTest::addColumn<bool>("adds");
    QTest::addColumn<bool>("bias");
    QTest::addColumn<bool>("relu");
    for (int part = 0; part < 3; ++part)
      for (const bool half : {false, true})
        for (const bool adds : {false, true})
          for (int epilogue = 0; epilogue < (part == 0 ? 3 : 1); ++epilogue)
            QTest::addRow("part %d half %d adds %d epilogue %d", part, half, adds, epilogue)
                << part << half << adds << (epilogue > 0) << (epilogue > 1);
  }
  void convolves() {
    QFETCH(int, part);
    QFETCH(bool, half);
    QFETCH(bool, adds);
    QFETCH(bool, bias);
    QFETCH(bool, relu);
    for (ConvolutionCall call : {shapeOf(6, 1, 1, 3), shapeOf(7, 2, 1, 3), shapeOf(5, 2, 0, 1)})
      for (const int algorithm : {-1, 1, 3}) {
        std::vector<std::vector<float>> results;
        for (Device* device : {device_.get(), reference_.get()}) {
          const Numbers x(*device, 1, half), w(*device, 2, half), y(*device, 3, half), b(*device, 4, false);
          const Numbers workspace(*device, 5, false);
          call.part = static_cast<ConvolutionPart>(part);
          call.math = half ? DeviceMath::bf16 : DeviceMath::float32;
          call.x = x.memory.data(), call.weights = w.memory.data(), call.y = y.memory.data();
          call.bias = bias ? b.memory.data() : nullptr;
          call.relu = relu;
          call.addToResult = adds;
          call.workspace = workspace.memory.data();
          call.workspaceBytes = workspace.memory.bytes();
          call.algorithm = device == device_.get() ? algorithm : 0;
          DeviceQueue(*device).convolve(call);
          const Numbers& result = part == 0 ? y : part == 1 ? x : w;
          results.push_back(result.values(*device, half, 200));
        }
        // A bfloat16 result is rounded once more where the bias comes after.
        QVERIFY(agree(results[0], results[1], half && bias ? 0.02f : 1e-5f));
      }
  }
  void addsTheBiasItselfWhereCudnnWillNot() {
    const Numbers x(*device_, 1, false), w(*device_, 2, false), y(*device_, 3, false), b(*device_, 4, false);
    ConvolutionCall call = shapeOf(6, 1, 1, 3);
    call.x = x.memory.data(), call.weights = w.memory.data(), call.y = y.memory.data();
    call.bias = b.memory.data(), call.relu = true, call.algorithm = 1;
    const DeviceQueue queue(*device_);
    queue.convolve(call);
    QCOMPARE(cuda_->epilogues, 1);
    const std::vector<float> fused = y.values(*device_, false, 200);
    call.algorithm = 3;
    cuda_->cudnnRefuses = 3000;
    queue.convolve(call);
    cuda_->cudnnRefuses = 0;
    QVERIFY(agree(y.values(*device_, false, 200), fused, 1e-5f));
    queue.convolve(call);
    QCOMPARE(cuda_->epilogues, 1);  // it is not asked again
    QVERIFY(agree(y.values(*device_, false, 200), fused, 1e-5f));
  }

  void listsTheAlgorithms() {
    const ConvolutionCall call = shapeOf(6, 1, 1, 3);
    ConvolutionAlgorithm found[8];
    int32_t count = 0;
    QCOMPARE(device_->convolutionAlgorithms(call, found, 8, &count), DeviceCode::ok);
    QCOMPARE(count, 3);
    QCOMPARE(found[0].number, 0);
    QVERIFY(!found[0].deterministic);
    QVERIFY(found[0].workspaceBytes > 0);
    QCOMPARE(found[1].number, 1);
    QVERIFY(found[1].deterministic);
    QCOMPARE(found[2].number, 3);
    QCOMPARE(device_->convolutionAlgorithms(call, found, 2, &count), DeviceCode::ok);
    QCOMPARE(count, 2);
    QCOMPARE(cuda_->heuristics, 1);
  }
  void refusesTooLittleWorkspace() {
    const Numbers x(*device_, 1, false);
    ConvolutionCall call = shapeOf(6, 1, 1, 3);
    call.x = call.weights = call.y = x.memory.data();
    call.algorithm = 0;
    QCOMPARE(device_->convolve(call), DeviceCode::unsupported);
    QVERIFY(std::strlen(device_->errorText()) > 0);
    call.algorithm = -1;
    QCOMPARE(device_->convolve(call), DeviceCode::ok);
  }
  void timesAConvolution() {
    const Numbers x(*device_, 1, false), w(*device_, 2, false), y(*device_, 3, false);
    ConvolutionCall call = shapeOf(6, 1, 1, 3);
    call.x = x.memory.data(), call.weights = w.memory.data(), call.y = y.memory.data();
    double seconds = 0;
    QCOMPARE(device_->timeConvolution(call, &seconds), DeviceCode::ok);
    QCOMPARE(seconds, 0.002);
  }
  // CUDNN_FMA_MATH 3, CUDNN_DEFAULT_MATH 0, CUDNN_TENSOR_OP_MATH 1; CUBLAS_COMPUTE_32F 68, FAST_TF32 77,
  // FAST_16BF 75.
  void roundsOnlyWhereAsked() {
    const Numbers x(*device_, 1, false), w(*device_, 2, false), y(*device_, 3, false);
    const std::pair<int, int> wanted[] = {{3, 68}, {0, 77}, {1, 75}};
    for (const DeviceMath math : {DeviceMath::float32, DeviceMath::tf32, DeviceMath::bf16}) {
      ConvolutionCall call = shapeOf(6, 1, 1, 3);
      call.math = math;
      call.x = x.memory.data(), call.weights = w.memory.data(), call.y = y.memory.data();
      DeviceQueue(*device_).convolve(call);
      DeviceQueue(*device_).multiply(
          {.math = math, .m = 2, .n = 2, .k = 2, .a = call.x, .b = call.x, .c = call.y});
      QCOMPARE(std::pair(cuda_->mathType, cuda_->computeType), wanted[static_cast<int>(math)]);
    }
    // The same calls again ask nothing new.
    const int asked = cuda_->heuristics;
    DeviceQueue(*device_).multiply(
        {.m = 2, .n = 2, .k = 2, .a = x.memory.data(), .b = x.memory.data(), .c = y.memory.data()});
    QCOMPARE(cuda_->heuristics, asked);
  }

  void recordsWhatCudaCanRecord() {
    const auto pinned = DeviceMemory::take(*device_, 64, DeviceMemory::Kind::pinned);
    const auto there = DeviceMemory::take(*device_, 64);
    auto* host = pinned->as<float>();
    float plain = 7;
    double seconds = 0;
    QCOMPARE(device_->beginRecording(), DeviceCode::ok);
    QCOMPARE(device_->upload(there->data(), host, 4, DeviceStream::compute), DeviceCode::ok);
    QCOMPARE(device_->upload(there->data(), &plain, 4, DeviceStream::compute), DeviceCode::unsupported);
    QVERIFY(QString(device_->errorText()).contains("pinned"));
    QCOMPARE(device_->wait(DeviceStream::compute), DeviceCode::unsupported);
    QCOMPARE(device_->order(DeviceStream::compute, DeviceStream::copies), DeviceCode::unsupported);
    QCOMPARE(device_->timeConvolution(shapeOf(6, 1, 1, 3), &seconds), DeviceCode::unsupported);
    QCOMPARE(device_->upload(there->data(), &plain, 4, DeviceStream::copies), DeviceCode::ok);
    QCOMPARE(device_->wait(DeviceStream::copies), DeviceCode::ok);
    QCOMPARE(device_->download(host + 1, there->data(), 4, DeviceStream::compute), DeviceCode::ok);
    DeviceGraph* graph = nullptr;
    QCOMPARE(device_->endRecording(&graph), DeviceCode::ok);
    for (const float value : {1.5f, 2.5f}) {
      host[0] = value;
      QCOMPARE(device_->replay(graph), DeviceCode::ok);
      QCOMPARE(device_->wait(DeviceStream::compute), DeviceCode::ok);
      QCOMPARE(host[1], value);
    }
    device_->destroy(graph);
    QCOMPARE(device_->order(DeviceStream::compute, DeviceStream::copies), DeviceCode::ok);
    QCOMPARE(device_->order(DeviceStream::copies, DeviceStream::compute), DeviceCode::ok);
  }
  void forgetsARecordingThatWasNotEnded() {
    DeviceGraph* graph = nullptr;
    QCOMPARE(device_->endRecording(&graph), DeviceCode::unsupported);
    QCOMPARE(device_->beginRecording(), DeviceCode::ok);
    QCOMPARE(device_->beginRecording(), DeviceCode::ok);
    QCOMPARE(device_->endRecording(&graph), DeviceCode::ok);
    device_->destroy(graph);
    QCOMPARE(device_->wait(DeviceStream::compute), DeviceCode::ok);
    QCOMPARE(device_->beginRecording(), DeviceCode::ok);  // and is closed like this
  }

  void goesOnWhenMemoryIsShort() {
    void* memory = nullptr;
    QCOMPARE(device_->allocate(&memory, cuda_->free + 1), DeviceCode::outOfMemory);
    QCOMPARE(device_->allocate(&memory, 64), DeviceCode::ok);
    device_->release(memory);
  }
  void goesOnAfterACallThatWasWrong() {
    const auto there = DeviceMemory::take(*device_, 64);
    cuda_->failWith = 1;  // cudaErrorInvalidValue
    QCOMPARE(device_->zero(there->data(), 64), DeviceCode::unsupported);
    QCOMPARE(device_->zero(there->data(), 64), DeviceCode::ok);
  }
  void isLostForEver() {
    const auto there = DeviceMemory::take(*device_, 64);
    cuda_->failWith = 700;  // cudaErrorIllegalAddress
    QCOMPARE(device_->wait(DeviceStream::compute), DeviceCode::lost);
    QCOMPARE(QString(device_->errorText()), QString("an illegal memory access was encountered"));
    void* memory = nullptr;
    DeviceGraph* graph = nullptr;
    DeviceLoad load;
    QCOMPARE(device_->zero(there->data(), 64), DeviceCode::lost);
    QCOMPARE(device_->allocate(&memory, 64), DeviceCode::lost);
    QCOMPARE(device_->multiply({.m = 1, .n = 1, .k = 1}), DeviceCode::lost);
    QCOMPARE(device_->convolve(shapeOf(6, 1, 1, 3)), DeviceCode::lost);
    QCOMPARE(device_->beginRecording(), DeviceCode::lost);
    QCOMPARE(device_->endRecording(&graph), DeviceCode::lost);
    QCOMPARE(device_->load(&load), DeviceCode::lost);
    QCOMPARE(QString(device_->errorText()), QString("an illegal memory access was encountered"));
  }
  // A library says no more than that it failed; the device is asked itself.
  void asksTheDeviceWhenALibraryFails() {
    const Numbers x(*device_, 1, false);
    ConvolutionCall call = shapeOf(6, 1, 1, 3);
    call.x = call.weights = call.y = x.memory.data();
    call.bias = x.memory.data(), call.relu = true, call.algorithm = 1;
    cuda_->cudnnRefuses = 5000;  // CUDNN_STATUS_EXECUTION_FAILED
    QCOMPARE(device_->convolve(call), DeviceCode::unsupported);
    cuda_->failWith = 719, cuda_->sticks = true;  // cudaErrorLaunchFailure
    QCOMPARE(device_->convolve(call), DeviceCode::lost);
  }

 private:
  FakeCudaControl* cuda_ = nullptr;
  std::shared_ptr<Device> device_, reference_;
};

QTEST_GUILESS_MAIN(TestCudaDevice)
#include "test_cuda_device.moc"
