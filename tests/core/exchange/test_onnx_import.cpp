#include "import_support.h"
#include "onnx_builder.h"

using namespace bypath;

namespace {

struct Case {
  const char* name;
  std::function<void(OnnxBuilder&)> build;
  bool channelsLast = false;
  // The same in operators that can be run here; else `build` itself.
  std::function<void(OnnxBuilder&)> plainly = nullptr;
};

// Everything a model of another hand may hold; each is imported layer by layer and compared.
const std::vector<Case>& cases() {
  static const std::vector<Case> all = {
      {"strided convolution",
       [](OnnxBuilder& b) {
         b.input("in", {-1, 3, 9, 7}).conv("in", "y", {4, 3, 3, 3}, 2);
         b.output("y", {-1, 4, 5, 4});
       }},
      {"auto pad",
       [](OnnxBuilder& b) {
         b.input("in", {-1, 3, 8, 6}).weights("w", {4, 3, 3, 3}).weights("b", {4});
         b.node("Conv", {"in", "w", "b"}, "y").text("auto_pad", "SAME_UPPER");
         b.output("y", {-1, 4, 8, 6});
       }},
      {"valid by auto pad",
       [](OnnxBuilder& b) {
         b.input("in", {-1, 3, 8, 6}).weights("w", {4, 3, 3, 3});
         b.node("Conv", {"in", "w"}, "y").text("auto_pad", "VALID").ints("strides", {2, 2});
         b.output("y", {-1, 4, 3, 2});
       }},
      {"even window whose last padding is not read",
       [](OnnxBuilder& b) {
         b.input("in", {-1, 3, 8, 8}).weights("w", {4, 3, 4, 4});
         b.node("Conv", {"in", "w"}, "y").ints("pads", {1, 1, 1, 1}).ints("strides", {2, 2});
         b.output("y", {-1, 4, 4, 4});
       }},
      {"padded before the convolution",
       [](OnnxBuilder& b) {
         b.input("in", {-1, 3, 8, 8}).integers("p", {0, 0, 3, 3, 0, 0, 3, 3}).weights("w", {4, 3, 7, 7});
         b.node("Pad", {"in", "p"}, "padded");
         b.node("Conv", {"padded", "w"}, "c").ints("strides", {2, 2});
         b.node("Relu", {"c"}, "r");
         b.integers("q", {0, 0, 1, 1, 0, 0, 1, 1});
         b.node("Pad", {"r", "q"}, "s");
         b.node("MaxPool", {"s"}, "y").ints("kernel_shape", {3, 3}).ints("strides", {2, 2});
         b.output("y", {-1, 4, 2, 2});
       }},
      {"transposed convolution",
       [](OnnxBuilder& b) {
         b.input("in", {-1, 3, 4, 5}).weights("w", {3, 2, 3, 3}).weights("b", {2});
         b.node("ConvTranspose", {"in", "w", "b"}, "u")
             .ints("pads", {1, 1, 1, 1})
             .ints("strides", {2, 2})
             .ints("output_padding", {1, 1});
         b.weights("v", {2, 3, 4, 4});
         b.node("ConvTranspose", {"u", "v"}, "y").ints("pads", {1, 1, 1, 1}).ints("strides", {2, 2});
         b.output("y", {-1, 3, 16, 20});
       }},
      {"dense after planes",
       [](OnnxBuilder& b) {
         b.input("in", {-1, 3, 4, 5}).conv("in", "c", {2, 3, 3, 3});
         b.node("Flatten", {"c"}, "f");
         b.norm("f", "n", 40);
         b.node("Tanh", {"n"}, "t");
         b.weights("w", {40, 7}).weights("b", {7});
         b.node("MatMul", {"t", "w"}, "m");
         b.node("Add", {"m", "b"}, "a");
         b.weights("w2", {4, 7}).weights("b2", {1, 4});
         b.node("Gemm", {"a", "w2", "b2"}, "y").integer("transB", 1).real("alpha", 0.5F).real("beta", 2);
         b.output("y", {-1, 4});
       }},
      {"decoder of planes",
       [](OnnxBuilder& b) {
         b.input("z", {-1, 6}).weights("w", {24, 6}).weights("b", {24});
         b.node("Gemm", {"z", "w", "b"}, "g").integer("transB", 1);
         b.norm("g", "n", 24);
         b.node("Relu", {"n"}, "r");
         b.integers("s", {-1, 2, 3, 4});
         b.node("Reshape", {"r", "s"}, "image");
         b.conv("image", "c", {3, 2, 3, 3});
         b.node("Sigmoid", {"c"}, "y");
         b.output("y", {-1, 3, 3, 4});
       }},
      {"gates and numbers",
       [](OnnxBuilder& b) {
         b.input("in", {-1, 4, 4, 4}).conv("in", "c", {4, 4, 1, 1});
         b.weights("one", {1}, {-1});
         b.node("Mul", {"c", "one"}, "minus");
         b.node("Sigmoid", {"minus"}, "g");
         b.node("Mul", {"g", "in"}, "m");
         b.weights("two", {}, {2}).weights("half", {1}, {0.5F}).weights("three", {1, 1, 1}, {3});
         b.node("Mul", {"two", "m"}, "d");
         b.node("Div", {"d", "half"}, "q");
         b.node("Add", {"q", "three"}, "a");
         b.node("Elu", {"a"}, "e").real("alpha", 0.3F);
         b.node("Sum", {"e", "in", "m"}, "s");
         b.node("Concat", {"s", "in"}, "y").integer("axis", 1);
         b.output("y", {-1, 8, 4, 4});
       }},
      {"pooling",
       [](OnnxBuilder& b) {
         b.input("in", {-1, 3, 9, 9});
         b.node("MaxPool", {"in"}, "m")
             .ints("kernel_shape", {3, 3})
             .ints("strides", {2, 2})
             .ints("pads", {1, 1, 1, 1});
         b.node("AveragePool", {"m"}, "a").ints("kernel_shape", {3, 3}).ints("pads", {1, 1, 1, 1});
         b.node("MaxPool", {"a"}, "c")
             .ints("kernel_shape", {2, 2})
             .ints("strides", {2, 2})
             .integer("ceil_mode", 1);
         b.output("c", {-1, 3, 3, 3});
         b.graph().mutable_node(2)->clear_output();
         b.graph().mutable_node(2)->add_output("c");
         b.graph().mutable_node(2)->clear_attribute();
         NodeBuilder{b.graph().mutable_node(2)}
             .ints("kernel_shape", {3, 3})
             .ints("strides", {2, 2})
             .ints("pads", {1, 1, 1, 1});
       }},
      {"mean of pixels",
       [](OnnxBuilder& b) {
         b.input("in", {-1, 3, 5, 6});
         b.node("ReduceMean", {"in"}, "m").ints("axes", {-1, -2}).integer("keepdims", 1);
         b.node("Squeeze", {"m", "axes"}, "q");
         b.integers("axes", {2, 3}).weights("w", {3, 4});
         b.node("MatMul", {"q", "w"}, "y");
         b.output("y", {-1, 4});
       }},
      {"squeeze and excitation",
       [](OnnxBuilder& b) {
         b.input("in", {-1, 4, 5, 5});
         b.node("GlobalAveragePool", {"in"}, "p");
         b.conv("p", "c", {2, 4, 1, 1});
         b.node("Relu", {"c"}, "r");
         b.conv("r", "d", {4, 2, 1, 1});
         b.node("Flatten", {"d"}, "y");
         b.output("y", {-1, 4});
       }},
      {"option A",
       [](OnnxBuilder& b) {
         b.input("in", {-1, 3, 7, 8})
             .integers("zero", {0})
             .integers("most", {INT64_MAX})
             .integers("two", {2});
         b.integers("h", {2}).integers("w", {3}).integers("p", {0, 0, 0, 0, 0, 5, 0, 0});
         b.node("Slice", {"in", "zero", "most", "h", "two"}, "rows");
         b.node("Slice", {"rows", "zero", "most", "w", "two"}, "every");
         b.node("Pad", {"every", "p"}, "y");
         b.output("y", {-1, 8, 4, 4});
       }},
      {"crop",
       [](OnnxBuilder& b) {
         b.input("in", {-1, 3, 7, 8})
             .integers("begin", {0, 0})
             .integers("end", {5, -1})
             .integers("axes", {2, 3});
         b.node("Slice", {"in", "begin", "end", "axes"}, "y");
         b.output("y", {-1, 3, 5, 7});
       }},
      {"computed shape",
       [](OnnxBuilder& b) {
         b.input("in", {-1, 3, 4, 4});
         b.node("GlobalAveragePool", {"in"}, "p");
         b.node("Shape", {"in"}, "size");
         b.integers("zero", {0}).integers("minus", {-1});
         b.node("Gather", {"size", "zero"}, "n");
         b.node("Concat", {"n", "minus"}, "shape").integer("axis", 0);
         b.node("Reshape", {"p", "shape"}, "f");
         b.weights("w", {3, 4});
         b.node("MatMul", {"f", "w"}, "m");
         b.node("Neg", {"m"}, "y");
         b.output("y", {-1, 4});
       },
       false,
       [](OnnxBuilder& b) {
         b.input("in", {-1, 3, 4, 4});
         b.node("GlobalAveragePool", {"in"}, "p");
         b.node("Flatten", {"p"}, "f");
         b.weights("w", {3, 4}).weights("minus", {1}, {-1});
         b.node("MatMul", {"f", "w"}, "m");
         b.node("Mul", {"m", "minus"}, "y");
         b.output("y", {-1, 4});
       }},
      {"identities and a softmax",
       [](OnnxBuilder& b) {
         b.input("in", {-1, 6}).weights("w", {6, 5}).weights("b", {5});
         b.node("Identity", {"in"}, "i");
         b.node("Dropout", {"i"}, "d");
         b.node("Gemm", {"d", "w", "b"}, "g");
         b.output("g", {-1, 5});
       }},
      {"channels last outside",
       [](OnnxBuilder& b) {
         b.input("in", {-1, 8, 6, 3});
         b.node("Transpose", {"in"}, "t").ints("perm", {0, 3, 1, 2});
         b.conv("t", "c", {4, 3, 3, 3});
         b.node("Transpose", {"c"}, "u").ints("perm", {0, 2, 3, 1});
         b.node("Relu", {"u"}, "y");
         b.output("y", {-1, 8, 6, 4});
       },
       true},
  };
  return all;
}

}  // namespace

class TestOnnxImport : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void layersSayWhatNodesSay_data();
  void layersSayWhatNodesSay();
  void aClassifierCanBeTrainedOn();
  void whatIsNotUnderstoodIsNamed();
  void aResnetOfKerasIsFolded();
  void anOpenSizeIsSaid();
  void largeModelsTakeNoLongerThanTheyMust();
};

void TestOnnxImport::layersSayWhatNodesSay_data() {
  QTest::addColumn<int>("index");
  for (size_t i = 0; i < cases().size(); ++i) QTest::newRow(cases()[i].name) << static_cast<int>(i);
}

void TestOnnxImport::layersSayWhatNodesSay() {
  QFETCH(int, index);
  const Case& one = cases()[static_cast<size_t>(index)];
  OnnxBuilder b(13, 7);
  one.build(b);
  const Result<onnx::ModelProto> proto = onnxFromBytes(b.bytes(), "case.onnx");
  QVERIFY2(proto.ok(), proto.ok() ? "" : proto.error().message.c_str());
  const Result<ImportedModel> imported = importOnnx(*proto, layerCatalog());
  QVERIFY2(imported.ok(), imported.ok() ? "" : imported.error().message.c_str());
  OnnxBuilder plain(13, 7);
  (one.plainly ? one.plainly : one.build)(plain);
  const Agreement compared = agreement(plain.model, *imported, one.channelsLast);
  QVERIFY2(compared.problem.empty(), (compared.problem + "\n" + textOf(imported->network.graph)).c_str());
  QVERIFY2(compared.difference < 1e-5,
           (std::to_string(compared.difference) + "\n" + textOf(imported->network.graph)).c_str());
}

void TestOnnxImport::aClassifierCanBeTrainedOn() {
  OnnxBuilder b = smallResnet();
  b.node("Softmax", {"output"}, "shares").integer("axis", 1);
  b.graph().mutable_output(0)->set_name("shares");
  const Result<ImportedModel> imported = importOnnx(b.model, layerCatalog());
  QVERIFY2(imported.ok(), imported.ok() ? "" : imported.error().message.c_str());
  QVERIFY(imported->network.graph.find("loss"));
  QCOMPARE(imported->notes.size(), size_t{2});  // the softmax, the block
  QVERIFY(imported->notes[0].find("Softmax") != std::string::npos);
  const CheckedNetwork training = check(imported->network, layerCatalog(), {.batch = 4});
  QVERIFY(training.ok());
  QCOMPARE(training.graph.losses.size(), size_t{1});
  QCOMPARE(training.graph.parameters.size(), static_cast<size_t>(imported->weights.size()));
}

void TestOnnxImport::whatIsNotUnderstoodIsNamed() {
  OnnxBuilder b;
  b.input("in", {-1, 4, 8, 8});
  b.weights("w", {4, 2, 3, 3});
  b.node("Conv", {"in", "w"}, "grouped").integer("group", 2);
  b.node("LeakyRelu", {"in"}, "leaky");
  b.node("Relu", {"grouped"}, "behind");  // not named: what it reads is not known
  for (int i = 0; i < 25; ++i) b.node("HardSwish", {"in"}, "swish" + std::to_string(i));
  b.node("Add", {"behind", "leaky"}, "y");
  b.output("y", {-1, 4, 8, 8});
  const Result<ImportedModel> imported = importOnnx(b.model, layerCatalog());
  QVERIFY(!imported.ok());
  const std::string& sentence = imported.error().message;
  for (const char* part : {"27 nodes", "Node 'grouped_node' (Conv) convolves in groups",
                           "'leaky_node' (LeakyRelu)", "'swish17_node'", "and 7 more"})
    QVERIFY2(sentence.find(part) != std::string::npos, sentence.c_str());
  QVERIFY(sentence.find("behind") == std::string::npos && sentence.find("swish18") == std::string::npos);
}

// As tf2onnx writes a ResNet of Keras: images with their channels last, zeros put around before the stem,
// biases before norms, the stride of a bottleneck on its first convolution, a softmax at the end.
void TestOnnxImport::aResnetOfKerasIsFolded() {
  OnnxBuilder b(13, 21);
  b.input("input_1", {-1, 32, 32, 3});
  b.node("Transpose", {"input_1"}, "t").ints("perm", {0, 3, 1, 2});
  b.integers("p3", {0, 0, 3, 3, 0, 0, 3, 3}).integers("p1", {0, 0, 1, 1, 0, 0, 1, 1});
  const auto convolution = [&](const std::string& x, const std::string& y, std::vector<int64_t> weight,
                               int64_t stride) {
    const int64_t pad = weight[2] == 3 ? 1 : 0;
    b.weights(y + "_w", weight).weights(y + "_b", {weight[0]});
    b.node("Conv", {x, y + "_w", y + "_b"}, y)
        .ints("kernel_shape", {weight[2], weight[3]})
        .ints("strides", {stride, stride})
        .ints("pads", {pad, pad, pad, pad});
    b.norm(y, y + "_bn", weight[0]).real("epsilon", 1.001e-5F);
    return y + "_bn";
  };
  const auto relu = [&](const std::string& x) {
    b.node("Relu", {x}, x + "_relu");
    return x + "_relu";
  };
  b.node("Pad", {"t", "p3"}, "padded");
  std::string x = relu(convolution("padded", "conv1", {4, 3, 7, 7}, 2));
  b.node("Pad", {x, "p1"}, "padded2");
  b.node("MaxPool", {"padded2"}, "pool1").ints("kernel_shape", {3, 3}).ints("strides", {2, 2});
  x = "pool1";
  int64_t channels = 4;
  for (const auto& [stage, copies, narrow] : {std::tuple{2, 3, 4}, std::tuple{3, 2, 8}})
    for (int copy = 1; copy <= copies; ++copy) {
      const std::string name = "conv" + std::to_string(stage) + "_block" + std::to_string(copy);
      const int64_t stride = stage > 2 && copy == 1 ? 2 : 1, wide = 4 * narrow;
      const std::string shortcut =
          copy == 1 ? convolution(x, name + "_0", {wide, channels, 1, 1}, stride) : x;
      std::string y = relu(convolution(x, name + "_1", {narrow, channels, 1, 1}, stride));
      y = relu(convolution(y, name + "_2", {narrow, narrow, 3, 3}, 1));
      y = convolution(y, name + "_3", {wide, narrow, 1, 1}, 1);
      b.node("Add", {shortcut, y}, name + "_add");
      x = relu(name + "_add");
      channels = wide;
    }
  b.node("ReduceMean", {x}, "mean").ints("axes", {2, 3}).integer("keepdims", 0);
  b.weights("dense_w", {32, 10}).weights("dense_b", {10});
  b.node("MatMul", {"mean", "dense_w"}, "product");
  b.node("Add", {"product", "dense_b"}, "predictions");
  b.output("predictions", {-1, 10});
  const Result<ImportedModel> imported = importOnnx(b.model, layerCatalog());
  QVERIFY2(imported.ok(), imported.ok() ? "" : imported.error().message.c_str());
  const std::string drawn = textOf(imported->network.graph);
  std::vector<int64_t> repeats;
  for (const Node& node : imported->network.graph.nodes) {
    if (node.type != "residual_block") continue;
    repeats.push_back(std::get<int64_t>(node.attributes.at("repeat")));
    QVERIFY2(node.attributes.at("branch") == AttributeValue(std::string("bottleneck")), drawn.c_str());
    QVERIFY2(node.attributes.at("bias") == AttributeValue(true), drawn.c_str());
    QVERIFY2(!node.attributes.contains("stride_on"), drawn.c_str());  // the first, by default
  }
  QVERIFY2((repeats == std::vector<int64_t>{3, 2}), drawn.c_str());
  const Agreement compared = agreement(b.model, *imported, true);
  QVERIFY2(compared.problem.empty() && compared.difference < 1e-5, compared.problem.c_str());
}

void TestOnnxImport::anOpenSizeIsSaid() {
  OnnxBuilder b;
  b.input("in", {-1, 3, -1, -1}).conv("in", "y", {4, 3, 3, 3});
  b.output("y", {-1, 4, -1, -1});
  const Result<ImportedModel> open = importOnnx(b.model, layerCatalog());
  QVERIFY(!open.ok() && open.error().message.find("open") != std::string::npos);
  const Result<ImportedModel> said = importOnnx(b.model, layerCatalog(), {.image = {6, 5, 3}});
  QVERIFY2(said.ok(), said.ok() ? "" : said.error().message.c_str());
  QVERIFY(said->network.graph.nodes[0].attributes.at("shape") == AttributeValue(std::string("6x5x3")));
  OnnxBuilder two;
  two.input("a", {-1, 3}).input("b", {-1, 3});
  two.node("Add", {"a", "b"}, "y");
  two.output("y", {-1, 3});
  const Result<ImportedModel> several = importOnnx(two.model, layerCatalog());
  QVERIFY(!several.ok() && several.error().message.find("several inputs, 'a' and 'b'") != std::string::npos);
}

void TestOnnxImport::largeModelsTakeNoLongerThanTheyMust() {
  const auto timed = [](const char* what, const OnnxBuilder& b) {
    QElapsedTimer clock;
    clock.start();
    const Result<ImportedModel> imported = importOnnx(b.model, layerCatalog());
    qInfo("%s: %lld ms, %s", what, static_cast<long long>(clock.elapsed()),
          imported.ok() ? "read" : imported.error().message.substr(0, 100).c_str());
    return clock.elapsed();
  };
  const auto last = [](int i) { return "v" + std::to_string(i); };
  for (const char* producer : {"test", "Bypath"}) {
    OnnxBuilder apart, sums, blocks;
    for (OnnxBuilder* b : {&apart, &sums, &blocks}) {
      b->model.set_producer_name(producer);
      b->input("v0", {-1, 2, 4, 4});
    }
    for (int i = 0; i < 20'000; ++i)
      apart.node("Relu", {last(i)}, last(i + 1)).node->set_name("part" + std::to_string(i) + "/relu");
    apart.output(last(20'000), {-1, 2, 4, 4});
    for (int i = 0; i < 30'000; ++i) sums.node("Add", {last(i), last(i / 2)}, last(i + 1));
    sums.output(last(30'000), {-1, 2, 4, 4});
    blocks.weights("w", {2, 2, 3, 3});
    for (int i = 0; i < 4'000; i += 4) {
      for (int k = 0; k < 3; ++k) blocks.node(k == 1 ? "Relu" : "Conv", {last(i + k), "w"}, last(i + k + 1));
      blocks.graph().mutable_node(i + 1)->mutable_input()->RemoveLast();
      for (const int k : {0, 2}) NodeBuilder{blocks.graph().mutable_node(i + k)}.ints("pads", {1, 1, 1, 1});
      blocks.node("Add", {last(i + 3), last(i)}, last(i + 4));
    }
    blocks.output(last(4'000), {-1, 2, 4, 4});
    QVERIFY(timed("20,000 layers, each in a part of its own", apart) < 10'000);
    QVERIFY(timed("30,000 sums", sums) < 10'000);
    QVERIFY(timed("1,000 blocks", blocks) < 10'000);
  }
}

QTEST_GUILESS_MAIN(TestOnnxImport)
#include "test_onnx_import.moc"
