// What kernels of the device read and write: rounding to bfloat16, four values at a time, places in images.
#include <bit>
#include <cmath>
#include <limits>
#include <QtTest/QtTest>

#include "core/engines/cuda/device/pixels.h"

using namespace bypath::gpu;

class TestArray : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void everyHalfIsItself();
  void roundsToTheNearest();
  void largeNumbersBecomeInfinity();
  void notANumberStaysOne();
  void foursAtTheEnds_data();
  void foursAtTheEnds();
  void channelsOfFours();
  void dividesInBothWidths();
  void placesInImages();
  void lanesOfFourAndOfOne();
};

void TestArray::everyHalfIsItself() {
  for (uint32_t half = 0; half < 0x10000; ++half) {
    const float value = fromBf16(static_cast<uint16_t>(half));
    if (std::isnan(value))
      QVERIFY(std::isnan(fromBf16(toBf16(value))));
    else
      QCOMPARE(uint32_t{toBf16(value)}, half);
  }
}

// Between each half and the next, of both signs: below the middle down, above it up, in it to the even one.
void TestArray::roundsToTheNearest() {
  for (uint32_t sign : {0u, 0x8000u})
    for (uint32_t magnitude = 0; magnitude < 0x7f80; ++magnitude) {
      const uint32_t half = sign | magnitude, next = half + 1;
      const auto rounded = [&](uint32_t rest) { return uint32_t{toBf16(fromBits((half << 16) | rest))}; };
      QCOMPARE(rounded(0x0001), half);
      QCOMPARE(rounded(0x7fff), half);
      QCOMPARE(rounded(0x8000), half % 2 ? next : half);
      QCOMPARE(rounded(0x8001), next);
      QCOMPARE(rounded(0xffff), next);
    }
}

void TestArray::largeNumbersBecomeInfinity() {
  const float infinity = std::numeric_limits<float>::infinity();
  QCOMPARE(fromBf16(toBf16(infinity)), infinity);
  QCOMPARE(fromBf16(toBf16(-infinity)), -infinity);
  QCOMPARE(fromBf16(toBf16(std::numeric_limits<float>::max())), infinity);
  QCOMPARE(fromBf16(toBf16(std::numeric_limits<float>::lowest())), -infinity);
  QVERIFY(std::isfinite(fromBf16(toBf16(3.38e38f))));
}

void TestArray::notANumberStaysOne() {
  for (const uint32_t bits : {0x7f800001u, 0x7f80ffffu, 0x7fc00000u, 0x7fffffffu, 0xff800001u, 0xffffffffu}) {
    QVERIFY(std::isnan(fromBf16(toBf16(fromBits(bits)))));
    QCOMPARE(std::signbit(fromBf16(toBf16(fromBits(bits)))), (bits >> 31) == 1);
  }
}

void TestArray::foursAtTheEnds_data() {
  QTest::addColumn<int>("half");
  QTest::newRow("float32") << 0;
  QTest::newRow("bfloat16") << 1;
}

void TestArray::foursAtTheEnds() {
  QFETCH(int, half);
  constexpr int64_t places = 16;
  for (int64_t count = 1; count <= 12; ++count) {
    alignas(64) float from[places], to[places];
    const Array x{from, half}, y{to, half};
    for (int64_t i = 0; i < places; ++i) {
      x.set(i, static_cast<float>(i) + 0.5f);
      y.set(i, -1);
    }
    for (int64_t i = 0; i < foursOf(count); ++i) {
      const Four read = x.four(i, count);
      for (int64_t v = 0; v < 4; ++v)
        QCOMPARE(read.value[v], 4 * i + v < count ? static_cast<float>(4 * i + v) + 0.5f : 0.0f);
      y.setFour(i, count, read);
    }
    for (int64_t i = 0; i < places; ++i) QCOMPARE(y.get(i), i < count ? static_cast<float>(i) + 0.5f : -1.0f);
  }
}

void TestArray::channelsOfFours() {
  for (const int64_t start : {int64_t{0}, int64_t{1} << 29, (int64_t{1} << 31) - 3, int64_t{1} << 40})
    for (int32_t channels = 1; channels <= 11; ++channels)
      for (int64_t i = start; i < start + 12; ++i) {
        const FourChannels at = channelsOfFour(i, channels);
        for (int64_t v = 0; v < 4; ++v) QCOMPARE(int64_t{at.channel[v]}, (4 * i + v) % channels);
      }
}

void TestArray::dividesInBothWidths() {
  constexpr int64_t edge = int64_t{1} << 32;
  for (const int64_t i : {int64_t{0}, int64_t{7}, edge / 2 - 1, edge / 2, edge - 1, edge, edge * 5 + 3})
    for (const int64_t by : {int64_t{1}, int64_t{3}, edge / 2 + 1, edge - 1, edge, edge * 2 + 1}) {
      const Divided made = divided(i, by);
      QCOMPARE(made.quotient, i / by);
      QCOMPARE(made.rest, i % by);
    }
}

void TestArray::placesInImages() {
  int64_t i = int64_t{1'000'000'000} * 3 * 5 * 2;  // past 32 bits
  for (int64_t image = 1'000'000'000; image < 1'000'000'002; ++image)
    for (int32_t row = 0; row < 3; ++row)
      for (int32_t column = 0; column < 5; ++column)
        for (int32_t unit = 0; unit < 2; ++unit, ++i) {
          const Place at = placeOf(i, 3, 5, 2);
          QCOMPARE(at.image, image);
          QCOMPARE(at.row, row);
          QCOMPARE(at.column, column);
          QCOMPARE(at.unit, unit);
        }
}

void TestArray::lanesOfFourAndOfOne() {
  QCOMPARE(lanesOf(8, int64_t{12}).width, 4);
  QCOMPARE(lanesOf(0, 4).width, 4);
  QCOMPARE(lanesOf(8, 6).width, 1);
  alignas(64) float from[8] = {1, 2, 3, 4, 5, 6, 7, 8}, to[8] = {};
  const Array x{from}, y{to};
  Lanes{1}.write(y, 5, Lanes{1}.read(x, 2));
  QCOMPARE(to[5], 3.0f);
  Lanes{4}.write(y, 0, Lanes{4}.read(x, 1));
  for (int v = 0; v < 4; ++v) QCOMPARE(to[v], from[4 + v]);
}

QTEST_GUILESS_MAIN(TestArray)
#include "test_array.moc"
