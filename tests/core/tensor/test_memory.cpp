#include <algorithm>
#include <QtTest>

#include "core/tensor/buffer.h"

using namespace bypath;

class TestMemory : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void everySizeIsAlignedAndWritable() {
    for (const size_t bytes :
         {size_t{0}, size_t{1}, size_t{63}, size_t{4096}, size_t{4} << 20, (size_t{5} << 20) + 1}) {
      const TensorMemory memory = takeMemory(bytes);
      QVERIFY(memory);
      QCOMPARE(reinterpret_cast<uintptr_t>(memory.get()) % memoryAlignment, uintptr_t{0});
      std::fill_n(memory.get(), bytes, std::byte{7});
    }
  }

  void whatNoMachineHasIsRefused() {
    QVERIFY(!takeMemory(size_t{1} << 62));
    QVERIFY(!takeMemory(SIZE_MAX));
  }

  void buffersBeginAtZeroAndMove() {
    Buffer<float> buffer((size_t{3} << 20) + 5);
    QVERIFY(std::ranges::all_of(buffer.span(), [](float value) { return value == 0; }));
    buffer[buffer.size() - 1] = 2;
    const Buffer<float> moved = std::move(buffer);
    QCOMPARE(moved[moved.size() - 1], 2.0f);
    QVERIFY(Buffer<float>().span().empty());
  }
};

QTEST_GUILESS_MAIN(TestMemory)
#include "test_memory.moc"
