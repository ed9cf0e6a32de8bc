// What a reconstruction costs without a network, and pictures out as PNG.
#include <png.h>
#include <cmath>
#include <QTemporaryDir>
#include <QtTest>

#include "core/data/png_file.h"
#include "core/data/reference_lines.h"

using namespace bypath;

class TestReferenceLines : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void byHand() {
    DataSet set;
    set.imageShape = {1, 2, 1};
    set.train = {.pixels = {0, 255, 51, 255}, .labels = {0, 0}};  // the mean image is 0.1, 1
    set.test = {.pixels = {51, 255, 0, 0}, .labels = {0, 0}};
    const auto cross = [](double x, double p) { return -x * std::log(p) - (1 - x) * std::log(1 - p); };
    const ReconstructionLines lines = reconstructionLines(set, set.test);
    // The first test image costs the entropy of 0.2 and of 1, the second that of two zeros.
    QVERIFY(std::abs(lines.floor - cross(0.2, 0.2) / 2) < 1e-12);
    const double largest = 1 - 1e-7;
    const double wanted = (cross(0.2, 0.1) + cross(1, largest) + cross(0, 0.1) + cross(0, largest)) / 2;
    QVERIFY2(std::abs(lines.meanImage - wanted) < 1e-9, qPrintable(QString::number(lines.meanImage)));
    QVERIFY(std::abs(reconstructionLines(set, set.test, 1).floor - cross(0.2, 0.2)) < 1e-12);
    QVERIFY(lines.floor < lines.meanImage);
  }

  void theCommonestClass() {
    const Split split{.pixels = {}, .labels = {3, 1, 1, 3, 3}};
    QCOMPARE(largestClassShare(split), 0.6);
    QCOMPARE(largestClassShare(split, 3), 2.0 / 3);
    QCOMPARE(largestClassShare({}), 0.0);
  }

  void pngReadsBack() {
    QTemporaryDir folder;
    const std::string path = folder.filePath("picture.png").toStdString();
    const std::vector<uint8_t> pixels = {255, 0, 0, 0, 255, 0, 1, 2, 3, 4, 5, 6};
    QVERIFY(writePng(path, 2, 2, 3, pixels).ok());
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    QVERIFY(png_image_begin_read_from_file(&image, path.c_str()));
    QCOMPARE(image.width, 2u);
    image.format = PNG_FORMAT_RGB;
    std::vector<uint8_t> read(12);
    QVERIFY(png_image_finish_read(&image, nullptr, read.data(), 0, nullptr));
    QCOMPARE(read, pixels);
    const Result<void> nowhere = writePng(path + "/below/a.png", 2, 2, 3, pixels);
    QVERIFY(!nowhere && nowhere.error().kind == ErrorKind::io);
  }
};

QTEST_APPLESS_MAIN(TestReferenceLines)
#include "test_reference_lines.moc"
