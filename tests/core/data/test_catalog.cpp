// The catalogue of data sets: names, states, where data are looked for, measured channels.
#include <cmath>
#include <QTemporaryDir>
#include <QtTest>
#include <set>

#include "core/data/data_source.h"

using namespace bypath;
namespace fs = std::filesystem;

class TestCatalog : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void entriesAreComplete();
  void unknownNameListsTheKnown();
  void folderComesFromFlagThenEnvironment();
  void channelsAreMeasured();
};

void TestCatalog::entriesAreComplete() {
  std::set<std::string> names;
  for (const DataSetEntry& entry : dataCatalog()) {
    QVERIFY2(names.insert(entry.name).second, entry.name.c_str());
    QVERIFY(!entry.summary.empty());
    QCOMPARE(entry.imageShape.rank(), 3);
    QVERIFY(entry.classes.size() >= 2);
    QCOMPARE(std::set<std::string>(entry.classes.begin(), entry.classes.end()).size(), entry.classes.size());
    QCOMPARE(entry.builtIn, entry.folder.empty());
    const std::string state = dataState(entry, "/nowhere");
    QCOMPARE(state == "ready", entry.builtIn);
  }
  QVERIFY(names.contains("shapes") && names.contains("cifar10"));
}

void TestCatalog::unknownNameListsTheKnown() {
  const auto set = openDataSet("cifar11", "");
  QVERIFY(!set);
  QCOMPARE(set.error().kind, ErrorKind::usage);
  QVERIFY(set.error().message.find("'cifar11'; choose one of shapes, cifar10") != std::string::npos);
  QVERIFY(dataState(DataSetEntry{.name = "x", .summary = "", .imageShape = {}, .classes = {}, .folder = ""},
                    "") != "ready");
}

void TestCatalog::folderComesFromFlagThenEnvironment() {
  qputenv("HOME", "/home/someone");
  qunsetenv("BYPATH_DATA_DIR");
  qunsetenv("XDG_DATA_HOME");
  QCOMPARE(dataFolder(""), fs::path("/home/someone/.local/share/bypath/data"));
  qputenv("XDG_DATA_HOME", "relative");
  QCOMPARE(dataFolder(""), fs::path("/home/someone/.local/share/bypath/data"));
  qputenv("XDG_DATA_HOME", "/xdg");
  QCOMPARE(dataFolder(""), fs::path("/xdg/bypath/data"));
  qputenv("BYPATH_DATA_DIR", "/chosen");
  QCOMPARE(dataFolder(""), fs::path("/chosen"));
  QCOMPARE(dataFolder("/flag"), fs::path("/flag"));
  const auto set = openDataSet("cifar10", "");
  QVERIFY(!set);
  QVERIFY2(set.error().message.find("/chosen/cifar-10-batches-bin/data_batch_1.bin is missing") !=
               std::string::npos,
           set.error().message.c_str());
  QVERIFY(set.error().message.find("--data-dir") != std::string::npos);
}

void TestCatalog::channelsAreMeasured() {
  DataSet set;
  set.imageShape = {1, 2, 2};
  set.train.labels = {0, 0};
  set.train.pixels = {0, 7, 255, 7, 255, 7, 0, 7};
  measureChannels(set);
  QCOMPARE(set.mean.size(), size_t{2});
  QCOMPARE(set.mean[0], 0.5f);
  QCOMPARE(set.deviation[0], 0.5f);
  QCOMPARE(set.mean[1], 7 / 255.0f);
  QCOMPARE(set.deviation[1], 1 / 255.0f);  // constant
}

QTEST_GUILESS_MAIN(TestCatalog)
#include "test_catalog.moc"
