// What is told where there is no GPU: the reason, and nothing else.
#include <QtTest/QtTest>

#include <cstdlib>

#include "core/engines/cuda/gpu_state.h"

using namespace bypath;

class TestGpuStateOff : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void saysWhy() {
    setenv("BYPATH_CUDA_PLUGIN", BYPATH_FAKE_DEVICE, 1);
    setenv("BYPATH_FAKE_REFUSE", "NVIDIA's driver is too old.", 1);
    const GpuState gpu = gpuState();
    QCOMPARE(gpu.problem, "NVIDIA's driver is too old.");
    QCOMPARE(gpu.name, "");
    QCOMPARE(gpu.percent, -1);
    QVERIFY(!gpu.tf32 && !gpu.bf16);
  }
};

QTEST_GUILESS_MAIN(TestGpuStateOff)
#include "test_gpu_state_off.moc"
