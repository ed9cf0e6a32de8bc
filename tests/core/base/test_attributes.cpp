// Attribute schemas: what is accepted, what every refusal says, defaults, text and JSON round trips.
#include <limits>
#include <nlohmann/json.hpp>
#include <QtTest>

#include "core/base/attributes.h"

using namespace bypath;

namespace {

const AttributeSchema schema = {
    {.key = "stride", .label = "Stride", .fallback = int64_t{1}, .minimum = 1, .maximum = 8, .help = "Step."},
    {.key = "rate",
     .label = "Rate",
     .kind = AttributeKind::real,
     .fallback = 0.1,
     .minimum = 0,
     .maximum = 1,
     .unit = "a step"},
    {.key = "bias", .label = "Bias", .kind = AttributeKind::boolean, .fallback = false},
    {.key = "shortcut",
     .label = "Shortcut",
     .kind = AttributeKind::choice,
     .fallback = std::string("identity"),
     .choices = {"identity", "projection"}},
    {.key = "note", .label = "Note", .kind = AttributeKind::text, .fallback = std::string()},
    {.key = "input", .label = "Input", .kind = AttributeKind::shape, .fallback = std::string("32x32x3")},
};

bool says(const std::string& message, std::string_view part) {
  return message.find(part) != std::string::npos;
}

}  // namespace

class TestAttributes : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void parsesWhatAPersonTypes();
  void refusesWhatDoesNotFit_data();
  void refusesWhatDoesNotFit();
  void validatesStoredValues();
  void readsDefaultsAndValues();
  void jsonRoundTrip();
  void refusesJsonThatHoldsNoValues();
  void schemaAsJson();
};

void TestAttributes::parsesWhatAPersonTypes() {
  const auto parsed = [](std::string_view key, std::string_view text) { return *schema.parse(key, text); };
  QVERIFY(parsed("stride", "8") == AttributeValue(int64_t{8}));
  QVERIFY(parsed("rate", "1e-3") == AttributeValue(1e-3));
  QVERIFY(parsed("rate", "1") == AttributeValue(1.0));
  for (const char* yes : {"true", "yes", "on", "1"}) QVERIFY(parsed("bias", yes) == AttributeValue(true));
  for (const char* no : {"false", "no", "off", "0"}) QVERIFY(parsed("bias", no) == AttributeValue(false));
  QVERIFY(parsed("shortcut", "projection") == AttributeValue("projection"));
  QVERIFY(parsed("note", "any text") == AttributeValue("any text"));
  QVERIFY(parsed("input", "28x28x1") == AttributeValue("28x28x1"));
  QVERIFY(parsed("input", "128") == AttributeValue("128"));
}

void TestAttributes::refusesWhatDoesNotFit_data() {
  QTest::addColumn<QByteArray>("key");
  QTest::addColumn<QByteArray>("text");
  QTest::addColumn<QByteArray>("part");
  const auto row = [](const char* key, const char* text, const char* part) {
    QTest::addRow("%s=%s", key, text) << QByteArray(key) << QByteArray(text) << QByteArray(part);
  };
  row("strid", "1", "known are stride, rate");
  for (const char* text : {"0", "9", "1.5", "two", "", " 1", "99999999999999999999", "1x"})
    row("stride", text, "a whole number from 1 to 8");
  for (const char* text : {"-0.1", "1.01", "nan", "inf", "fast"}) row("rate", text, "from 0 to 1 a step");
  row("bias", "maybe", "true or false");
  row("shortcut", "none", "one of identity, projection");
  for (const char* text : {"", "x", "32x", "x32", "0x3", "-1", "1x2x3x4x5", "32X32", "1000001"})
    row("input", text, "such as 32x32x3");
}

void TestAttributes::refusesWhatDoesNotFit() {
  QFETCH(QByteArray, key);
  QFETCH(QByteArray, text);
  QFETCH(QByteArray, part);
  const auto value = schema.parse(key.toStdString(), text.toStdString());
  QVERIFY(!value);
  QCOMPARE(value.error().kind, ErrorKind::usage);
  QVERIFY2(says(value.error().message, part.toStdString()), value.error().message.c_str());
}

void TestAttributes::validatesStoredValues() {
  QVERIFY(schema.validate({}, "conv1").ok());
  QVERIFY(schema.validate({{"stride", int64_t{2}}, {"rate", int64_t{1}}, {"bias", true}}, "conv1").ok());
  const auto refused = [](const Attributes& attributes, std::string_view part) {
    const auto checked = schema.validate(attributes, "stage1/conv1");
    return !checked && says(checked.error().message, "stage1/conv1") && says(checked.error().message, part);
  };
  QVERIFY(refused({{"stride", 2.0}}, "stride must be a whole number from 1 to 8, and is '2'"));
  QVERIFY(refused({{"stride", int64_t{-1}}}, "is '-1'"));
  QVERIFY(refused({{"rate", std::numeric_limits<double>::quiet_NaN()}}, "rate"));
  QVERIFY(refused({{"bias", int64_t{1}}}, "true or false"));
  QVERIFY(refused({{"note", true}}, "a text"));
  QVERIFY(refused({{"colour", "red"}}, "no attribute 'colour'"));
  const auto empty = AttributeSchema().validate({{"a", true}}, "x");
  QVERIFY(!empty && says(empty.error().message, "there are none here"));
}

void TestAttributes::readsDefaultsAndValues() {
  const Attributes set = {{"stride", int64_t{2}}, {"rate", int64_t{1}}};
  const AttributeReader read(schema, set);
  QCOMPARE(read.integer("stride"), int64_t{2});
  QCOMPARE(read.real("rate"), 1.0);
  QCOMPARE(read.boolean("bias"), false);
  QCOMPARE(read.text("shortcut"), std::string("identity"));
  const Attributes none;
  QCOMPARE(AttributeReader(schema, none).real("rate"), 0.1);
}

void TestAttributes::jsonRoundTrip() {
  const Attributes set = {{"bias", true},
                          {"rate", 0.1},
                          {"whole", 2.0},
                          {"large", int64_t{INT64_MAX}},
                          {"small", int64_t{INT64_MIN}},
                          {"note", "a \"quoted\" caf\u00e9"}};
  const std::string text = toJson(set).dump();
  const auto back = attributesFromJson(nlohmann::json::parse(text), "here");
  QVERIFY(back.ok());
  QVERIFY(*back == set);
  QCOMPARE(toText(AttributeValue(0.1)), std::string("0.1"));
  QCOMPARE(toText(AttributeValue(true)), std::string("true"));
  QCOMPARE(toText(AttributeValue(int64_t{-3})), std::string("-3"));
}

void TestAttributes::refusesJsonThatHoldsNoValues() {
  for (const char* text :
       {"[]", "3", R"({"a": null})", R"({"a": [1]})", R"({"a": {}})", R"({"a": 18446744073709551615})"}) {
    const auto read = attributesFromJson(nlohmann::json::parse(text), "stage1/conv1");
    QVERIFY2(!read, text);
    QVERIFY(says(read.error().message, "stage1/conv1"));
  }
}

void TestAttributes::schemaAsJson() {
  const nlohmann::json json = toJson(schema);
  QCOMPARE(json.size(), schema.list().size());
  QVERIFY(json[0] == nlohmann::json({{"key", "stride"},
                                     {"label", "Stride"},
                                     {"kind", "integer"},
                                     {"default", 1},
                                     {"minimum", 1.0},
                                     {"maximum", 8.0},
                                     {"help", "Step."}}));
  QCOMPARE(json[1]["unit"].get<std::string>(), std::string("a step"));
  QCOMPARE(json[3]["choices"].size(), size_t{2});
  QVERIFY(!json[2].contains("minimum"));
}

QTEST_GUILESS_MAIN(TestAttributes)
#include "test_attributes.moc"
