#include <QImage>
#include <QPainter>
#include <QRegularExpression>
#include <QSvgRenderer>
#include <QTemporaryDir>
#include <QXmlStreamReader>

#include "tests/gui/canvas/canvas_fixture.h"

using namespace bypath;

namespace {

struct Svg {
  QSizeF size;  // of the view box
  QStringList texts;
  bool fixed = true;  // every text has its length
  bool sound = false;
};

Svg readSvg(const QByteArray& bytes) {
  Svg svg;
  QXmlStreamReader xml(bytes);
  while (!xml.atEnd()) {
    if (xml.readNext() != QXmlStreamReader::StartElement) continue;
    if (xml.name() == QLatin1String("svg")) {
      const QStringList box = xml.attributes().value(QLatin1String("viewBox")).toString().split(' ');
      svg.size = {box.value(2).toDouble(), box.value(3).toDouble()};
    } else if (xml.name() == QLatin1String("text")) {
      svg.fixed = svg.fixed && xml.namespaceUri() == QLatin1String("http://www.w3.org/2000/svg") &&
                  xml.attributes().value(QLatin1String("textLength")).toDouble() > 1;
      svg.texts << xml.readElementText().trimmed();
    }
  }
  svg.sound = !xml.hasError();
  return svg;
}

// That nothing is drawn within `depth` pixels of the border.
bool borderIsWhite(const QImage& image, int depth) {
  const QRect inner = image.rect().adjusted(depth, depth, -depth, -depth);
  for (int y = 0; y < image.height(); ++y)
    for (int x = 0; x < image.width(); ++x)
      if (!inner.contains(x, y) && image.pixelColor(x, y) != QColor(Qt::white)) return false;
  return true;
}

ProbeRecord flow() {
  ProbeRecord record;
  record.shortcuts = {{"stage1[1]", 0.42, 0.11, 0.31, 1, 1},
                      {"stage2[1]", 0.21, 0.034, 0.1, 1, 1},
                      {"stage3", 1.23e-5, 0.09, -0.2, 1, 1}};
  return record;
}

}  // namespace

class TestFigureExport : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void cleanup() { applyTheme(*qApp, ThemeChoice::light); }

  void svgNamesEveryNode() {
    CanvasFixture f("resnet");
    const QByteArray bytes = write(f, "a.svg");
    const Svg svg = readSvg(bytes);
    QVERIFY(svg.sound && svg.fixed);
    QVERIFY(bytes.contains("<svg ") && bytes.contains("</svg>"));
    for (const Node& node : f.editor.project().network.graph.nodes)
      QVERIFY2(svg.texts.contains(QString::fromStdString(node.name)), node.name.c_str());
    QVERIFY2(svg.texts.contains("32×32×16"), qPrintable(svg.texts.join('|')));
  }

  // Neither the window's theme, nor what is selected, hovered or in sight makes a difference.
  void showsTheNetworkAndNotTheWindow() {
    CanvasFixture f("resnet");
    f.canvas.showFlow(flow());
    const QByteArray plain = write(f, "a.svg");
    f.canvas.select("stage2");
    f.key(Qt::Key_F);
    QTest::mouseMove(f.canvas.viewport(), f.canvas.inputPosition("stage2", 0));
    QTest::qWait(20);
    QVERIFY(write(f, "b.svg") == plain);
    applyTheme(*qApp, ThemeChoice::dark);
    QVERIFY(write(f, "c.svg") == plain);
    QVERIFY(theme().dark);
    QCOMPARE(f.canvas.selection(), QStringList{"stage2"});
  }

  void pngIsWholeAndTwiceTheSize_data() {
    QTest::addColumn<QString>("scene");
    for (const char* scene : {"flow", "broken", "inside", "vae"}) QTest::newRow(scene) << scene;
  }

  void pngIsWholeAndTwiceTheSize() {
    QFETCH(QString, scene);
    CanvasFixture f(scene == "vae" ? "resnet-vae" : "resnet", {});
    if (scene == "flow") f.canvas.showFlow(flow());
    if (scene == "inside") f.canvas.openContainer("stage2");
    if (scene == "broken")
      f.editor.apply("break it", [](Project& p) {
        (void)addNode(p.network, "", "max_pool");
        (void)setAttribute(p.network, "", "stage2", "channels", int64_t{33}, layerCatalog());
        (void)setAttribute(p.network, "", "stage2", "shortcut", std::string("identity"), layerCatalog());
      });
    QImage image;
    QVERIFY(image.loadFromData(write(f, "a.png"), "PNG"));
    const Svg svg = readSvg(write(f, "a.svg"));
    QCOMPARE(QSizeF(image.size()), svg.size * 2);
    QVERIFY(borderIsWhite(image, 4));
    QSet<QRgb> colours;
    for (int y = 0; y < image.height(); y += 3)
      for (int x = 0; x < image.width(); x += 3) colours.insert(image.pixel(x, y));
    QVERIFY(colours.size() > 8);
    if (const QString folder = qEnvironmentVariable("BYPATH_SCREENSHOTS"); !folder.isEmpty())
      QVERIFY(image.save(QDir(folder).filePath("figure-" + scene + ".png")));
  }

  // What a reader of the SVG draws is whole, too.
  void svgIsDrawnWhole() {
    CanvasFixture f("resnet");
    f.canvas.showFlow(flow());
    QSvgRenderer renderer(write(f, "a.svg"));
    QVERIFY(renderer.isValid());
    QImage image(renderer.defaultSize(), QImage::Format_RGB32);
    image.fill(Qt::white);
    QPainter painter(&image);
    renderer.render(&painter);
    painter.end();
    QVERIFY(borderIsWhite(image, 3));
    if (const QString folder = qEnvironmentVariable("BYPATH_SCREENSHOTS"); !folder.isEmpty())
      QVERIFY(image.save(QDir(folder).filePath("figure-svg.png")));
  }

  void pdfIsOnePageOfTheFiguresSize() {
    CanvasFixture f("resnet");
    const QByteArray pdf = write(f, "a.pdf");
    const QSizeF size = readSvg(write(f, "a.svg")).size;
    QVERIFY(pdf.startsWith("%PDF-"));
    static const QRegularExpression box("/MediaBox\\s*\\[\\s*0\\s+0\\s+([0-9.]+)\\s+([0-9.]+)\\s*\\]");
    auto pages = box.globalMatch(QString::fromLatin1(pdf));
    QVERIFY(pages.hasNext());
    const QRegularExpressionMatch page = pages.next();
    QVERIFY(!pages.hasNext());
    QCOMPARE(page.captured(1).toDouble(), size.width() * 0.75);
    QCOMPARE(page.captured(2).toDouble(), size.height() * 0.75);
  }

  void refusesInASentence() {
    CanvasFixture f("resnet");
    const Result<void> ending = f.canvas.exportFigure(folder_.filePath("figure.tiff"));
    QVERIFY(!ending.ok());
    QVERIFY(ending.error().message.find(".svg, .pdf or .png") != std::string::npos);
    const Result<void> nowhere = f.canvas.exportFigure(folder_.filePath("no such folder/a.svg"));
    QVERIFY(!nowhere.ok());
    QVERIFY(nowhere.error().message.find("a.svg") != std::string::npos);
    CanvasFixture empty;
    const QString path = folder_.filePath("empty.svg");
    QVERIFY(!empty.canvas.exportFigure(path).ok());
    QVERIFY(!QFile::exists(path));
  }

  // A picture too large for any program is made smaller; a page too long for the format, too.
  void hugeNetworksStayWithinTheFormats() {
    CanvasFixture f;
    Project project;
    for (const char* type : {"input", "conv2d"}) (void)addNode(project.network, "", type);
    (void)bypath::connect(project.network, "", {"input", 0, "conv1", 0});
    project.layout = {{"input", {0, 0}}, {"conv1", {0, 60000}}};
    f.editor.start(project);
    QImage image;
    QVERIFY(image.loadFromData(write(f, "a.png"), "PNG"));
    QVERIFY(image.height() <= 32000);
    const QByteArray pdf = write(f, "a.pdf");
    QVERIFY(pdf.contains(" 14400]") || pdf.contains(" 14400.0") || pdf.contains(" 14400 ]"));
  }

 private:
  QByteArray write(CanvasFixture& f, const char* name) {
    const QString path = folder_.filePath(name);
    const Result<void> done = f.canvas.exportFigure(path);
    if (!done) qWarning("%s", done.error().message.c_str());
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
  }

  QTemporaryDir folder_;
};

QTEST_MAIN(TestFigureExport)
#include "test_figure_export.moc"
