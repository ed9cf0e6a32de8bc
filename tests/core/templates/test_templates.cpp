// The parameter counts of the papers' networks and of the source post's notebooks, to the last one.
#include <QtTest>

#include "core/layers/catalog.h"
#include "core/network/check.h"
#include "core/templates/catalog.h"

using namespace bypath;
using namespace std::string_literals;

class TestTemplates : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void parameterCounts_data();
  void parameterCounts();
  void everyTemplateIsWhole();
  void multiplyAddsOfResnets();
  void plainTwinHasTheSameParameters();
  void wrongParametersGetASentence();
};

namespace {

CheckedNetwork checkTemplate(const std::string& id, const Attributes& parameters) {
  Result<NetworkSpec> network = buildTemplate(id, parameters);
  if (!network) {
    qWarning("%s", network.error().message.c_str());
    return {};
  }
  CheckedNetwork checked = check(*network, layerCatalog());
  for (const Diagnostic& d : checked.diagnostics)
    if (d.severity != Severity::note) qWarning("%s: %s", d.path.c_str(), d.message.c_str());
  return checked;
}

}  // namespace

void TestTemplates::parameterCounts_data() {
  QTest::addColumn<QString>("id");
  QTest::addColumn<QString>("depth");
  QTest::addColumn<qint64>("count");
  QTest::addColumn<bool>("withStatistics");
  const std::vector<std::tuple<int, qint64>> cifar = {{20, 269722}, {32, 464154},   {44, 658586},
                                                      {56, 853018}, {110, 1727962}, {1202, 19421274}};
  for (const auto& [depth, count] : cifar)
    QTest::addRow("resnet-%d", depth) << "resnet" << QString::number(depth) << count << false;
  const std::vector<std::tuple<int, qint64>> imagenet = {
      {18, 11689512}, {34, 21797672}, {50, 25557032}, {101, 44549160}, {152, 60192808}};
  for (const auto& [depth, count] : imagenet)
    QTest::addRow("resnet-imagenet-%d", depth)
        << "resnet-imagenet" << QString::number(depth) << count << false;
  const std::vector<std::tuple<int, qint64>> vae = {
      {28, 26815683}, {40, 29624003}, {70, 43762627}, {100, 57901251}};
  for (const auto& [depth, count] : vae)
    QTest::addRow("resnet-vae-%d", depth) << "resnet-vae" << QString::number(depth) << count << true;
}

void TestTemplates::parameterCounts() {
  QFETCH(QString, id);
  QFETCH(QString, depth);
  QFETCH(qint64, count);
  QFETCH(bool, withStatistics);
  const TemplateType* type = findTemplate(id.toStdString());
  QVERIFY(type);
  Result<AttributeValue> value = type->parameters.parse("depth", depth.toStdString());
  QVERIFY2(value.ok(), value ? "" : value.error().message.c_str());
  const CheckedNetwork checked = checkTemplate(type->id, {{"depth", *value}});
  QVERIFY(checked.ok());
  QCOMPARE(qint64(withStatistics ? checked.parametersTotal : checked.parameters), count);
}

void TestTemplates::everyTemplateIsWhole() {
  for (const TemplateType* type : templateCatalog()) {
    for (const Mode mode : {Mode::training, Mode::evaluation}) {
      Result<NetworkSpec> network = buildTemplate(type->id, {});
      QVERIFY2(network.ok(), type->id.c_str());
      const CheckedNetwork checked = check(*network, layerCatalog(), {.batch = 2, .mode = mode});
      QVERIFY2(checked.ok(), (type->id + ": " + summarise(checked.diagnostics)).c_str());
      for (const Diagnostic& d : checked.diagnostics)
        QVERIFY2(d.severity == Severity::note, (type->id + " " + d.path + ": " + d.message).c_str());
      QVERIFY(!checked.graph.losses.empty());
    }
    QVERIFY(!type->title.empty() && !type->summary.empty());
  }
}

void TestTemplates::multiplyAddsOfResnets() {
  for (const auto& [depth, millions] :
       std::vector<std::pair<int64_t, double>>{{20, 40.6}, {32, 68.9}, {56, 125.5}, {110, 252.9}}) {
    const CheckedNetwork checked = checkTemplate("resnet", {{"depth", depth}});
    QVERIFY2(std::abs(checked.multiplyAdds / 1e6 - millions) < 0.1,
             qPrintable(QString::number(checked.multiplyAdds)));
  }
}

void TestTemplates::plainTwinHasTheSameParameters() {
  for (const int64_t depth : {20, 56})
    QCOMPARE(checkTemplate("plain", {{"depth", depth}}).parameters,
             checkTemplate("resnet", {{"depth", depth}}).parameters);
}

void TestTemplates::wrongParametersGetASentence() {
  for (const auto& [id, parameters] :
       std::vector<std::pair<std::string, Attributes>>{{"resnet", {{"depth", int64_t{21}}}},
                                                       {"resnet", {{"shortcut", "D"s}}},
                                                       {"resnet", {{"width", int64_t{0}}}},
                                                       {"preact-resnet", {{"depth", int64_t{165}}}},
                                                       {"resnet-vae", {{"width_divisor", int64_t{3}}}},
                                                       {"resnet-vae", {{"intermediate", int64_t{100}}}},
                                                       {"resnet-vae", {{"no_such", int64_t{1}}}},
                                                       {"no-such-template", {}}}) {
    Result<NetworkSpec> network = buildTemplate(id, parameters);
    QVERIFY2(!network.ok(), id.c_str());
    QVERIFY(network.error().kind == ErrorKind::usage);
    QVERIFY2(network.error().message.size() > 30, network.error().message.c_str());
  }
}

QTEST_GUILESS_MAIN(TestTemplates)
#include "test_templates.moc"
