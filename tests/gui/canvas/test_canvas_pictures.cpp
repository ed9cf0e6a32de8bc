// Pictures of the canvas, to be looked at: BYPATH_SCREENSHOTS names the folder they go to. Without it, only
// that something is drawn is tested, in both themes.
#include <QDir>
#include <QHBoxLayout>
#include <QPainter>

#include "gui/canvas/palette.h"
#include "gui/properties/property_panel.h"
#include "tests/gui/canvas/canvas_fixture.h"

using namespace bypath;

class TestCanvasPictures : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void cleanup() { applyTheme(*qApp, ThemeChoice::light); }

  void pictures_data() {
    QTest::addColumn<int>("theme");
    QTest::addColumn<QString>("scene");
    for (const char* scene : {"resnet", "plain", "flow", "broken", "hand", "branch", "vae", "empty", "search",
                              "orders", "shortcuts"}) {
      QTest::addRow("%s light", scene) << int(ThemeChoice::light) << QString(scene);
      QTest::addRow("%s dark", scene) << int(ThemeChoice::dark) << QString(scene);
    }
  }

  void pictures() {
    QFETCH(int, theme);
    QFETCH(QString, scene);
    applyTheme(*qApp, ThemeChoice(theme));
    DocumentEditor editor(layerCatalog());
    QWidget window;
    auto* palette = new LayerPalette(editor.layers());
    auto* canvas = new CanvasWidget(editor);
    auto* panel = new PropertyPanel(editor);
    QObject::connect(canvas, &CanvasWidget::selectionChanged, panel,
                     [=] { panel->setSelection(canvas->selection()); });
    palette->setFixedWidth(220);
    panel->setFixedWidth(300);
    auto* row = new QHBoxLayout(&window);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    row->addWidget(palette);
    row->addWidget(canvas);
    row->addWidget(panel);
    window.resize(1400, 900);
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    const auto open = [&](const char* id, const Attributes& with) {
      editor.start({.network = *buildTemplate(id, with), .layout = {}, .training = {}});
    };
    canvas->setFocus();
    const auto zoom = [&](const char* node) {
      canvas->select(node);
      QTest::keyClick(canvas->focusProxy(), Qt::Key_F);
    };
    if (scene == "resnet") open("resnet", {}), canvas->select("stage2");
    if (scene == "plain") open("plain", {}), zoom("stage1");
    if (scene == "flow")
      open("resnet", {{"shortcut", std::string("B")}}), canvas->showFlow(flow()), zoom("stage2");
    if (scene == "broken") editor.start({.network = broken(), .layout = {}, .training = {}});
    if (scene == "hand")
      editor.start({.network = hand(), .layout = {}, .training = {}}), canvas->showFlow(flow());
    if (scene == "branch") open("resnet", {}), canvas->openContainer("stage2");
    if (scene == "vae") open("resnet-vae", {});
    if (scene == "search") {
      open("resnet", {});
      zoom("stage1");
      QTest::keyClick(canvas->focusProxy(), Qt::Key_A, Qt::ShiftModifier);
    }
    if (scene == "orders" || scene == "shortcuts") {
      open("resnet", {});
      zoom("stage2");
      QTest::keyClick(canvas->focusProxy(), scene == "orders" ? Qt::Key_O : Qt::Key_S);
    }
    QTest::qWait(30);
    QPixmap picture = window.grab();
    if (QWidget* menu = QApplication::activePopupWidget()) {
      QPainter painter(&picture);
      painter.drawPixmap(window.mapFromGlobal(menu->pos()), menu->grab());
      menu->close();
    }
    const QImage image = picture.toImage();
    QSet<QRgb> colours;
    for (int y = 0; y < image.height(); y += 3)
      for (int x = 230; x < 1090; x += 3) colours.insert(image.pixel(x, y));
    QVERIFY(colours.size() > 8);
    if (const QString folder = qEnvironmentVariable("BYPATH_SCREENSHOTS"); !folder.isEmpty()) {
      QVERIFY(QDir().mkpath(folder));
      QVERIFY(picture.save(QDir(folder).filePath(
          QString("canvas-%1-%2.png").arg(scene, theme == int(ThemeChoice::dark) ? "dark" : "light"))));
    }
  }

 private:
  static ProbeRecord flow() {
    ProbeRecord record;
    record.shortcuts = {{"stage1[1]", 0.42, 0.11, 0.31, 1, 1}, {"stage1[2]", 0.40, 0.09, 0.3, 1, 1},
                        {"stage2[1]", 0.21, 0.034, 0.1, 1, 1}, {"stage2[2]", 0.2, 0.03, 0.1, 1, 1},
                        {"stage3", 0.0123, 0.09, -0.2, 1, 1},  {"add1", 0.3, 0.02, 0.4, 1, 1}};
    return record;
  }

  static NetworkSpec hand() {
    NetworkSpec net;
    net.name = "by hand";
    for (const char* type : {"input", "conv2d", "conv2d", "batch_norm", "relu", "conv2d", "batch_norm", "add",
                             "relu", "conv2d", "add", "global_average_pool", "dense", "softmax_loss"})
      (void)addNode(net, "", type);
    for (const char* conv : {"conv1", "conv2", "conv3", "conv4"})
      (void)setAttribute(net, "", conv, "channels", int64_t{16}, layerCatalog());
    for (const Wire& w : {Wire{"input", 0, "conv1", 0},
                          {"conv1", 0, "conv2", 0},
                          {"conv2", 0, "batch_norm1", 0},
                          {"batch_norm1", 0, "relu1", 0},
                          {"relu1", 0, "conv3", 0},
                          {"conv3", 0, "batch_norm2", 0},
                          {"batch_norm2", 0, "add1", 0},
                          {"conv1", 0, "add1", 1},
                          {"add1", 0, "relu2", 0},
                          {"relu2", 0, "add2", 0},
                          {"relu2", 0, "conv4", 0},
                          {"conv4", 0, "add2", 1},
                          {"add2", 0, "global_average_pool1", 0},
                          {"global_average_pool1", 0, "dense1", 0},
                          {"dense1", 0, "softmax_loss1", 0}})
      (void)bypath::connect(net, "", w);
    return net;
  }

  static NetworkSpec broken() {
    NetworkSpec net = hand();
    net.name = "half drawn";
    (void)setAttribute(net, "", "conv2", "stride", int64_t{2}, layerCatalog());
    (void)setAttribute(net, "", "conv3", "channels", int64_t{32}, layerCatalog());
    (void)addNode(net, "", "max_pool");
    return net;
  }
};

QTEST_MAIN(TestCanvasPictures)
#include "test_canvas_pictures.moc"
