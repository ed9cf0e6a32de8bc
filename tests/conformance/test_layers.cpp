// Walks the layer catalog: what every layer must have, whatever it does; and that what it computes has the
// gradient of finite differences, on every engine and instruction set.
#include <nlohmann/json.hpp>
#include <QtTest>
#include <set>

#include "core/cli/layer_check.h"
#include "core/engines/cpu/cpu_engine.h"
#include "core/layers/catalog.h"
#include "core/network/check.h"
#include "core/network/ports.h"
#include "core/network/project_file.h"

using namespace bypath;

class TestLayers : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void everyLayer_data() {
    QTest::addColumn<int>("index");
    const auto& list = layerCatalog().list();
    for (size_t i = 0; i < list.size(); ++i) QTest::newRow(list[i]->id.c_str()) << static_cast<int>(i);
  }

  void everyLayer() {
    QFETCH(int, index);
    const LayerType& type = *layerCatalog().list()[static_cast<size_t>(index)];
    describesItself(type);
    QVERIFY(type.examples);
    const std::vector<LayerExample> examples = type.examples();
    QVERIFY(!examples.empty());
    for (const LayerExample& example : examples) {
      for (const Mode mode : {Mode::training, Mode::evaluation}) lowers(type, example, mode);
      roundTrips(type, example);
    }
  }

  void gradients_data() { everyLayer_data(); }

  void gradients() {
    QFETCH(int, index);
    const LayerType& type = *layerCatalog().list()[static_cast<size_t>(index)];
    for (const LayerExample& example : type.examples()) {
      const LayerCheck outcome = checkLayerGradient(type, example);
      QVERIFY2(outcome.passed, (example.name + ": " + outcome.message).c_str());
    }
  }

  void engines_data() { everyLayer_data(); }

  void engines() {
    QFETCH(int, index);
    const LayerType& type = *layerCatalog().list()[static_cast<size_t>(index)];
    for (const std::string& set : cpuInstructionSets()) {
      QVERIFY(restrictCpuInstructionSet(set));
      for (const LayerExample& example : type.examples()) {
        const auto cpu = makeCpuEngine(2);
        const LayerCheck outcome = checkLayerOnEngine(type, example, *cpu);
        QVERIFY2(outcome.passed, (example.name + " on " + set + ": " + outcome.message).c_str());
      }
    }
    restrictCpuInstructionSet("");
  }

  void idsAreUnique() {
    std::set<std::string> ids;
    for (const LayerType* type : layerCatalog().list())
      QVERIFY2(ids.insert(type->id).second, type->id.c_str());
  }

 private:
  void describesItself(const LayerType& type) {
    for (const std::string* text : {&type.id, &type.title, &type.group, &type.summary, &type.help})
      QVERIFY(!text->empty());
    QVERIFY2(type.summary.ends_with('.') && type.help.ends_with('.'), "summary and help are sentences");
    const std::set<std::string> groups = {"Input and output", "Residual", "Convolution", "Normalisation",
                                          "Activation",       "Pooling",  "Dense",       "Shape",
                                          "Regularisation",   "Joining",  "Latent",      "Loss",
                                          "Boundary"};
    QVERIFY2(groups.contains(type.group), type.group.c_str());
    QVERIFY2((type.lower == nullptr) != (type.expand == nullptr), "a layer lowers or expands");
    if (!type.isContainer()) QVERIFY(!type.pytorch.empty() && !type.keras.empty());
    for (const auto* ports : {&type.inputs, &type.outputs})
      for (const PortDescription& port : *ports) QVERIFY(!port.name.empty() && !port.label.empty());
    std::set<std::string> keys;
    for (const AttributeDescription& a : type.attributes.list()) {
      QVERIFY2(keys.insert(a.key).second, a.key.c_str());
      QVERIFY2(!a.label.empty() && a.help.ends_with('.'), a.key.c_str());
      Attributes defaults;
      defaults[a.key] = a.fallback;
      const Result<void> valid = type.attributes.validate(defaults, type.id);
      QVERIFY2(valid.ok(), valid.ok() ? "" : valid.error().message.c_str());
    }
    // The lines of code name only attributes that exist.
    for (const std::string* line : {&type.pytorch, &type.keras})
      for (size_t open = line->find('{'); open != std::string::npos; open = line->find('{', open + 1)) {
        const std::string key = line->substr(open + 1, line->find('}', open) - open - 1);
        QVERIFY2(keys.contains(key), key.c_str());
      }
  }

  void lowers(const LayerType& type, const LayerExample& example, Mode mode) {
    const NetworkSpec spec = networkAround(type, example);
    const CheckedNetwork net = check(spec, layerCatalog(), {.batch = 3, .mode = mode});
    QVERIFY2(net.ok(), (example.name + ": " + summarise(net.diagnostics)).c_str());
    const NodeFacts& facts = net.nodes.at("subject");
    QVERIFY(facts.known);
    const Node& subject = *spec.graph.find("subject");
    const LayerType& placed = *layerCatalog().find(subject.type);
    QCOMPARE(facts.outputs.size(), outputPorts(subject, placed).size());
    for (const Shape& shape : facts.outputs) QVERIFY(shape.rank() >= 1 && shape.count() >= 1);
    QVERIFY(facts.inputs == example.inputs);
    for (const ParameterInfo& info : net.graph.parameters)
      QVERIFY2(info.shape.count() >= 1 && info.initialiser.fanIn >= 1 && info.initialiser.fanOut >= 1,
               info.name.c_str());
    if (type.group == "Loss") {
      const bool measures = std::any_of(net.graph.losses.begin(), net.graph.losses.end(),
                                        [&](const LossTerm& term) { return term.value != noValue; });
      QVERIFY2(measures, "a loss layer adds a term");
    }
  }

  void roundTrips(const LayerType& type, const LayerExample& example) {
    const NetworkSpec spec = networkAround(type, example);
    const Result<NetworkSpec> read = networkFromJson(nlohmann::json::parse(toJson(spec).dump()), "example");
    QVERIFY2(read.ok(), read.ok() ? "" : read.error().message.c_str());
    QVERIFY(*read == spec);
  }
};

QTEST_GUILESS_MAIN(TestLayers)
#include "test_layers.moc"
