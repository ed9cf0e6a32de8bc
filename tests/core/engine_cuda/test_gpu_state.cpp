// What is told of a GPU before it is chosen: one that is there, and one that goes.
#include <QtTest/QtTest>

#include <cstdlib>

#include "core/engines/cuda/device_plugin.h"
#include "core/engines/cuda/gpu_state.h"

using namespace bypath;

class TestGpuState : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    setenv("BYPATH_CUDA_PLUGIN", BYPATH_FAKE_DEVICE, 1);
    setenv("BYPATH_FAKE_MEMORY", "1073741824", 1);
    setenv("BYPATH_FAKE_FAIL", "3", 1);
  }

  void saysWhatIsThere() {
    const GpuState gpu = gpuState();
    QCOMPARE(gpu.problem, "");
    QCOMPARE(gpu.name, "Stand-in for a GPU");
    QCOMPARE(gpu.libraries, "plain memory");
    QCOMPARE(gpu.memory, uint64_t{1} << 30);
    QCOMPARE(gpu.free, uint64_t{1} << 30);
    QCOMPARE(gpu.percent, 42);
    QVERIFY(gpu.tf32 && gpu.bf16);
  }
  void followsWhatIsTaken() {
    void* memory = nullptr;
    QCOMPARE((*cudaDevice())->allocate(&memory, 1 << 20), DeviceCode::ok);
    QCOMPARE(gpuState().free, (uint64_t{1} << 30) - (1 << 20));
    (*cudaDevice())->release(memory);
  }
  void aLostOneIsNotUsedAgain() {
    const GpuState gpu = gpuState();
    QVERIFY2(gpu.problem.find("illegal memory access") != std::string::npos, gpu.problem.c_str());
    QVERIFY2(gpu.problem.ends_with("started anew."), gpu.problem.c_str());
    QVERIFY(!cudaDevice().ok());
    QCOMPARE(gpuState().problem, gpu.problem);
  }
};

QTEST_GUILESS_MAIN(TestGpuState)
#include "test_gpu_state.moc"
