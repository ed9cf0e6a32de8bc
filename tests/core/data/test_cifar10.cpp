// CIFAR-10's binary files: planes become NHWC, and every damage is named. The files are written sparse: zeros
// are sound records of class 0.
#include <sys/stat.h>

#include <fstream>
#include <QTemporaryDir>
#include <QtTest>

#include "core/data/data_set.h"

using namespace bypath;
namespace fs = std::filesystem;

namespace {

constexpr uintmax_t recordBytes = 3073;
constexpr uintmax_t fileBytes = 10'000 * recordBytes;

void put(const fs::path& path, uintmax_t at, const std::string& bytes) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(static_cast<std::streamoff>(at));
  file << bytes;
}

}  // namespace

class TestCifar10 : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init();
  void readsPlanesIntoNhwc();
  void filesMayLieInTheFolderItself();
  void wrongSizeIsNamed_data();
  void wrongSizeIsNamed();
  void wrongLabelIsNamed();
  void missingFileIsNamed();
  void fifoDoesNotHang();
  void folderInPlaceOfAFile();

 private:
  std::string failure() const {
    const auto set = openDataSet("cifar10", dataDir_);
    return set ? "" : set.error().message;
  }

  std::unique_ptr<QTemporaryDir> temporary_;
  fs::path dataDir_;
  fs::path folder_;
};

void TestCifar10::init() {
  temporary_ = std::make_unique<QTemporaryDir>();
  dataDir_ = temporary_->path().toStdString();
  folder_ = dataDir_ / "cifar-10-batches-bin";
  fs::create_directory(folder_);
  for (const char* name : {"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin",
                           "data_batch_5.bin", "test_batch.bin"}) {
    std::ofstream(folder_ / name).close();
    fs::resize_file(folder_ / name, fileBytes);
  }
}

void TestCifar10::readsPlanesIntoNhwc() {
  const uintmax_t second = 1 * recordBytes;
  put(folder_ / "data_batch_2.bin", second, "\x07");           // label of image 10,001
  put(folder_ / "data_batch_2.bin", second + 1 + 33, "\x0b");  // red of pixel (1, 1)
  put(folder_ / "data_batch_2.bin", second + 1 + 1024 + 33, "\x16");
  put(folder_ / "data_batch_2.bin", second + 1 + 2048 + 33, "\x21");
  put(folder_ / "test_batch.bin", 9999 * recordBytes, "\x09");
  std::vector<double> progress;
  const auto opened = openDataSet("cifar10", dataDir_, [&](double done) { progress.push_back(done); });
  QVERIFY2(opened.ok(), opened ? "" : opened.error().message.c_str());
  const DataSet& set = **opened;
  QCOMPARE(set.train.size(), int64_t{50'000});
  QCOMPARE(set.test.size(), int64_t{10'000});
  QVERIFY(set.imageShape == Shape({32, 32, 3}));
  QCOMPARE(set.classes.size(), size_t{10});
  QCOMPARE(set.train.labels[10'001], uint8_t{7});
  QCOMPARE(set.train.labels[10'000], uint8_t{0});
  QCOMPARE(set.test.labels[9999], uint8_t{9});
  const auto image = set.image(set.train, 10'001);
  const size_t pixel = (1 * 32 + 1) * 3;
  QCOMPARE(image[pixel], uint8_t{11});
  QCOMPARE(image[pixel + 1], uint8_t{22});
  QCOMPARE(image[pixel + 2], uint8_t{33});
  QVERIFY(set.mean[0] > 0 && set.mean[0] < set.mean[1] && set.mean[1] < set.mean[2]);
  QCOMPARE(progress.size(), size_t{6});
  QCOMPARE(progress.back(), 1.0);
}

void TestCifar10::filesMayLieInTheFolderItself() {
  dataDir_ = folder_;
  QCOMPARE(failure(), std::string());
  for (const DataSetEntry& entry : dataCatalog()) QCOMPARE(dataState(entry, dataDir_), std::string("ready"));
}

void TestCifar10::wrongSizeIsNamed_data() {
  QTest::addColumn<qulonglong>("size");
  QTest::newRow("empty") << qulonglong{0};
  QTest::newRow("a byte short") << qulonglong{fileBytes - 1};
  QTest::newRow("a byte more") << qulonglong{fileBytes + 1};
  QTest::newRow("CIFAR-100's") << qulonglong{10'000 * 3074};
}

void TestCifar10::wrongSizeIsNamed() {
  QFETCH(qulonglong, size);
  fs::resize_file(folder_ / "data_batch_3.bin", size);
  const std::string message = failure();
  QVERIFY2(message.find("data_batch_3.bin has " + std::to_string(size) +
                        " bytes and a CIFAR-10 batch has 30730000") != std::string::npos,
           message.c_str());
}

void TestCifar10::wrongLabelIsNamed() {
  put(folder_ / "test_batch.bin", 4321 * recordBytes, "\x0a");
  put(folder_ / "test_batch.bin", 5000 * recordBytes, "\xff");
  const std::string message = failure();
  QVERIFY2(message.find("test_batch.bin: record 4322 of 10000 has the label 10, and labels go from 0 to 9") !=
               std::string::npos,
           message.c_str());
}

void TestCifar10::missingFileIsNamed() {
  fs::remove(folder_ / "test_batch.bin");
  QVERIFY(failure().find("cifar-10-batches-bin/test_batch.bin is missing") != std::string::npos);
  QCOMPARE(openDataSet("cifar10", dataDir_).error().kind, ErrorKind::io);
  dataDir_ = "/nowhere";
  QVERIFY(failure().find("/nowhere/cifar-10-batches-bin/data_batch_1.bin is missing") != std::string::npos);
}

void TestCifar10::fifoDoesNotHang() {
  fs::remove(folder_ / "data_batch_1.bin");
  QCOMPARE(::mkfifo((folder_ / "data_batch_1.bin").c_str(), 0600), 0);
  QElapsedTimer timer;
  timer.start();
  QVERIFY(failure().find("data_batch_1.bin") != std::string::npos);
  QVERIFY(timer.elapsed() < 1000);
}

void TestCifar10::folderInPlaceOfAFile() {
  fs::remove(folder_ / "data_batch_5.bin");
  fs::create_directory(folder_ / "data_batch_5.bin");
  QVERIFY(failure().find("data_batch_5.bin") != std::string::npos);
}

QTEST_GUILESS_MAIN(TestCifar10)
#include "test_cifar10.moc"
