// A layer's maps and filters as a page: what it asks for, what it shows, and what it follows.
#include <QComboBox>
#include <QPushButton>
#include <QSpinBox>
#include <QtTest>

#include "core/engines/cpu/cpu_engine.h"
#include "core/layers/catalog.h"
#include "core/templates/catalog.h"
#include "core/training/network_session.h"
#include "gui/inspector/layers_page.h"
#include "gui/inspector/map_scale_bar.h"
#include "gui/inspector/picture_cards.h"
#include "gui/theme/theme.h"
#include "tests/gui/inspector/figures.h"

using namespace bypath;

class TestLayersPage : public QObject {
  Q_OBJECT

 private:
  std::unique_ptr<LayersPage> page_;
  std::shared_ptr<const DataSet> data_ = makeShapes(10, 12);
  std::unique_ptr<Engine> engine_ = makeCpuEngine(1);
  Model model_;

  // Answers the page at once, as the window's bench does after a while.
  void serve() {
    connect(page_.get(), &InsidePage::wanted, page_.get(), [this] {
      const Result<Look> look = lookInto(model_, *engine_, layerCatalog(), data_, page_->order());
      QVERIFY2(look.ok(), look ? "" : look.error().message.c_str());
      page_->setLook(*look, "step 6 of 1");
    });
    QTest::mouseClick(page_->beginButton(), Qt::LeftButton);
  }
  size_t cards() const { return page_->pictures()->cards().size(); }

 private Q_SLOTS:
  void initTestCase() {
    applyTheme(*qApp, ThemeChoice::light);
    const NetworkSpec network = *buildTemplate("starter", {{"width", int64_t{4}}});
    Result<ParameterStore> store = makeStore(network, layerCatalog());
    QVERIFY(store.ok());
    initialise(*store, 7);
    model_ = {.project = {.network = network, .layout = {}, .training = {}},
              .settings = {{"batch", int64_t{8}}},
              .parameters = std::make_shared<ParameterStore>(std::move(*store)),
              .step = 6,
              .checkpoint = {}};
  }
  void init() {
    page_ = std::make_unique<LayersPage>();
    page_->resize(870, 340);
    page_->show();
    QVERIFY(QTest::qWaitForWindowExposed(page_.get()));
    page_->setRuns({{"/runs/1", "1"}});
  }
  void cleanup() { page_.reset(); }

  void nothingIsOfferedBeforeTheFirstLook() {
    QVERIFY(!page_->showsResult());
    QVERIFY(!page_->layerBox()->isVisible() && !page_->imageBox()->isVisible());
    QVERIFY(page_->emptyText().contains("last checkpoint"));
  }

  void mapsOfTheFirstConvolution() {
    serve();
    QVERIFY(page_->showsResult());
    QCOMPARE(page_->layerBox()->currentText(), QStringLiteral("stem_conv"));
    QCOMPARE(cards(), size_t{4});
    QCOMPARE(page_->pictures()->cards()[0].image.size(), QSize(32, 32));
    QVERIFY2(page_->verdict().startsWith("stem_conv gives 32 × 32 × 4"), qPrintable(page_->verdict()));
    QVERIFY(page_->scaleBar()->isVisible());
    QVERIFY2(page_->scaleBar()->accessibleName().startsWith("Scale from −"),
             qPrintable(page_->scaleBar()->accessibleName()));
    QTest::keyClick(page_->pictures(), Qt::Key_Right);
    QVERIFY2(page_->reading().startsWith("Channel 0: mean"), qPrintable(page_->reading()));
  }

  void anotherImageByTheArrowKeys() {
    serve();
    const QImage before = page_->pictures()->cards()[0].image;
    QTest::keyClick(page_->pictures(), Qt::Key_End);
    QTest::keyClick(page_->imageBox(), Qt::Key_Up);
    QCOMPARE(page_->imageBox()->value(), 1);
    QVERIFY(page_->pictures()->cards()[0].image != before);
    QCOMPARE(page_->pictures()->selected(), 3);  // the same channel, to compare
    QTest::keyClick(page_->imageBox(), Qt::Key_Down);
    QCOMPARE(page_->pictures()->cards()[0].image, before);
    QTest::keyClick(page_->imageBox(), Qt::Key_Down);
    QCOMPARE(page_->imageBox()->value(), 11);
  }

  void anotherLayerFromTheListOrTheCanvas() {
    serve();
    QTest::keyClick(page_->layerBox(), Qt::Key_Down);
    QCOMPARE(page_->layerBox()->currentText(), QStringLiteral("stem_bn"));
    QVERIFY(page_->verdict().startsWith("stem_bn gives"));
    page_->chooseDrawn("block2");
    QVERIFY2(page_->verdict().startsWith("block2 gives 16 × 16 × 8"), qPrintable(page_->verdict()));
    QVERIFY(page_->scaleBar()->accessibleName().startsWith("Scale from 0"));
    page_->chooseDrawn("nowhere");
    QCOMPARE(page_->layerBox()->currentText(), QStringLiteral("block2"));
    page_->chooseDrawn("fc");
    QCOMPARE(cards(), size_t{10});
    QTest::keyClick(page_->pictures(), Qt::Key_Home);
    QVERIFY2(!page_->reading().contains("deviation"), qPrintable(page_->reading()));
  }

  void filters() {
    serve();
    QVERIFY(page_->kindBox()->isEnabled());
    QTest::keyClick(page_->kindBox(), Qt::Key_Down);
    QVERIFY2(page_->verdict().startsWith("stem_conv has 4 filters of 3 × 3 over 3"),
             qPrintable(page_->verdict()));
    QVERIFY(!page_->inputBox()->isVisible() && !page_->imageBox()->isVisible());  // colours
    QVERIFY(!page_->scaleBar()->isVisible());
    page_->layerBox()->setCurrentText("block2/branch/conv2");
    QVERIFY(page_->inputBox()->isVisible() && page_->scaleBar()->isVisible());
    QCOMPARE(cards(), size_t{8});
    const QImage before = page_->pictures()->cards()[0].image;
    QTest::keyClick(page_->inputBox(), Qt::Key_Up);
    QVERIFY(page_->pictures()->cards()[0].image != before);
    QCOMPARE(page_->pictures()->cards()[0].reading,
             QStringLiteral("Filter of output channel 0 for input channel 1."));
    // What is no convolution shows its maps; the next convolution its filters again.
    page_->chooseDrawn("pool");
    QVERIFY(!page_->kindBox()->isEnabled());
    QVERIFY2(page_->verdict().startsWith("pool gives 1 × 1 × 16"), qPrintable(page_->verdict()));
    page_->chooseDrawn("stem_conv");
    QVERIFY(page_->verdict().startsWith("stem_conv has 4 filters"));
  }

  void figures() {
    serve();
    const auto written = [this](const QString& name) {
      return writtenFigure(name, [this](const QString& path) { return page_->exportTo(path, "Layer"); });
    };
    QCOMPARE(written("l.csv").split('\n').size(), 6);
    QVERIFY(written("l.csv").startsWith("channel,mean"));
    QVERIFY(written("l.svg").contains("<svg"));
    QVERIFY(written("l.pdf").startsWith("%PDF"));
    page_->chooseDrawn("block3");  // more than are in sight: the picture has them all
    page_->resize(560, 260);
    QCoreApplication::processEvents();
    const QImage all = QImage::fromData(written("l.png"));
    QVERIFY(all.height() / 2 > page_->pictures()->parentWidget()->height());
    page_->chooseDrawn("stem_conv");
    QTest::keyClick(page_->kindBox(), Qt::Key_Down);
    QCOMPARE(written("l.csv").split('\n').size(), 2 + 4 * 3 * 9);
  }

  void aRunOfAnotherNetworkBeginsAnew() {
    serve();
    page_->chooseDrawn("block3");
    const Model small = model_;
    const NetworkSpec network = *buildTemplate("plain", {{"depth", int64_t{8}}, {"width", int64_t{4}}});
    Result<ParameterStore> store = makeStore(network, layerCatalog());
    initialise(*store, 7);
    model_.project.network = network;
    model_.parameters = std::make_shared<ParameterStore>(std::move(*store));
    QTest::mouseClick(page_->beginButton(), Qt::LeftButton);
    QVERIFY(page_->layerBox()->findText("block3") < 0);
    QCOMPARE(page_->layerBox()->currentIndex(), 1);  // the first convolution
    model_ = small;
  }
};

QTEST_MAIN(TestLayersPage)
#include "test_layers_page.moc"
