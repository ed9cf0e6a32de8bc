// BoundedReader and bounded JSON: what is refused, and with which words.
#include <sys/stat.h>

#include <QTemporaryDir>
#include <QtTest>

#include "core/base/atomic_file.h"
#include "core/base/bounded_reader.h"

using namespace bypath;
namespace fs = std::filesystem;

namespace {

bool says(const std::string& message, std::string_view part) {
  return message.find(part) != std::string::npos;
}

}  // namespace

class TestBoundedReader : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { folder_ = fs::path(temporary_.path().toStdString()); }
  void readsAndSeeks();
  void shortFileSaysHowManyBytesAreMissing();
  void fileThatShrinksIsNoticed();
  void refusesWhatIsNoRegularFile();
  void refusesTooLarge();
  void missingFile();
  void jsonIsRead();
  void badJson_data();
  void badJson();
  void jsonMessagesArePrintable();
  void limitsAreExact();
  void jsonFileErrorsNameTheFile();

 private:
  QTemporaryDir temporary_;
  fs::path folder_;
};

void TestBoundedReader::readsAndSeeks() {
  const fs::path path = folder_ / "digits";
  QVERIFY(writeFileAtomically(path, "0123456789").ok());
  auto opened = BoundedReader::open(path, 10);
  QVERIFY(opened.ok());
  BoundedReader reader(std::move(*opened));
  QCOMPARE(reader.size(), uint64_t{10});
  char part[4] = {};
  QVERIFY(reader.read(part, 4).ok());
  QCOMPARE(std::string(part, 4), std::string("0123"));
  QCOMPARE(reader.remaining(), uint64_t{6});
  QVERIFY(reader.seek(8).ok());
  QVERIFY(reader.read(part, 2).ok());
  QCOMPARE(std::string(part, 2), std::string("89"));
  QVERIFY(reader.read(part, 0).ok());
  QVERIFY(reader.seek(10).ok());
  QVERIFY(says(reader.seek(11).error().message, "byte 11"));
  QCOMPARE(*readTextFile(path, 100), std::string("0123456789"));
}

void TestBoundedReader::shortFileSaysHowManyBytesAreMissing() {
  const fs::path path = folder_ / "short";
  QVERIFY(writeFileAtomically(path, "abc").ok());
  auto reader = BoundedReader::open(path, 100);
  char part[8];
  const auto done = reader->read(part, 8);
  QVERIFY(!done);
  QCOMPARE(done.error().kind, ErrorKind::data);
  QVERIFY2(
      says(done.error().message, "short is cut short: 8 bytes were expected at byte 0 and 5 are missing"),
      done.error().message.c_str());
}

void TestBoundedReader::fileThatShrinksIsNoticed() {
  const fs::path path = folder_ / "shrinking";
  QVERIFY(writeFileAtomically(path, "abcdef").ok());
  auto reader = BoundedReader::open(path, 100);
  fs::resize_file(path, 2);
  char part[6];
  const auto done = reader->read(part, 6);
  QVERIFY(!done);
  QVERIFY(says(done.error().message, "4 are missing"));
}

void TestBoundedReader::refusesWhatIsNoRegularFile() {
  const fs::path fifo = folder_ / "fifo";
  QCOMPARE(::mkfifo(fifo.c_str(), 0600), 0);
  QElapsedTimer timer;
  timer.start();
  const auto opened = BoundedReader::open(fifo, 100);
  QVERIFY(timer.elapsed() < 1000);
  QVERIFY(!opened && says(opened.error().message, "not a regular file"));
  const auto folder = BoundedReader::open(folder_, 100);
  QVERIFY(!folder && says(folder.error().message, "it is a folder"));
  const auto device = BoundedReader::open("/dev/zero", 100);
  QVERIFY(!device && says(device.error().message, "not a regular file"));
}

void TestBoundedReader::refusesTooLarge() {
  const fs::path path = folder_ / "large";
  QVERIFY(writeFileAtomically(path, std::string(101, 'x')).ok());
  const auto opened = BoundedReader::open(path, 100);
  QVERIFY(!opened);
  QVERIFY(says(opened.error().message, "101 bytes and at most 100"));
  QVERIFY(!readTextFile(path, 100));
}

void TestBoundedReader::missingFile() {
  const auto text = readTextFile(folder_ / "absent", 100);
  QVERIFY(!text);
  QCOMPARE(text.error().kind, ErrorKind::io);
  QVERIFY(says(text.error().message, "absent: No such file"));
}

void TestBoundedReader::jsonIsRead() {
  const char* text =
      R"({"a": [1, -2, 2.5, "x", true, null, [], {}], "b": {"c": {"d": [[1], [2]]}}, "caf\u00e9": ""})";
  const auto json = parseJson(text, "test");
  QVERIFY(json.ok());
  QVERIFY(*json == nlohmann::json::parse(text));
  QVERIFY(*parseJson("3", "test") == 3);
}

void TestBoundedReader::badJson_data() {
  QTest::addColumn<QByteArray>("text");
  QTest::addColumn<QByteArray>("part");
  const auto row = [](const char* name, const QByteArray& text, const char* part) {
    QTest::newRow(name) << text << QByteArray(part);
  };
  row("empty", "", "line 1, column 1");
  row("cut short", "{\"a\":\n [1,", "line 2");
  row("trailing", "{} x", "line 1, column 4");
  row("duplicate key", R"({"a": 1, "b": {"a": 2}, "a": 3})", "the key 'a' occurs twice");
  row("overflow", "[1e999]", "number overflow");
  row("not UTF-8", "[\"\xff\"]", "UTF-8");
  row("NaN", "[NaN]", "line 1");
  row("comment", "[1] // one", "line 1");
  row("deep", QByteArray(100'000, '['), "deeper than 64 levels");
  row("deep objects", QByteArray("{\"a\":").repeated(65), "deeper than 64 levels");
}

void TestBoundedReader::badJson() {
  QFETCH(QByteArray, text);
  QFETCH(QByteArray, part);
  const auto json = parseJson(text.toStdString(), "project.bypath");
  QVERIFY(!json);
  QCOMPARE(json.error().kind, ErrorKind::data);
  QVERIFY(says(json.error().message, "project.bypath"));
  QVERIFY2(says(json.error().message, part.toStdString()), json.error().message.c_str());
}

void TestBoundedReader::jsonMessagesArePrintable() {
  for (const std::string& text :
       {"[" + std::string(100'000, 'x') + "]", std::string("[\"\xc3\x28\xff\"]"),
        "{\"" + std::string(5000, 'k') + "\":1,\"" + std::string(5000, 'k') + "\":1}"}) {
    const auto json = parseJson(text, "here");
    QVERIFY(!json);
    QVERIFY(json.error().message.size() < 400);
    QVERIFY(QString::fromStdString(json.error().message).toStdString() == json.error().message);
  }
}

void TestBoundedReader::limitsAreExact() {
  const JsonLimits limits{.bytes = 20, .depth = 3, .values = 5};
  QVERIFY(parseJson("[[[1]]]", "x", limits).ok());
  QVERIFY(!parseJson("[[[[]]]]", "x", limits));
  QVERIFY(parseJson("[1,2,3,4]", "x", limits).ok());
  const auto many = parseJson("[1,2,3,4,5]", "x", limits);
  QVERIFY(!many && says(many.error().message, "more than 5 values"));
  QVERIFY(parseJson("1" + std::string(19, ' '), "x", limits).ok());
  const auto large = parseJson("1" + std::string(20, ' '), "x", limits);
  QVERIFY(!large && says(large.error().message, "21 bytes"));
}

void TestBoundedReader::jsonFileErrorsNameTheFile() {
  const fs::path path = folder_ / "broken.json";
  QVERIFY(writeFileAtomically(path, "{\"a\": }").ok());
  QVERIFY(says(readJsonFile(path).error().message, "broken.json"));
  QVERIFY(writeFileAtomically(path, "{\"a\": 1}").ok());
  QVERIFY((*readJsonFile(path))["a"] == 1);
  QVERIFY(!readJsonFile(path, {.bytes = 3}));
}

QTEST_GUILESS_MAIN(TestBoundedReader)
#include "test_bounded_reader.moc"
