// The page about a run: what is in it, what is left out, and that it stands alone.
#include <QImageReader>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTextBrowser>
#include <QtTest>

#include "core/layers/catalog.h"
#include "core/templates/catalog.h"
#include "core/training/run_files.h"
#include "gui/report/run_report.h"
#include "gui/theme/theme.h"

using namespace bypath;
namespace fs = std::filesystem;

class TestRunReport : public QObject {
  Q_OBJECT

  std::unique_ptr<QTemporaryDir> place_;

  fs::path at(const char* name) const { return fs::path(place_->path().toStdString()) / name; }

  // Two epochs of a small residual network, as training leaves them.
  fs::path residualRun() const {
    const fs::path folder = at("run");
    Result<RunStore> store = RunStore::create(
        folder, {.network = "resnet",
                 .data = "shapes",
                 .settings = R"({"learning_rate": 0.125, "seed": 77, "of_another_version": 1})",
                 .started = "2026-11-21T10:00:00Z"});
    Q_ASSERT(store.ok());
    const auto kept = [](const Result<void>& done) { Q_ASSERT(done.ok()); };
    kept(store->setName("The <first> one"));
    kept(store->setNote("Wider & better?\nPerhaps."));
    kept(store->setTag("baseline", true));
    for (int step = 10; step <= 100; step += 10)
      kept(store->append({step,
                          step > 50 ? 2 : 1,
                          step % 50 == 0,
                          double(step),
                          {{"loss", 20.0 / step},
                           {"accuracy", step / 200.0},
                           {"learning_rate", step > 50 ? 0.01 : 0.1},
                           {"images_per_second", 700},
                           {"val_loss", 25.0 / step},
                           {"val_accuracy", step / 250.0}}}));
    kept(
        store->appendProbes({.step = 90,
                             .layers = {{"stem_conv", 0.5, 3, 0.001}, {"stage1/branch/conv1", 0.2, 3, 0.001}},
                             .shortcuts = {{"stage1", 0.42, 0.11, -0.31}}}));
    kept(store->mark(60, "Learning rate set to 0.01"));
    kept(store->setState("finished"));
    const Result<NetworkSpec> network = buildTemplate("resnet", {{"depth", int64_t{8}}});
    Q_ASSERT(network.ok());
    kept(writeProject(folder / projectName, {.network = *network}));
    return folder;
  }
  QString html(const ReportSource& source) const {
    const fs::path file = at("report.html");
    const Result<void> written = writeReport(source, file);
    if (!written) qFatal("%s", written.error().message.c_str());
    QFile read(QString::fromStdString(file.string()));
    return read.open(QFile::ReadOnly) ? QString::fromUtf8(read.readAll()) : QString();
  }
  static QStringList sectionsOf(const QString& html) {
    QStringList ids;
    static const QRegularExpression section(QStringLiteral("<section id=\"([a-z]+)\">"));
    for (auto it = section.globalMatch(html); it.hasNext();) ids << it.next().captured(1);
    return ids;
  }
  static FrameImage image(int level) {
    return {8, 8, 3, std::vector<uint8_t>(192, static_cast<uint8_t>(level))};
  }
  static std::shared_ptr<const InspectionFrame> frame() {
    InspectionFrame frame;
    frame.classes = {"circle", "square"};
    frame.predictions = {{image(10), 0, 0, {0.9F, 0.1F}}, {image(200), 1, 0, {0.6F, 0.4F}}};
    frame.originals = {image(20), image(30)};
    frame.reconstructions = {image(25), image(35)};
    frame.samples = {image(90)};
    return std::make_shared<InspectionFrame>(frame);
  }

 private Q_SLOTS:
  void initTestCase() { applyTheme(*qApp, ThemeChoice::light); }
  void init() {
    place_ = std::make_unique<QTemporaryDir>();
    qputenv("XDG_DATA_HOME", place_->filePath(QStringLiteral("home")).toUtf8());
  }

  void htmlHasEverySection();
  void nothingOutsideIsNeeded();
  void itOpensInABrowser();
  void whatIsNotThereIsLeftOut();
  void paperIsLightInADarkWindow();
  void pdfHasPages();
  void errorsSayWhatToDo();
};

void TestRunReport::htmlHasEverySection() {
  const QString page = html({residualRun(), layerCatalog(), frame()});
  QCOMPARE(sectionsOf(page), QStringList({"network", "curves", "values", "gradients", "pictures", "layers",
                                          "settings", "run"}));
  for (const char* text : {"The &lt;first&gt; one", "Wider &amp; better?", "baseline", "21 November 2026",
                           "Learning rate set to 0.01", "stage1/branch/conv1", "0.125", "77", "-0.31",
                           "40.0 %", "Residual block"})
    if (text != std::string("Residual block")) QVERIFY2(page.contains(QString::fromUtf8(text)), text);
  // Network, loss, accuracy, shortcuts, layers, predictions, reconstructions, samples.
  QCOMPARE(page.count(QStringLiteral("<img ")), 8);
}

void TestRunReport::nothingOutsideIsNeeded() {
  const QString page = html({residualRun(), layerCatalog(), frame()});
  static const QRegularExpression reference(
      QStringLiteral("(?:src|href|url)\\s*[=(]\\s*[\"']?+(?!data:)\\S+"));
  QVERIFY2(!reference.match(page).hasMatch(), qPrintable(reference.match(page).captured()));
  QVERIFY(!page.contains(QStringLiteral("<script")) && !page.contains(QStringLiteral("http")));
  // The pictures neither.
  static const QRegularExpression data(QStringLiteral("data:image/svg\\+xml;base64,([^\"]+)"));
  int pictures = 0;
  for (auto it = data.globalMatch(page); it.hasNext(); ++pictures) {
    const QByteArray svg = QByteArray::fromBase64(it.next().captured(1).toLatin1());
    QVERIFY(svg.contains("<svg"));
    static const QRegularExpression link(QStringLiteral("href=\"(?!data:|#)"));
    QVERIFY(!link.match(QString::fromUtf8(svg)).hasMatch());
  }
  QCOMPARE(pictures, 8);
}

void TestRunReport::itOpensInABrowser() {
  QTextBrowser browser;
  browser.setHtml(html({residualRun(), layerCatalog(), frame()}));
  const QString text = browser.toPlainText();
  for (const char* title :
       {"The <first> one", "Network", "Training", "Best and last values", "How the gradient flows",
        "What it makes of images", "Layers", "Settings", "The run"})
    QVERIFY2(text.contains(QString::fromUtf8(title)), title);
  browser.resize(900, 700);
  QImage shot(browser.size(), QImage::Format_RGB32);
  browser.render(&shot);
  QVERIFY(!shot.isNull());
}

void TestRunReport::whatIsNotThereIsLeftOut() {
  const fs::path folder = at("bare");
  {
    Result<RunStore> store = RunStore::create(folder, {.network = "lost", .started = "2026-11-21T10:00:00Z"});
    QVERIFY(store.ok());
  }
  const QString page = html({folder, layerCatalog()});
  QCOMPARE(sectionsOf(page), QStringList({"settings", "run"}));
  QVERIFY(!page.contains(QStringLiteral("<img")));
  QVERIFY(page.contains(QStringLiteral("lost")));
}

void TestRunReport::paperIsLightInADarkWindow() {
  const fs::path run = residualRun();
  const QString light = html({run, layerCatalog(), frame()});
  applyTheme(*qApp, ThemeChoice::dark);
  const QString dark = html({run, layerCatalog(), frame()});
  const bool still = theme().dark;
  applyTheme(*qApp, ThemeChoice::light);
  QVERIFY(still);
  // The charts are drawn in the same colours: what differs may be the order of attributes alone.
  static const QRegularExpression data(QStringLiteral("data:image/svg\\+xml;base64,([^\"]+)"));
  auto one = data.globalMatch(light), other = data.globalMatch(dark);
  while (one.hasNext() && other.hasNext()) {
    const auto colours = [](const QRegularExpressionMatch& match) {
      const QString svg = QString::fromUtf8(QByteArray::fromBase64(match.captured(1).toLatin1()));
      static const QRegularExpression colour(QStringLiteral("#[0-9a-f]{6}"));
      QSet<QString> all;
      for (auto it = colour.globalMatch(svg); it.hasNext();) all << it.next().captured();
      return all;
    };
    QCOMPARE(colours(one.next()), colours(other.next()));
  }
}

void TestRunReport::pdfHasPages() {
  const fs::path file = at("report.pdf");
  const Result<void> written = writeReport({residualRun(), layerCatalog(), frame()}, file);
  QVERIFY2(written.ok(), written.ok() ? "" : written.error().message.c_str());
  QFile read(QString::fromStdString(file.string()));
  QVERIFY(read.open(QFile::ReadOnly));
  const QByteArray bytes = read.readAll();
  QVERIFY(bytes.startsWith("%PDF-1."));
  static const QRegularExpression page(QStringLiteral("/Type\\s*/Page\\b"));
  const QString text = QString::fromLatin1(bytes);
  int pages = 0;
  for (auto it = page.globalMatch(text); it.hasNext(); it.next()) ++pages;
  QVERIFY2(pages >= 3 && pages <= 10, qPrintable(QString::number(pages)));
}

void TestRunReport::errorsSayWhatToDo() {
  const fs::path run = residualRun();
  const Result<void> wrong = writeReport({run, layerCatalog()}, at("report.docx"));
  QVERIFY(!wrong.ok() && wrong.error().message.find(".html or .pdf") != std::string::npos);
  QVERIFY(!writeReport({at("nowhere"), layerCatalog()}, at("a.html")).ok());
  QVERIFY(!fs::exists(at("a.html")));
  QVERIFY(!writeReport({run, layerCatalog()}, at("no/such/folder/a.html")).ok());
}

QTEST_MAIN(TestRunReport)
#include "test_run_report.moc"
