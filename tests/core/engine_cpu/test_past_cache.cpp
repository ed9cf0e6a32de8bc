// Results written past the caches are the same bits as those written through them, tails included.
#include <QtTest>
#include <random>

#include "core/engines/cpu/channel_spans.h"
#include "core/engines/cpu/cpu_engine.h"
#include "core/engines/cpu/element_wise_spans.h"
#include "core/tensor/buffer.h"

using namespace bypath;

namespace {

constexpr unsigned seed = 17;

Buffer<float> random(size_t count) {
  static std::mt19937 generator(seed);
  std::uniform_real_distribution<float> draw(-1, 1);
  Buffer<float> values(count);
  for (float& value : values.span()) value = draw(generator);
  return values;
}

// Runs both ways into memory with a guard behind it.
template <class Run>
bool sameBits(size_t count, const Run& run) {
  Buffer<float> near(count + 16), past(count + 16);
  run(near.data(), false);
  run(past.data(), true);
  return std::equal(near.data(), near.data() + count + 16, past.data());
}

}  // namespace

class TestPastCache : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void sameBits_data() {
    QTest::addColumn<QString>("instructions");
    QTest::addColumn<int>("channels");
    QTest::addColumn<int>("rows");
    for (const std::string& set : cpuInstructionSets())
      for (const auto& [channels, rows] : {std::pair{16, 100}, {3, 57}, {17, 9}, {64, 3}})
        QTest::addRow("%s, %d rows of %d", set.c_str(), rows, channels)
            << QString::fromStdString(set) << channels << rows;
  }

  void sameBits() {
    QFETCH(QString, instructions);
    QFETCH(int, channels);
    QFETCH(int, rows);
    QVERIFY(restrictCpuInstructionSet(instructions.toStdString()));
    const int64_t count = int64_t{channels} * rows, period = channelPeriod(channels);
    const auto x = random(size_t(count)), dy = random(size_t(count)), plus = random(size_t(count));
    const auto mean = random(size_t(period)), scale = random(size_t(period)), shift = random(size_t(period));
    for (const bool relu : {false, true}) {
      QVERIFY(::sameBits(size_t(count), [&](float* y, bool pastCache) {
        channelAffine(x.data(), count, period, {mean.data(), scale.data(), shift.data(), nullptr, relu}, y,
                      pastCache);
      }));
      QVERIFY(::sameBits(size_t(count), [&](float* dx, bool pastCache) {
        channelGradient(x.data(), dy.data(), count, period, mean.data(), scale.data(),
                        relu ? shift.data() : nullptr, shift.data(), mean.data(),
                        relu ? plus.data() : nullptr, dx, pastCache);
      }));
      QVERIFY(::sameBits(size_t(count), [&](float* y, bool pastCache) {
        mapSpans(relu ? Binary::addRelu : Binary::add, 0, x.data(), dy.data(), y, count, pastCache);
      }));
    }
    // Memory that does not begin at a line is written through the caches, not refused.
    Buffer<float> y(size_t(count) + 1);
    mapSpans(Binary::add, 0, x.data(), dy.data(), y.data() + 1, count, true);
    QCOMPARE(y[size_t(count)], x[size_t(count) - 1] + dy[size_t(count) - 1]);
    restrictCpuInstructionSet("");
  }
};

QTEST_GUILESS_MAIN(TestPastCache)
#include "test_past_cache.moc"
