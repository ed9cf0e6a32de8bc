// Who has the GPU keeps others from it, and nobody from the processor.
#include <QtTest>
#include <thread>

#include "gui/app/gpu_turn.h"

using namespace bypath;

namespace {

using std::chrono::milliseconds;

bool free(const std::string& engine, milliseconds patience = milliseconds(0)) {
  bool taken = false;
  std::jthread([&] { taken = GpuTurn::take(engine, patience).ok(); }).join();
  return taken;
}

}  // namespace

class TestGpuTurn : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void oneAtATime() {
    {
      const Result<GpuTurn> turn = GpuTurn::take("cuda");
      QVERIFY(turn.ok());
      QVERIFY(!free("cuda"));
      QVERIFY(free("cpu"));
      QVERIFY(free("reference"));
    }
    QVERIFY(free("cuda"));
  }

  void waitsForWhoIsAboutToEnd() {
    std::jthread other;
    {
      std::atomic<bool> has = false;
      other = std::jthread([&has] {
        const Result<GpuTurn> turn = GpuTurn::take("cuda");
        has = true;
        std::this_thread::sleep_for(milliseconds(50));
      });
      QTRY_VERIFY(has);
    }
    QVERIFY(free("cuda", std::chrono::seconds(20)));
  }
};

QTEST_GUILESS_MAIN(TestGpuTurn)
#include "test_gpu_turn.moc"
