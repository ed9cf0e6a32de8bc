// check() on what is not whole: half drawn, wrong, hostile or random.
#include <QElapsedTimer>
#include <random>

#include "drawing.h"

using namespace bypath;

class TestHalfDrawn : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void empty() {
    const CheckedNetwork net = checked({});
    QVERIFY(!net.ok());
    VERIFY_SAYS(net, Severity::error, "The network is empty");
  }

  void noInput() {
    VERIFY_SAYS(checked(Drawing().place("relu", "relu").spec()), Severity::error, "No Input layer");
  }

  void noLoss() {
    const CheckedNetwork net = checked(Drawing().add("input", "input").add("conv", "conv2d").spec());
    VERIFY_OK(net);
    VERIFY_SAYS(net, Severity::warning, "nothing to train");
    VERIFY_SAYS(net, Severity::note, "conv: The output of conv goes nowhere");
  }

  void unknownTypeDoesNotStopTheRest() {
    const CheckedNetwork net = checked(classifier().place("odd", "hyper_layer").spec());
    VERIFY_SAYS(net, Severity::error, "odd: There is no layer type 'hyper_layer'");
    QVERIFY(net.nodes.at("fc").known);
  }

  void unknownTypeInTheMiddle() {
    Drawing d;
    d.add("input", "input").add("odd", "hyper_layer").add("conv", "conv2d").add("loss", "softmax_loss");
    const CheckedNetwork net = checked(d.spec());
    QCOMPARE(net.diagnostics.size(), size_t{1});
    QVERIFY(!net.nodes.at("conv").known);
    QVERIFY(net.nodes.at("input").known);
  }

  void missingInputOffersTheOnlyFreeOutput() {
    Drawing d;
    d.add("input", "input")
        .place("conv", "conv2d")
        .add("pool", "global_average_pool")
        .add("loss", "softmax_loss");
    const CheckedNetwork net = checked(d.spec());
    VERIFY_SAYS(net, Severity::error, "conv: Input 'x' of conv is not connected: draw a wire to it.");
    QCOMPARE(net.diagnostics[0].fixes.size(), size_t{1});
    VERIFY_OK(checked(net.diagnostics[0].fixes[0].apply(d.spec())));
  }

  void badAttributes() {
    Drawing d;
    d.add("input", "input")
        .add("conv", "conv2d",
             {{"channels", number(0)}, {"colour", "red"}, {"kernel", 2.5}, {"padding", "wide"}});
    const CheckedNetwork net = checked(d.spec());
    for (const char* text : {"channels must be a whole number", "no attribute 'colour'", "kernel must be",
                             "padding must be one of same, valid"})
      VERIFY_SAYS(net, Severity::error, text);
    NetworkSpec mended = d.spec();
    for (const Diagnostic& diagnostic : net.diagnostics)
      if (diagnostic.severity == Severity::error) mended = diagnostic.fixes.at(0).apply(mended);
    VERIFY_OK(checked(mended));
  }

  void cycle() {
    Drawing d = classifier();
    d.place("a", "relu")
        .add("b", "relu")
        .add("c", "relu")
        .wire("c", "a")
        .place("behind", "relu")
        .wire("b", "behind");
    const CheckedNetwork net = checked(d.spec());
    VERIFY_SAYS(net, Severity::error, "The wires run in a circle: ");
    QVERIFY(net.nodes.at("loss").known);
    QVERIFY(!net.nodes.at("behind").known);
    for (const Diagnostic& diagnostic : net.diagnostics)
      if (!diagnostic.fixes.empty())
        QVERIFY(!mentions(checked(diagnostic.fixes[0].apply(d.spec())), Severity::error, "circle"));
  }

  void selfLoop() {
    Drawing d = classifier();
    d.place("a", "relu").wire("a", "a");
    VERIFY_SAYS(checked(d.spec()), Severity::error, "a -> a");
  }

  void danglingWires() {
    Drawing d = classifier();
    d.wire("ghost", "relu")
        .wire("fc", "phantom")
        .wire("conv", "bn", 7)
        .wire("loss", "bn", 0, 0)
        .wire("conv", "bn", 0, -3);
    CheckedNetwork net = checked(d.spec());
    VERIFY_SAYS(net, Severity::error, "leads to a node that is not there");
    VERIFY_SAYS(net, Severity::error, "ends at a port that");
    NetworkSpec mended = d.spec();
    for (int turn = 0; turn < 10 && !net.ok(); ++turn) {
      mended = net.diagnostics[0].fixes.at(0).apply(mended);
      net = checked(mended);
    }
    VERIFY_OK(net);
    QVERIFY(mended == classifier().spec());
  }

  void duplicateNames() {
    Drawing d = classifier();
    d.place("conv", "relu");
    const CheckedNetwork net = checked(d.spec());
    VERIFY_SAYS(net, Severity::error, "Two nodes are named conv");
    QVERIFY(net.nodes.at("fc").known);
    VERIFY_SAYS(checked(net.diagnostics[0].fixes[0].apply(d.spec())), Severity::error, "relu1: Input 'x'");
  }

  void badNames() {
    for (const std::string& name : {std::string("a/b"), std::string("a[1]"), std::string(),
                                    std::string(5000, 'x'), std::string("\xff")}) {
      const CheckedNetwork net = checked(classifier().add(name, "relu").spec());
      QVERIFY(!net.ok());
    }
  }

  void twoWiresIntoOnePort() {
    Drawing d = classifier();
    d.wire("conv", "relu");
    const CheckedNetwork net = checked(d.spec());
    VERIFY_SAYS(net, Severity::error, "relu: Two wires end at one input of relu");
    VERIFY_OK(checked(net.diagnostics[0].fixes[0].apply(d.spec())));
  }

  void shapesThatDoNotFit() {
    const auto says = [](Drawing d, const char* text) {
      VERIFY_SAYS(checked(d.spec()), Severity::error, text);
    };
    says(Drawing().add("input", "input", {{"shape", "16"}}).add("conv", "conv2d"),
         "A convolution reads images");
    says(Drawing().add("input", "input", {{"shape", "4x4"}}), "is neither");
    says(Drawing().add("input", "input", {{"shape", "4x4x3x2"}}), "is neither");
    says(Drawing()
             .add("input", "input", {{"shape", "2x2x1"}})
             .add("conv", "conv2d", {{"kernel", number(5)}, {"padding", "valid"}}),
         "conv");
    says(Drawing().add("input", "input", {{"shape", "12"}}).add("r", "reshape", {{"shape", "5x5x1"}}),
         "keeps the number of values");
    says(Drawing().add("input", "input", {{"shape", "1000000x1000000x1000000"}}), "too large");
    says(Drawing()
             .add("input", "input", {{"shape", "1000000"}})
             .add("fc", "dense", {{"units", number(1048576)}}),
         "too large");
  }

  void denseOnAnImageOffersPooling() {
    Drawing d;
    d.add("input", "input", {{"shape", "6x6x3"}}).add("fc", "dense").add("loss", "softmax_loss");
    const CheckedNetwork net = checked(d.spec());
    VERIFY_SAYS(net, Severity::error, "fc: A dense layer reads one row of numbers, but gets 6x6x3");
    QCOMPARE(net.diagnostics[0].fixes.size(), size_t{2});
    for (const Fix& fix : net.diagnostics[0].fixes) VERIFY_OK(checked(fix.apply(d.spec())));
  }

  void oneWireIntoAnAdd() {
    Drawing d;
    d.add("input", "input").add("add", "add");
    VERIFY_SAYS(checked(d.spec()), Severity::error, "add: Add joins 2 or more signals, and add has 1");
  }

  void partProblems() {
    Drawing empty;
    empty.add("input", "input").add("part", "part");
    VERIFY_SAYS(checked(empty.spec()), Severity::error, "port that part does not have");
    Drawing bare;
    bare.add("input", "input").place("part", "part");
    VERIFY_SAYS(checked(bare.spec()), Severity::error, "part: The part is empty");
    Drawing uneven;
    Drawing body;
    body.place("in", "part_input")
        .place("in2", "part_input")
        .place("add", "add")
        .wire("in", "add")
        .wire("in2", "add", 1)
        .add("out", "part_output");
    uneven.add("input", "input").add("part", "part", {{"repeat", number(3)}}).body(body.graph());
    uneven.wire("input", "part", 1);
    VERIFY_SAYS(checked(uneven.spec()), Severity::error, "as many outputs as inputs");
    VERIFY_SAYS(checked(Drawing().place("in", "part_input").spec()), Severity::error, "border of a part");
  }

  void explosionsAreRefused() {
    Drawing inner = Drawing().place("x", "part_input").add("relu", "relu").add("y", "part_output");
    for (int level = 0; level < 3; ++level) {
      Drawing outer;
      outer.place("x", "part_input").add("part", "part", {{"repeat", number(1000)}}).body(inner.graph());
      outer.add("y", "part_output");
      inner = outer;
    }
    Drawing d;
    d.add("input", "input").add("part", "part").body(inner.graph());
    VERIFY_SAYS(checked(d.spec()), Severity::error, "nodes with all copies counted");

    Drawing deep = Drawing().place("x", "part_input").add("y", "part_output");
    for (int level = 0; level < 100; ++level) {
      Drawing outer;
      outer.place("x", "part_input").add("part", "part").body(deep.graph());
      outer.add("y", "part_output");
      deep = outer;
    }
    Drawing nested;
    nested.add("input", "input").add("part", "part").body(deep.graph());
    VERIFY_SAYS(checked(nested.spec()), Severity::error, "nested deeper than 32 levels");
  }

  void manyProblemsAreCutShort() {
    Drawing d;
    d.place("input", "input");
    for (int i = 0; i < 20'000; ++i) {
      const std::string name = "n" + std::to_string(i);
      d.place(name, "relu").wire("input", name).wire("input", name).wire(name, name);
    }
    QElapsedTimer timer;
    timer.start();
    const CheckedNetwork net = checked(d.spec());
    qInfo("60,000 problems: %lld ms", timer.elapsed());
    QVERIFY(net.diagnostics.size() < 500);
    VERIFY_SAYS(net, Severity::error, "more problems than are listed");
  }

  void notesAloneDoNotForbidTraining() {
    Drawing d = classifier();
    for (int i = 0; i < 500; ++i)
      d.place("n" + std::to_string(i), "relu").wire("input", "n" + std::to_string(i));
    VERIFY_OK(checked(d.spec()));
  }

  // What a person may leave behind: sound networks with a few things changed. Whatever is offered as a fix
  // can be applied, and often mends.
  void halfDrawnNetworks() {
    const unsigned seed = 5150;
    qInfo("seed %u", seed);
    std::mt19937 random(seed);
    const auto below = [&](size_t bound) { return static_cast<size_t>(random() % bound); };
    const std::vector<const LayerType*>& types = layerCatalog().list();
    int whole = 0, mended = 0;
    for (int round = 0; round < 300; ++round) {
      NetworkSpec spec = below(2) ? resnet(2) : classifier().spec();
      Graph& graph = spec.graph;
      for (size_t edits = 1 + below(3); edits > 0; --edits) {
        Node& node = graph.nodes[below(graph.nodes.size())];
        const LayerType* type = layerCatalog().find(node.type);
        switch (below(6)) {
          case 0:
            graph.nodes.erase(graph.nodes.begin() + static_cast<long>(below(graph.nodes.size())));
            break;
          case 1:
            if (!graph.wires.empty())
              graph.wires.erase(graph.wires.begin() + static_cast<long>(below(graph.wires.size())));
            break;
          case 2:
            node.type = types[below(types.size())]->id;
            break;
          case 3:
            graph.wires.push_back(
                {node.name, 0, graph.nodes[below(graph.nodes.size())].name, static_cast<int>(below(2))});
            break;
          case 4:
            node.attributes.clear();
            break;
          default:
            for (const AttributeDescription& a : type->attributes.list())
              if (a.kind == AttributeKind::choice)
                node.attributes[a.key] = a.choices[below(a.choices.size())];
        }
        if (graph.nodes.empty()) break;
      }
      CheckedNetwork net = checked(spec);
      for (const auto& [path, facts] : net.nodes)
        if (facts.container) static_cast<void>(checked(spec, {.part = path}));
      whole += net.ok();
      const bool wasWhole = net.ok();
      for (int turn = 0; turn < 6 && !net.ok(); ++turn) {
        const auto fixable = std::find_if(net.diagnostics.begin(), net.diagnostics.end(),
                                          [](const Diagnostic& d) { return !d.fixes.empty(); });
        if (fixable == net.diagnostics.end()) break;
        spec = fixable->fixes[below(fixable->fixes.size())].apply(spec);
        net = checked(spec);
      }
      mended += !wasWhole && net.ok();
    }
    qInfo("%d of 300 were whole, %d were mended by what was offered", whole, mended);
    QVERIFY(whole > 10);
    QVERIFY(mended > 10);
  }

  // Any garbage gets an answer.
  void randomGraphs() {
    const unsigned seed = 20260;
    qInfo("seed %u", seed);
    std::mt19937 random(seed);
    const auto below = [&](size_t bound) { return static_cast<size_t>(random() % bound); };
    const auto& types = layerCatalog().list();
    const std::vector<AttributeValue> values = {
        true, int64_t{0}, int64_t{2}, int64_t{-5}, int64_t{1} << 40, 0.5, 1e300, "free", "up", "3x3x3", ""};
    size_t whole = 0;
    for (int round = 0; round < 400; ++round) {
      std::function<Graph(int)> draw = [&](int depth) {
        Graph graph;
        const size_t count = 1 + below(8);
        for (size_t i = 0; i < count; ++i) {
          const LayerType& type = *types[below(types.size())];
          Node node{.name = "n" + std::to_string(below(20) ? i : 0), .type = below(30) ? type.id : "none"};
          for (const AttributeDescription& a : type.attributes.list())
            if (below(3) == 0) {
              const bool fitting = below(3) && a.kind == AttributeKind::choice;
              node.attributes[a.key] =
                  fitting ? AttributeValue(a.choices[below(a.choices.size())]) : values[below(values.size())];
            }
          if (type.isContainer() && depth < 3) node.body.push_back(draw(depth + 1));
          graph.nodes.push_back(std::move(node));
        }
        const size_t wires = below(2 * count + 1);
        for (size_t i = 0; i < wires; ++i)
          graph.wires.push_back({"n" + std::to_string(below(count + 1)),
                                 static_cast<int>(below(8) ? 0 : below(3)) - (below(30) ? 0 : 1),
                                 "n" + std::to_string(below(count + 1)), static_cast<int>(below(3))});
        return graph;
      };
      NetworkSpec spec{.name = "random", .graph = draw(0)};
      const CheckedNetwork net = checked(spec, {.batch = static_cast<int64_t>(below(5)),
                                                .mode = below(2) ? Mode::training : Mode::evaluation});
      whole += net.ok();
      for (const Diagnostic& d : net.diagnostics)
        for (const Fix& fix : d.fixes) static_cast<void>(checked(fix.apply(spec)));
      for (const auto& [path, facts] : net.nodes)
        if (facts.container) static_cast<void>(checked(spec, {.part = path}));
    }
    qInfo("%zu of 400 random graphs were whole", whole);
  }
};

QTEST_GUILESS_MAIN(TestHalfDrawn)
#include "test_half_drawn.moc"
