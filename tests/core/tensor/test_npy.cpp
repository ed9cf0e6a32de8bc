// .npy files: round trip, the bytes NumPy writes, other element types, and what is refused.
#include <cstring>
#include <fstream>
#include <limits>
#include <QTemporaryDir>
#include <QtTest>

#include "core/base/bounded_reader.h"
#include "core/tensor/npy.h"

using namespace bypath;
namespace fs = std::filesystem;

namespace {

// A file as NumPy writes it, with this header dictionary.
std::string npyText(const std::string& dictionary, const std::string& data, char version = 1) {
  std::string text = std::string("\x93NUMPY") + version + '\0';
  const std::string header = dictionary + "\n";
  text += static_cast<char>(header.size() & 255);
  text += static_cast<char>(header.size() >> 8);
  if (version > 1) text += std::string(2, '\0');
  return text + header + data;
}

template <class Element>
std::string bytesOf(std::initializer_list<Element> elements) {
  return {reinterpret_cast<const char*>(elements.begin()), elements.size() * sizeof(Element)};
}

std::string dictionary(const std::string& type, const std::string& shape) {
  return "{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + ", }";
}

}  // namespace

class TestNpy : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { path_ = fs::path(temporary_.path().toStdString()) / "array.npy"; }
  void roundTrip_data();
  void roundTrip();
  void specialValuesKeepTheirBits();
  void headerIsAsNumPyWritesIt();
  void readsOtherElementTypes();
  void readsOtherHeaders();
  void refused_data();
  void refused();
  void everyCutIsNoticed();
  void refusesToWriteNonsense();

 private:
  void store(const std::string& text) const { std::ofstream(path_, std::ios::binary) << text; }
  std::vector<float> valuesOf(const std::string& text) const {
    store(text);
    const auto array = readNpy(path_);
    if (!array) qWarning() << array.error().message.c_str();
    return array ? array->values : std::vector<float>();
  }

  QTemporaryDir temporary_;
  fs::path path_;
};

void TestNpy::roundTrip_data() {
  QTest::addColumn<QList<qint64>>("shape");
  QTest::newRow("scalar") << QList<qint64>{};
  QTest::newRow("one") << QList<qint64>{5};
  QTest::newRow("two") << QList<qint64>{2, 3};
  QTest::newRow("four") << QList<qint64>{2, 3, 4, 5};
  QTest::newRow("empty") << QList<qint64>{3, 0};
  QTest::newRow("larger than one piece") << QList<qint64>{70'000, 2};
}

void TestNpy::roundTrip() {
  QFETCH(QList<qint64>, shape);
  NpyArray array{{shape.begin(), shape.end()}, {}};
  int64_t count = 1;
  for (const qint64 size : shape) count *= size;
  for (int64_t i = 0; i < count; ++i) array.values.push_back(static_cast<float>(i) * 0.25f - 7);
  QVERIFY(writeNpy(path_, array).ok());
  const auto back = readNpy(path_);
  QVERIFY2(back.ok(), back ? "" : back.error().message.c_str());
  QCOMPARE(back->shape, array.shape);
  QCOMPARE(back->values, array.values);
}

void TestNpy::specialValuesKeepTheirBits() {
  const float infinity = std::numeric_limits<float>::infinity();
  const NpyArray array{{4}, {infinity, -infinity, -0.0f, std::numeric_limits<float>::quiet_NaN()}};
  QVERIFY(writeNpy(path_, array).ok());
  const auto back = readNpy(path_);
  QVERIFY(back.ok());
  QCOMPARE(std::memcmp(back->values.data(), array.values.data(), 16), 0);
}

void TestNpy::headerIsAsNumPyWritesIt() {
  QVERIFY(writeNpy(path_, {{2, 3}, std::vector<float>(6)}).ok());
  const std::string text = *readTextFile(path_, 1000);
  QCOMPARE(text.size(), size_t{128 + 24});
  const std::string expected = "\x93NUMPY\x01" + std::string(1, '\0') + "\x76" + std::string(1, '\0') +
                               "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";
  QCOMPARE(text.substr(0, expected.size()), expected);
  QCOMPARE(text[127], '\n');
  QVERIFY(writeNpy(path_, {{3}, std::vector<float>(3)}).ok());
  QVERIFY(readTextFile(path_, 1000)->find("'shape': (3, ), }") != std::string::npos);
}

void TestNpy::readsOtherElementTypes() {
  const std::vector<float> expected = {1, 2, 100};
  QCOMPARE(valuesOf(npyText(dictionary("<f8", "(3,)"), bytesOf<double>({1, 2, 100}))), expected);
  QCOMPARE(valuesOf(npyText(dictionary("|u1", "(3,)"), bytesOf<uint8_t>({1, 2, 100}))), expected);
  QCOMPARE(valuesOf(npyText(dictionary("|i1", "(3,)"), bytesOf<int8_t>({1, 2, 100}))), expected);
  QCOMPARE(valuesOf(npyText(dictionary("<u2", "(3,)"), bytesOf<uint16_t>({1, 2, 100}))), expected);
  QCOMPARE(valuesOf(npyText(dictionary("<i2", "(3,)"), bytesOf<int16_t>({1, 2, 100}))), expected);
  QCOMPARE(valuesOf(npyText(dictionary("<u4", "(3,)"), bytesOf<uint32_t>({1, 2, 100}))), expected);
  QCOMPARE(valuesOf(npyText(dictionary("<i4", "(3,)"), bytesOf<int32_t>({1, 2, 100}))), expected);
  QCOMPARE(valuesOf(npyText(dictionary("<u8", "(3,)"), bytesOf<uint64_t>({1, 2, 100}))), expected);
  QCOMPARE(valuesOf(npyText(dictionary("<i8", "(3,)"), bytesOf<int64_t>({1, 2, 100}))), expected);
  QCOMPARE(valuesOf(npyText(dictionary("<i8", "(1,)"), bytesOf<int64_t>({-5}))), std::vector<float>{-5});
  QCOMPARE(valuesOf(npyText(dictionary("|b1", "(2,)"), bytesOf<uint8_t>({0, 1}))),
           (std::vector<float>{0, 1}));
}

void TestNpy::readsOtherHeaders() {
  const std::vector<float> expected = {1, 2};
  const std::string data = bytesOf<float>({1, 2});
  QCOMPARE(valuesOf(npyText("{\"shape\":(2,1),\"fortran_order\":False,\"descr\":\"<f4\"}", data)), expected);
  QCOMPARE(valuesOf(npyText(dictionary("<f4", "(2,)"), data, 2)), expected);
  QCOMPARE(valuesOf(npyText(dictionary("<f4", "(2,)"), data, 3)), expected);
}

void TestNpy::refused_data() {
  QTest::addColumn<QByteArray>("text");
  QTest::addColumn<QByteArray>("part");
  const auto row = [](const char* name, const std::string& text, const char* part) {
    QTest::newRow(name) << QByteArray::fromStdString(text) << QByteArray(part);
  };
  const std::string data = bytesOf<float>({1, 2});
  const auto dictionaryRow = [&](const char* name, const std::string& text, const char* part) {
    row(name, npyText(text, data), part);
  };
  row("empty", "", "cut short");
  row("other file", "PK\3\4 some archive", "numpy.save");
  row("version", npyText(dictionary("<f4", "(2,)"), data, 9), "version is 9");
  row("huge header", std::string("\x93NUMPY\x02\0", 8) + "\xff\xff\xff\x7f{", "more than any array needs");
  dictionaryRow("big endian", dictionary(">f4", "(2,)"), "'>f4'; save little-endian");
  dictionaryRow("objects", dictionary("|O", "(2,)"), "'|O'");
  dictionaryRow("complex", dictionary("<c8", "(1,)"), "'<c8'");
  dictionaryRow("half", dictionary("<f2", "(4,)"), "'<f2'");
  dictionaryRow("Fortran", "{'descr': '<f4', 'fortran_order': True, 'shape': (2,), }", "ascontiguousarray");
  dictionaryRow("too small", dictionary("<f4", "(1,)"), "does not match the 8 bytes");
  dictionaryRow("too large", dictionary("<f4", "(3,)"), "does not match the 8 bytes");
  dictionaryRow("overflow", dictionary("<f4", "(4611686018427387904, 4)"), "does not match");
  dictionaryRow("count overflow", dictionary("<f4", "(9223372036854775807, 9223372036854775807)"),
                "does not match");
  dictionaryRow("negative", dictionary("<f4", "(-2,)"), "not the dictionary");
  dictionaryRow("words", dictionary("<f4", "(two,)"), "not the dictionary");
  dictionaryRow("open", "{'descr': '<f4', 'fortran_order': False, 'shape': (2,", "not the dictionary");
  dictionaryRow("missing key", "{'descr': '<f4', 'shape': (2,), }", "not the dictionary");
  dictionaryRow("twice", "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2,)}",
                "not the");
  dictionaryRow("extra key", "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'x': 1}", "not the");
  dictionaryRow("rest", dictionary("<f4", "(2,)") + "x", "not the dictionary");
  dictionaryRow("unquoted", "{descr: '<f4'}", "not the dictionary");
  dictionaryRow("order no boolean", "{'descr': '<f4', 'fortran_order': 0, 'shape': (2,)}",
                "not the dictionary");
  std::string many = "(";
  for (int i = 0; i < 33; ++i) many += "1,";
  dictionaryRow("rank", dictionary("<f4", many + ")"), "not the dictionary");
}

void TestNpy::refused() {
  QFETCH(QByteArray, text);
  QFETCH(QByteArray, part);
  store(text.toStdString());
  const auto array = readNpy(path_);
  QVERIFY(!array);
  QCOMPARE(array.error().kind, ErrorKind::data);
  QVERIFY(array.error().message.find("array.npy") != std::string::npos);
  QVERIFY2(array.error().message.find(part.toStdString()) != std::string::npos,
           array.error().message.c_str());
}

void TestNpy::everyCutIsNoticed() {
  const std::string text = npyText(dictionary("<f4", "(2,)"), bytesOf<float>({1, 2}));
  for (size_t size = 0; size < text.size(); ++size) {
    store(text.substr(0, size));
    QVERIFY(!readNpy(path_));
  }
  store(text);
  QVERIFY(!readNpy(path_, text.size() - 1));
  QVERIFY(!readNpy(path_.parent_path()));
  QCOMPARE(readNpy(path_.parent_path() / "absent.npy").error().kind, ErrorKind::io);
}

void TestNpy::refusesToWriteNonsense() {
  QVERIFY(!writeNpy(path_, {{2}, {1, 2, 3}}));
  QVERIFY(!writeNpy(path_, {{-1, -1}, {1}}));
  QVERIFY(!writeNpy(path_.parent_path() / "absent" / "x.npy", {{1}, {1}}));
}

QTEST_GUILESS_MAIN(TestNpy)
#include "test_npy.moc"
