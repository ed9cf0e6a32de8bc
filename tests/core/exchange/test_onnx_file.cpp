#include <cmath>
#include <fstream>
#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QtTest>

#include "core/exchange/onnx_file.h"
#include "core/exchange/onnx_tensor.h"
#include "onnx_builder.h"

using namespace bypath;

namespace {

using Change = std::function<void(OnnxBuilder&)>;

onnx::TensorProto& weightsOf(OnnxBuilder& b, const std::string& name) {
  for (onnx::TensorProto& tensor : *b.graph().mutable_initializer())
    if (tensor.name() == name) return tensor;
  qFatal("no such weights");
}

struct Hostile {
  const char* name;
  const char* sentence;  // a part of it
  Change change;
};

const std::vector<Hostile>& hostileModels() {
  static const std::vector<Hostile> all = {
      {"external data", "in another file",
       [](OnnxBuilder& b) { weightsOf(b, "fc_w").set_data_location(onnx::TensorProto::EXTERNAL); }},
      {"external path upwards", "in another file",
       [](OnnxBuilder& b) {
         onnx::StringStringEntryProto* entry = weightsOf(b, "fc_w").add_external_data();
         entry->set_key("location");
         entry->set_value("../../etc/passwd");
       }},
      {"external data in a node", "in another file",
       [](OnnxBuilder& b) {
         onnx::TensorProto* value =
             b.node("Constant", {}, "c").make("value", onnx::AttributeProto::TENSOR)->mutable_t();
         value->set_data_type(onnx::TensorProto::FLOAT);
         value->set_data_location(onnx::TensorProto::EXTERNAL);
       }},
      {"functions", "functions of its own",
       [](OnnxBuilder& b) { b.model.add_functions()->set_name("mine"); }},
      {"training graph", "for training", [](OnnxBuilder& b) { b.model.add_training_info(); }},
      {"branch", "branches and loops",
       [](OnnxBuilder& b) {
         b.node("If", {"output"}, "z")
             .make("then_branch", onnx::AttributeProto::GRAPH)
             ->mutable_g()
             ->set_name("g");
       }},
      {"custom domain", "of the domain 'com.acme'",
       [](OnnxBuilder& b) { b.graph().mutable_node(0)->set_domain("com.acme"); }},
      {"operator set 6", "operator set 6",
       [](OnnxBuilder& b) { b.model.mutable_opset_import(0)->set_version(6); }},
      {"operator set 99", "operator set 99",
       [](OnnxBuilder& b) { b.model.mutable_opset_import(0)->set_version(99); }},
      {"no operator set", "which operator set", [](OnnxBuilder& b) { b.model.clear_opset_import(); }},
      {"no version", "not an ONNX model", [](OnnxBuilder& b) { b.model.clear_ir_version(); }},
      {"no graph", "not an ONNX model", [](OnnxBuilder& b) { b.model.clear_graph(); }},
      {"negative size", "negative", [](OnnxBuilder& b) { weightsOf(b, "fc_w").set_dims(0, -5); }},
      {"2^31 values", "2^31",
       [](OnnxBuilder& b) {
         weightsOf(b, "fc_w").set_dims(0, int64_t{1} << 31);
         weightsOf(b, "fc_w").set_dims(1, 2);
       }},
      {"overflowing sizes", "2^31",
       [](OnnxBuilder& b) {
         for (int i = 0; i < 6; ++i) weightsOf(b, "fc_w").add_dims(int64_t{1} << 30);
       }},
      {"too little data", "should be 20",
       [](OnnxBuilder& b) { weightsOf(b, "fc_w").set_raw_data(std::string(76, 'a')); }},
      {"odd data", "should be 20",
       [](OnnxBuilder& b) { weightsOf(b, "fc_w").set_raw_data(std::string(81, 'a')); }},
      {"data twice", "given twice", [](OnnxBuilder& b) { weightsOf(b, "fc_w").add_float_data(1); }},
      {"texts", "the type 8",
       [](OnnxBuilder& b) { weightsOf(b, "fc_w").set_data_type(onnx::TensorProto::STRING); }},
      {"not a number", "not finite",
       [](OnnxBuilder& b) {
         const float nan = NAN;
         weightsOf(b, "fc_b").mutable_raw_data()->replace(4, 4, reinterpret_cast<const char*>(&nan), 4);
       }},
      {"infinite setting", "not finite",
       [](OnnxBuilder& b) { b.node("Elu", {"output"}, "z").real("alpha", INFINITY); }},
      {"made twice", "made twice", [](OnnxBuilder& b) { b.node("Relu", {"output"}, "sum"); }},
      {"input made again", "made twice", [](OnnxBuilder& b) { b.node("Relu", {"output"}, "input"); }},
      {"circle", "round in a circle", [](OnnxBuilder& b) { b.graph().mutable_node(3)->set_input(0, "y"); }},
      {"out of order", "out of order", [](OnnxBuilder& b) { b.graph().mutable_node()->SwapElements(0, 1); }},
      {"missing value", "nothing makes",
       [](OnnxBuilder& b) { b.graph().mutable_node(3)->set_input(0, "gone"); }},
      {"missing output", "made by nothing",
       [](OnnxBuilder& b) { b.graph().mutable_output(0)->set_name("gone"); }},
      {"weights twice", "there twice",
       [](OnnxBuilder& b) {
         b.weights("fc_w", {5, 4});
       }},
      {"input twice", "there twice",
       [](OnnxBuilder& b) {
         b.input("input", {-1, 3, 8, 8});
       }},
      {"input of negative size", "has the size -3",
       [](OnnxBuilder& b) {
         b.input("more", {-1, -3, 8, 8});
       }},
      {"setting twice", "twice",
       [](OnnxBuilder& b) {
         NodeBuilder{b.graph().mutable_node(0)}.ints("strides", {1, 1});
       }},
      {"unknown operator", "breaks the rules of ONNX",
       [](OnnxBuilder& b) { b.node("Frobnicate", {"output"}, "z"); }},
      {"unknown setting", "breaks the rules of ONNX",
       [](OnnxBuilder& b) {
         NodeBuilder{b.graph().mutable_node(2)}.ints("strides", {1, 1});
       }},
      {"sparse weights", "sparse", [](OnnxBuilder& b) { b.graph().add_sparse_initializer(); }},
  };
  return all;
}

int64_t mutationsAsked() {
  const int64_t asked = qEnvironmentVariableIntValue("BYPATH_MUTATIONS");
  return asked > 0 ? asked : 3000;
}

}  // namespace

class TestOnnxFile : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void aSoundModelIsRead();
  void numbersOfEveryType();
  void hostileModelsAreRefused_data();
  void hostileModelsAreRefused();
  void hostileBytesAreRefused();
  void tooManyNodesAreRefused();
  void mutationsNeverCrashOrHang();
};

void TestOnnxFile::aSoundModelIsRead() {
  const OnnxBuilder b = smallResnet();
  QTemporaryDir folder;
  const std::filesystem::path path = folder.filePath("small.onnx").toStdString();
  std::ofstream(path, std::ios::binary) << b.bytes();
  const Result<onnx::ModelProto> read = readOnnx(path);
  QVERIFY2(read.ok(), read.ok() ? "" : read.error().message.c_str());
  QCOMPARE(read->graph().node_size(), b.model.graph().node_size());
  const Result<onnx::ModelProto> absent = readOnnx(path.parent_path() / "none.onnx");
  QVERIFY(!absent.ok());
  QCOMPARE(absent.error().kind, ErrorKind::io);
  QVERIFY(!readOnnx(path.parent_path()).ok());
}

void TestOnnxFile::numbersOfEveryType() {
  onnx::TensorProto tensor;
  tensor.add_dims(2);
  tensor.set_data_type(onnx::TensorProto::DOUBLE);
  tensor.add_double_data(0.5);
  tensor.add_double_data(-3);
  QCOMPARE(numbersOf(tensor, "It")->reals, (std::vector<float>{0.5F, -3}));
  tensor.clear_double_data();
  tensor.set_data_type(onnx::TensorProto::FLOAT16);
  tensor.add_int32_data(0x3C00);  // 1
  tensor.add_int32_data(0xC100);  // -2.5
  QCOMPARE(numbersOf(tensor, "It")->reals, (std::vector<float>{1, -2.5F}));
  tensor.clear_int32_data();
  tensor.set_raw_data(std::string("\x01\x00\x00\x7C", 4));  // the smallest, infinity
  QVERIFY(!numbersOf(tensor, "It").ok());
  tensor.set_raw_data(std::string("\x01\x00\x00\x84", 4));  // 2^-24, -2^-14
  QCOMPARE(numbersOf(tensor, "It")->reals, (std::vector<float>{0x1p-24F, -0x1p-14F}));
  tensor.set_data_type(onnx::TensorProto::INT32);
  tensor.set_raw_data(std::string("\xFE\xFF\xFF\xFF\x07\x00\x00\x00", 8));
  QCOMPARE(numbersOf(tensor, "It")->integers, (std::vector<int64_t>{-2, 7}));
}

void TestOnnxFile::hostileModelsAreRefused_data() {
  QTest::addColumn<int>("index");
  for (size_t i = 0; i < hostileModels().size(); ++i)
    QTest::newRow(hostileModels()[i].name) << static_cast<int>(i);
}

void TestOnnxFile::hostileModelsAreRefused() {
  QFETCH(int, index);
  const Hostile& hostile = hostileModels()[static_cast<size_t>(index)];
  OnnxBuilder b = smallResnet();
  hostile.change(b);
  const Result<onnx::ModelProto> read = onnxFromBytes(b.bytes(), "bad.onnx");
  QVERIFY(!read.ok());
  const std::string& sentence = read.error().message;
  QVERIFY2(sentence.find(hostile.sentence) != std::string::npos, sentence.c_str());
  QVERIFY2(sentence.starts_with("bad.onnx"), sentence.c_str());
}

void TestOnnxFile::hostileBytesAreRefused() {
  const std::string sound = smallResnet().bytes();
  std::string deep;  // graphs inside nodes inside graphs
  for (int i = 0; i < 300; ++i) {
    std::string length;
    for (size_t size = deep.size(); true; size >>= 7) {
      length += static_cast<char>((size & 127) | (size > 127 ? 128 : 0));
      if (size < 128) break;
    }
    deep = std::string(1, i % 3 == 0 ? '\x32' : i % 3 == 1 ? '\x2A' : '\x0A') + length + deep;
  }
  std::string many;  // ten million empty nodes
  std::string nodes;
  for (int i = 0; i < 10'000'000; ++i) nodes += std::string("\x0A\x00", 2);
  many = "\x3A";
  for (size_t size = nodes.size(); true; size >>= 7) {
    many += static_cast<char>((size & 127) | (size > 127 ? 128 : 0));
    if (size < 128) break;
  }
  many += nodes;
  for (const std::string& bytes :
       {std::string(), std::string("PK\x03\x04 not a model"), std::string(1000, '\0'),
        std::string(1000, '\xFF'), sound.substr(0, sound.size() / 2), sound + "x",
        std::string("\x3A\xFF\xFF\xFF\xFF\x07", 6), "\x3A" + deep, many}) {
    QElapsedTimer clock;
    clock.start();
    const Result<onnx::ModelProto> read = onnxFromBytes(bytes, "bad.onnx");
    QVERIFY2(!read.ok(), qPrintable(QString::number(bytes.size())));
    QVERIFY(read.error().message.starts_with("bad.onnx"));
    QVERIFY(clock.elapsed() < 1000);
  }
}

void TestOnnxFile::tooManyNodesAreRefused() {
  OnnxBuilder b = smallResnet();
  for (int i = 0; i < mostOnnxNodes; ++i) b.graph().add_node()->set_op_type("Relu");
  const Result<onnx::ModelProto> read = onnxFromBytes(b.bytes(), "bad.onnx");
  QVERIFY(!read.ok());
  QVERIFY(read.error().message.find("nodes") != std::string::npos);
}

void TestOnnxFile::mutationsNeverCrashOrHang() {
  // The same every time; BYPATH_SEED gives another.
  const uint64_t seed = qEnvironmentVariable("BYPATH_SEED", "1").toULongLong();
  qInfo("seed %llu", static_cast<unsigned long long>(seed));
  std::mt19937_64 random(seed);
  const std::string sound = smallResnet().bytes();
  int accepted = 0;
  for (int64_t i = 0; i < mutationsAsked(); ++i) {
    std::string bytes = sound;
    const auto at = [&] { return static_cast<size_t>(random() % bytes.size()); };
    switch (random() % 4) {
      case 0:
        bytes.resize(at());
        break;
      case 1: {  // a piece of it somewhere else
        const size_t from = at();
        bytes.insert(at(), sound.substr(from, random() % 200));
        break;
      }
      case 2:
        bytes.erase(at(), random() % 50);
        break;
      default:
        for (uint64_t flips = 1 + random() % 8; flips > 0; --flips) bytes[at()] = static_cast<char>(random());
    }
    QElapsedTimer clock;
    clock.start();
    const Result<onnx::ModelProto> read = onnxFromBytes(bytes, "mutated.onnx");
    if (read.ok())
      ++accepted;
    else
      QVERIFY(read.error().message.starts_with("mutated.onnx"));
    QVERIFY2(clock.elapsed() < 1000, qPrintable(QString::number(i)));
  }
  qInfo("%d of %lld were still sound", accepted, static_cast<long long>(mutationsAsked()));
}

QTEST_GUILESS_MAIN(TestOnnxFile)
#include "test_onnx_file.moc"
