#include <cmath>
#include <QApplication>
#include <QDir>
#include <QFontInfo>
#include <QSignalSpy>
#include <QStyle>
#include <QtTest>

#include "gui/theme/style_sheet.h"
#include "gui/theme/theme.h"

using namespace bypath;

class TestTheme : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void textIsReadable_data();
  void textIsReadable();
  void styleSheetIsFilledIn();
  void iconsFollowTheTheme();
  void everyIconDraws();
  void fontIsBundled();
  void changeIsTold();
};

namespace {

// Relative luminance and contrast ratio of WCAG 2.1.
double luminance(const QColor& color) {
  const auto linear = [](double c) { return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4); };
  return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF());
}

double contrast(const QColor& a, const QColor& b) {
  const double x = luminance(a), y = luminance(b);
  return (std::max(x, y) + 0.05) / (std::min(x, y) + 0.05);
}

QImage drawn(const QIcon& icon) {
  return icon.pixmap(24, 24).toImage();
}

}  // namespace

void TestTheme::textIsReadable_data() {
  QTest::addColumn<ThemeChoice>("choice");
  QTest::newRow("light") << ThemeChoice::light;
  QTest::newRow("dark") << ThemeChoice::dark;
}

void TestTheme::textIsReadable() {
  QFETCH(ThemeChoice, choice);
  applyTheme(*qApp, choice);
  const Theme& t = theme();
  QCOMPARE(t.dark, choice == ThemeChoice::dark);
  for (const QColor& ground : {t.window, t.panel, t.panelRaised, t.canvas, t.node}) {
    QVERIFY2(contrast(t.text, ground) >= 7, qPrintable(ground.name()));
    QVERIFY2(contrast(t.textMuted, ground) >= 4.5, qPrintable(ground.name()));
  }
  for (const QColor& color : {t.error, t.warning, t.good})
    QVERIFY2(contrast(color, t.panel) >= 4.5, qPrintable(color.name()));
  QVERIFY(contrast(t.accentText, t.accent) >= 4.5);
  for (size_t i = 0; i < 4; ++i)
    QVERIFY2(contrast(t.series[i], t.panel) >= 2.5, qPrintable(t.series[i].name()));
  QVERIFY(contrast(t.shortcut, t.panel) >= 3);
  QVERIFY(contrast(t.branch, t.panel) >= 3);
  QVERIFY(t.shortcut != t.branch);
}

void TestTheme::styleSheetIsFilledIn() {
  applyTheme(*qApp, ThemeChoice::dark);
  const QString sheet = styleSheetFor(theme());
  QVERIFY(sheet.contains(theme().accent.name()));
  QVERIFY2(!sheet.contains(QLatin1Char('@')), "a colour of theme.qss has no value");
}

void TestTheme::iconsFollowTheTheme() {
  applyTheme(*qApp, ThemeChoice::light);
  const QIcon icon = themedIcon(QStringLiteral("save"));
  const QImage light = drawn(icon);
  applyTheme(*qApp, ThemeChoice::dark);
  QVERIFY(light != drawn(icon));
  QVERIFY(themedIcon(QStringLiteral("no such icon")).isNull());
}

void TestTheme::everyIconDraws() {
  applyTheme(*qApp, ThemeChoice::light);
  const QDir folder(QStringLiteral(":/bypath/icons"));
  QVERIFY(folder.count() > 30);
  for (const QString& file : folder.entryList()) {
    const QImage image = drawn(themedIcon(QString(file).remove(QStringLiteral(".svg"))));
    int painted = 0;
    for (int y = 0; y < image.height(); ++y)
      for (int x = 0; x < image.width(); ++x) painted += qAlpha(image.pixel(x, y)) > 100;
    QVERIFY2(painted > 15, qPrintable(file));
  }
}

void TestTheme::fontIsBundled() {
  applyTheme(*qApp, ThemeChoice::light);
  QCOMPARE(QFontInfo(QApplication::font()).family(), QStringLiteral("Inter"));
}

void TestTheme::changeIsTold() {
  QSignalSpy spy(&themeWatcher(), &ThemeWatcher::changed);
  applyTheme(*qApp, ThemeChoice::light);
  applyTheme(*qApp, ThemeChoice::dark);
  QCOMPARE(spy.count(), 2);
  QCOMPARE(qApp->palette().color(QPalette::Window), theme().window);
  // Following the system asks it anew, whatever was chosen before.
  applyTheme(*qApp, ThemeChoice::system);
  QVERIFY(!theme().dark);
}

QTEST_MAIN(TestTheme)
#include "test_theme.moc"
