#include <QtTest/QtTest>
#include <set>

#include "core/ops/catalog.h"

using namespace bypath;

class TestCatalog : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void everyOpIsThereOnce() {
    std::set<std::string> ids;
    for (const OpType* type : opCatalog()) {
      QVERIFY2(ids.insert(type->id).second, type->id.c_str());
      QCOMPARE(findOp(type->id), type);
      QVERIFY2(type->shapes && type->reference, type->id.c_str());
    }
    QCOMPARE(ids.size(), size_t{53});
    QCOMPARE(findOp("conv3d"), nullptr);
  }

  void placesToWorkInHaveTheShapeOfTheResult() {
    for (const OpType* type : opCatalog())
      for (const OpExample& example : type->examples())
        for (int input : workPlaces(*type, example.attributes, example.inputs.size())) {
          const std::vector<Shape> shapes =
              *type->shapes({.attributes = example.attributes, .inputs = example.inputs});
          QVERIFY2(example.inputs[static_cast<size_t>(input)] == shapes[0], type->id.c_str());
        }
  }

  void attributesAreSortedAndReplaced() {
    OpAttributes attributes{{"stride_w", 2}, {"pad_top", 1}};
    attributes.set("stride_w", 3);
    QVERIFY((attributes == OpAttributes{{"pad_top", 1}, {"stride_w", 3}}));
    QCOMPARE(attributes.integer("stride_w"), int64_t{3});
    QCOMPARE(attributes.real("rate", 0.25), 0.25);
    QVERIFY(!attributes.flag("relu"));
    QVERIFY_THROWS_EXCEPTION(std::out_of_range, attributes.real("rate"));
  }

  void costs() {
    // The second layer of ResNet-20 on one image: 32x32 positions, 3x3x16x16 weights.
    const OpAttributes padded{{"stride_h", 1}, {"stride_w", 1},   {"pad_top", 1},
                              {"pad_left", 1}, {"pad_bottom", 1}, {"pad_right", 1}};
    const OpCall convolution{
        .attributes = padded, .inputs = {{1, 32, 32, 16}, {3, 3, 16, 16}}, .outputs = {{1, 32, 32, 16}}};
    QCOMPARE(costOf(conv2dOp(), convolution).multiplyAdds, 2359296.0);
    QCOMPARE(costOf(conv2dOp(), convolution).bytes, 4.0 * (16384 + 2304 + 16384));
    const OpCall product{
        .attributes = {{"transpose_a", 1}}, .inputs = {{128, 64}, {128, 10}}, .outputs = {{64, 10}}};
    QCOMPARE(costOf(matmulOp(), product).multiplyAdds, 128.0 * 64 * 10);
    const OpCall rectifier{.inputs = {{5, 7}}, .outputs = {{5, 7}}};
    QCOMPARE(costOf(reluOp(), rectifier).multiplyAdds, 0.0);
    QCOMPARE(costOf(reluOp(), rectifier).bytes, 280.0);
    QCOMPARE(costOf(reshapeOp(), rectifier).bytes, 0.0);
  }
};

QTEST_GUILESS_MAIN(TestCatalog)
#include "test_catalog.moc"
