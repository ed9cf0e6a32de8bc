#include "core/network/receptive_field.h"
#include "drawing.h"

using namespace bypath;

class TestReceptiveField : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void convolutionsAndPooling() {
    Drawing d;
    d.add("input", "input", {{"shape", "32x32x3"}})
        .add("a", "conv2d", {{"kernel", number(3)}})
        .add("b", "conv2d", {{"kernel", number(5)}, {"stride", number(2)}})
        .add("pool", "max_pool", {{"kernel", number(2)}, {"stride", number(2)}})
        .add("c", "conv2d", {{"kernel", number(3)}})
        .add("global", "global_average_pool")
        .add("fc", "dense")
        .add("loss", "softmax_loss");
    const CheckedNetwork net = checked(d.spec());
    VERIFY_OK(net);
    const auto side = [&](const char* path) { return receptiveField(net.graph, path).pixels; };
    QCOMPARE(side("input"), int64_t{0});  // no op of its own
    QCOMPARE(side("a"), int64_t{3});
    QCOMPARE(side("b"), int64_t{7});
    QCOMPARE(side("pool"), int64_t{9});
    QCOMPARE(side("c"), int64_t{17});
    QVERIFY(!receptiveField(net.graph, "c").whole);
    QVERIFY(receptiveField(net.graph, "global").whole);
    QVERIFY(receptiveField(net.graph, "fc").whole);
    QCOMPARE(side("nobody"), int64_t{0});
  }

  // ResNet-20: 1 + 7 convolutions at one pixel apart, 6 at two, 6 at four; the strided ones count before.
  void aResidualNetworkSeesAsFarAsItsBranches() {
    const CheckedNetwork net = checked(resnet(3));
    VERIFY_OK(net);
    QCOMPARE(receptiveField(net.graph, "stage1").pixels, int64_t{1 + 7 * 2});
    QCOMPARE(receptiveField(net.graph, "stage1[1]").pixels, int64_t{1 + 3 * 2});
    // conv1 of stage 2 still reads at a pixel's distance, its five followers at two.
    QCOMPARE(receptiveField(net.graph, "stage2").pixels, int64_t{15 + 2 + 5 * 4});
    QCOMPARE(receptiveField(net.graph, "stage3").pixels, int64_t{37 + 4 + 5 * 8});
  }

  void transposedConvolutionsStepBack() {
    Drawing d;
    d.add("input", "input", {{"shape", "8x8x3"}})
        .add("down", "conv2d", {{"kernel", number(3)}, {"stride", number(2)}})
        .add("up", "conv2d_transposed", {{"kernel", number(4)}, {"stride", number(2)}})
        .add("last", "conv2d", {{"kernel", number(3)}})
        .add("pool", "global_average_pool")
        .add("fc", "dense")
        .add("loss", "softmax_loss");
    const CheckedNetwork net = checked(d.spec());
    VERIFY_OK(net);
    QCOMPARE(receptiveField(net.graph, "up").pixels, int64_t{5});
    QCOMPARE(receptiveField(net.graph, "last").pixels, int64_t{7});
  }
};

QTEST_GUILESS_MAIN(TestReceptiveField)
#include "test_receptive_field.moc"
