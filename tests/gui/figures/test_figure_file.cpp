// What the window shows as a file: title and run stand on it, the picture keeps its size, dark themes their
// ground, and no file is left where it cannot be made.
#include <cmath>
#include <QFile>
#include <QImage>
#include <QPainter>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QtTest>

#include "gui/figures/figure_file.h"
#include "gui/theme/theme.h"

using namespace bypath;

class TestFigureFile : public QObject {
  Q_OBJECT

 private:
  QTemporaryDir folder_;

  static Figure figure(const QString& title = "Lengths\nstep 200 of 7\nseed 1") {
    return {.size = {300, 120},
            .title = title,
            .paint = [](QPainter& painter) { painter.fillRect(0, 0, 300, 120, Qt::red); },
            .csv = [] { return QByteArray("a,b\n1,2\n"); }};
  }
  QString path(const char* name) const { return folder_.filePath(QLatin1String(name)); }
  static QByteArray read(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
  }
  // Rows of a PNG, in its own pixels, that are red in the middle.
  static int redRows(const QImage& image) {
    int rows = 0;
    for (int y = 0; y < image.height(); ++y)
      rows += image.pixelColor(image.width() / 2, y) == QColor(Qt::red);
    return rows;
  }

 private Q_SLOTS:
  void initTestCase() { applyTheme(*qApp, ThemeChoice::light); }

  void titleAboveAndRunBelow() {
    QVERIFY(writeFigure(figure(), path("a.png")).ok());
    const QImage titled(path("a.png"));
    QCOMPARE(titled.width(), 600);
    QCOMPARE(redRows(titled), 240);
    QVERIFY(titled.height() > 240 + 2 * 30);
    QVERIFY(titled.pixelColor(300, 2) != QColor(Qt::red));
    QCOMPARE(titled.text("Title"), QStringLiteral("Lengths"));
    QVERIFY(titled.text("Description").contains("step 200 of 7"));

    QVERIFY(writeFigure(figure(), path("a.svg")).ok());
    const QByteArray svg = read(path("a.svg"));
    for (const char* part : {"<title>Lengths</title>", ">Lengths<", "step 200 of 7", "textLength"})
      QVERIFY2(svg.contains(part), part);
    QVERIFY(writeFigure(figure(), path("a.pdf")).ok());
    QVERIFY(read(path("a.pdf")).startsWith("%PDF"));
    QVERIFY(writeFigure(figure(), path("a.csv")).ok());
    QCOMPARE(read(path("a.csv")), QByteArray("a,b\n1,2\n"));
  }

  // A chart writes in the window's font, whose size is in points: as large as on screen, in every format.
  void fontsKeepTheirSize() {
    const QString text = QStringLiteral("MMMMMMMMMM");
    Figure written = figure();
    written.titled = false;
    written.ground = Qt::white;
    written.paint = [&](QPainter& painter) {
      painter.setPen(Qt::black);
      painter.drawText(QPointF(10, 60), text);
    };
    QVERIFY(writeFigure(written, path("text.png")).ok());
    const QImage image(path("text.png"));
    int last = 0;
    for (int x = 0; x < image.width(); ++x)
      for (int y = 0; y < image.height(); ++y)
        if (image.pixelColor(x, y).lightness() < 100) last = x;
    const double width = QFontMetricsF(QApplication::font()).horizontalAdvance(text);
    QVERIFY2(std::abs(last / 2.0 - 10 - width) < 0.05 * width, qPrintable(QString::number(last)));
    QCOMPARE(image.dotsPerMeterX(), qRound(2 * 96 / 0.0254));
    QVERIFY(writeFigure(written, path("text.svg")).ok());
    const QString svg = QString::fromUtf8(read(path("text.svg")));
    static const QRegularExpression length(QStringLiteral("textLength=\"([0-9.]+)\""));
    const double drawn = length.match(svg).captured(1).toDouble();
    QVERIFY2(std::abs(drawn - width) < 0.05 * width, qPrintable(QString::number(drawn)));
  }

  void longTitlesAreWrapped() {
    QVERIFY(writeFigure(figure("Short"), path("short.png")).ok());
    QVERIFY(writeFigure(figure(QString("a long title ").repeated(20)), path("long.png")).ok());
    QVERIFY(QImage(path("long.png")).height() > QImage(path("short.png")).height() + 60);
    QCOMPARE(redRows(QImage(path("long.png"))), 240);
  }

  void withoutTitleItIsThePictureAlone() {
    Figure bare = figure();
    bare.titled = false;
    QVERIFY(writeFigure(bare, path("bare.png")).ok());
    QCOMPARE(QImage(path("bare.png")).size(), QSize(600, 240));
  }

  // Light letters need their dark ground, on paper too.
  void theGroundIsTheThemes() {
    applyTheme(*qApp, ThemeChoice::dark);
    QVERIFY(writeFigure(figure(), path("dark.png")).ok());
    QCOMPARE(QImage(path("dark.png")).pixelColor(2, 2).rgb(), theme().panel.rgb());
    QVERIFY(writeFigure(figure(), path("dark.svg")).ok());
    QVERIFY(read(path("dark.svg")).contains(theme().panel.name().toLatin1()));
    applyTheme(*qApp, ThemeChoice::light);
  }

  void whatCannotBeWritten() {
    const Result<void> unknown = writeFigure(figure(), path("a.doc"));
    QVERIFY(!unknown && unknown.error().kind == ErrorKind::usage);
    Figure drawing = figure();
    drawing.csv = {};
    const Result<void> numbers = writeFigure(drawing, path("none.csv"));
    QVERIFY(!numbers && numbers.error().message.find(".csv:") != std::string::npos);
    QVERIFY(!QFile::exists(path("none.csv")));
    QVERIFY(!writeFigure(figure(), path("no/such/folder.png")).ok());
    // Too large for twice its size: less.
    Figure wide = figure();
    wide.size = {20000, 100};
    QVERIFY(writeFigure(wide, path("wide.png")).ok());
    QVERIFY(QImage(path("wide.png")).width() <= 32000);
  }
};

QTEST_MAIN(TestFigureFile)
#include "test_figure_file.moc"
