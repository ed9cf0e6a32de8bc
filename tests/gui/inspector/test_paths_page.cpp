// The gradient by path length as a page: its bars, how they are read out, and what it says of their sum.
#include <QCheckBox>
#include <QComboBox>
#include <QFile>
#include <QPushButton>
#include <QTemporaryDir>
#include <QtTest>

#include "gui/inspector/paths_page.h"
#include "gui/inspector/unravelled_view.h"
#include "gui/inspector/value_bars.h"
#include "gui/theme/theme.h"

using namespace bypath;

class TestPathsPage : public QObject {
  Q_OBJECT

 private:
  std::unique_ptr<PathsPage> page_;

  // Lengths 0 to 3 of three blocks; the first two hold 95 % of the norms.
  static PathLengths paths(double error, bool sampled) {
    PathLengths made{.blocks = {"a", "b", "c"}};
    const double norms[] = {0.5, 0.45, 0.04, 0.01}, counts[] = {1, 3, 3, 1};
    for (int k = 0; k < 4; ++k)
      made.lengths.push_back({.length = k,
                              .paths = counts[k],
                              .norm = norms[k],
                              .share = norms[k],
                              .pathNorm = sampled ? 0.2 : 0,
                              .sampledNorm = sampled ? 0.2 * counts[k] : 0});
    made.norm = 0.8;
    made.sumRelativeError = error;
    return made;
  }
  ValueBars* bars() { return page_->bars(); }
  void show(const PathLengths& paths) {
    page_->setPaths(paths, "step 6 of 1");
    QCoreApplication::processEvents();
  }
  QPoint middleOf(int bar) { return bars()->column(bar).center().toPoint(); }

 private Q_SLOTS:
  void initTestCase() { applyTheme(*qApp, ThemeChoice::light); }
  void init() {
    page_ = std::make_unique<PathsPage>();
    page_->resize(870, 300);
    page_->show();
    QVERIFY(QTest::qWaitForWindowExposed(page_.get()));
  }
  void cleanup() { page_.reset(); }

  void withoutARunItSaysWhatToDo() {
    QVERIFY(!page_->showsResult());
    QVERIFY2(page_->emptyText().contains("Train this network"), qPrintable(page_->emptyText()));
    QVERIFY(!page_->beginButton()->isVisible());
    page_->setRuns({{"/runs/1", "1, this run"}, {"/runs/0", "0"}});
    QVERIFY(page_->beginButton()->isVisible());
    QSignalSpy wanted(page_.get(), &InsidePage::wanted);
    QTest::mouseClick(page_->beginButton(), Qt::LeftButton);
    QTest::keyClick(page_->run(), Qt::Key_Down);
    QTest::mouseClick(page_->beginButton(), Qt::LeftButton);
    QCOMPARE(wanted.size(), 2);
    QCOMPARE(wanted[0][0].toString(), QStringLiteral("/runs/1"));
    QCOMPARE(wanted[1][0].toString(), QStringLiteral("/runs/0"));
    page_->setBusy(true);
    QVERIFY(!page_->beginButton()->isVisible());
  }

  void aBarIsReadByMouseAndKeys() {
    show(paths(4.5e-6, false));
    QCOMPARE(bars()->bars().size(), size_t{4});
    QVERIFY(bars()->bar(0).height() > bars()->bar(1).height());
    QVERIFY(bars()->bar(3).height() > 0);
    QTest::mouseMove(bars(), middleOf(1));
    QTRY_COMPARE(bars()->selected(), 1);
    QCOMPARE(page_->reading(),
             QStringLiteral("Length 1 of 3, 3 paths: norm of the sum 0.45, 45.0 % of all."));
    QTest::keyClick(bars(), Qt::Key_Right);
    QVERIFY2(page_->reading().startsWith("Length 2 of 3"), qPrintable(page_->reading()));
    QTest::keyClick(bars(), Qt::Key_End);
    QTest::keyClick(bars(), Qt::Key_Right);
    QVERIFY2(page_->reading().startsWith("Length 3 of 3, 1 path:"), qPrintable(page_->reading()));
    QCOMPARE(bars()->accessibleDescription(), page_->reading());
    QTest::mouseClick(bars(), Qt::LeftButton, {}, middleOf(0));
    QCOMPARE(bars()->selected(), 0);
  }

  void theSumIsJudged() {
    show(paths(4.5e-6, false));
    QCOMPARE(page_->verdict(),
             QStringLiteral("The sum over all lengths equals the ordinary gradient to 4.5e-6."));
    QVERIFY2(page_->caption().startsWith("Lengths 0 to 1 of 3 carry 90 %"), qPrintable(page_->caption()));
    QVERIFY(page_->caption().contains("Veit 2016"));
    show(paths(0.02, false));
    QVERIFY2(page_->verdict().contains("differs") && page_->verdict().contains("0.02"),
             qPrintable(page_->verdict()));
  }

  void drawnPathsAreDots() {
    QCOMPARE(page_->samples(), 0);
    QTest::mouseClick(page_->sampleBox(), Qt::LeftButton, {}, QPoint(8, page_->sampleBox()->height() / 2));
    QCOMPARE(page_->samples(), 4);
    show(paths(1e-6, true));
    QCOMPARE(bars()->bars()[1].dot, 0.2 * 3);
    QVERIFY(bars()->bars()[1].reading.contains("0.2 for one path, 0.6 for all"));
    show(paths(1e-6, false));
    QVERIFY(!std::isfinite(bars()->bars()[1].dot));
  }

  void theAxisCanBeLogarithmic() {
    show(paths(1e-6, false));
    const double linear = bars()->bar(3).height() / bars()->bar(0).height();
    QTest::mouseClick(page_->logarithmicBox(), Qt::LeftButton, {},
                      QPoint(8, page_->logarithmicBox()->height() / 2));
    QVERIFY(bars()->logarithmic());
    const double logarithmic = bars()->bar(3).height() / bars()->bar(0).height();
    QVERIFY2(linear < 0.05 && logarithmic > 0.1, qPrintable(QString::number(logarithmic)));
  }

  void withoutBlocksItSaysSo() {
    page_->setRuns({{"/runs/1", "1"}});
    show(paths(1e-6, false));
    QVERIFY(page_->showsResult());
    show({});
    QVERIFY(!page_->showsResult());
    QVERIFY2(page_->emptyText().startsWith("No residual blocks"), qPrintable(page_->emptyText()));
    QVERIFY(page_->beginButton()->isVisible());
  }

  void everyPathIsAnotherView() {
    Unravelled every{.blocks = {"a", "b", "c"}, .aside = 0, .paths = {}, .gradients = {}, .norm = 0.8};
    for (unsigned p = 0; p < 8; ++p)
      every.paths.push_back({.branches = p, .length = 1, .norm = 0.1, .share = p == 5 ? 0.6 : 0.4 / 7});
    every.sumRelativeError = 2e-7;
    page_->setPaths(paths(4.5e-6, false), "step 6 of 1", every);
    QVERIFY(!page_->orderBox()->isVisible());
    QCOMPARE(page_->chart(), bars());
    QTest::keyClick(page_->viewBox(), Qt::Key_Down);
    QCOMPARE(page_->chart(), page_->unravelled());
    QVERIFY(page_->unravelled()->isVisible() && page_->orderBox()->isVisible());
    QVERIFY(!page_->logarithmicBox()->isEnabled());
    QCOMPARE(page_->verdict(),
             QStringLiteral("The sum of all 8 paths equals the ordinary gradient to 2e-7."));
    QVERIFY2(page_->caption().startsWith("One of 8 paths carries half"), qPrintable(page_->caption()));
    QVERIFY2(page_->reading().startsWith("Point at a path"), qPrintable(page_->reading()));
    QTest::keyClick(page_->orderBox(), Qt::Key_Down);
    QTest::keyClick(page_->unravelled(), Qt::Key_Down);
    QCOMPARE(page_->reading(), QStringLiteral("Through a and c: 60 % of the gradient, norm 0.1."));
    QTest::keyClick(page_->viewBox(), Qt::Key_Up);
    QVERIFY(page_->verdict().contains("over all lengths"));
    QVERIFY(page_->reading().startsWith("Point at a bar"));
  }

  void manyBlocksHaveBarsAlone() {
    PathLengths many = paths(1e-6, false);
    many.blocks.assign(27, "block");
    page_->setPaths(many, "step 6 of 1");
    QTest::keyClick(page_->viewBox(), Qt::Key_Down);
    QCOMPARE(page_->unravelled()->nothing(),
             QStringLiteral("This picture is for up to 6 blocks; this network has 27: the bars show all of "
                            "its paths."));
    QVERIFY(!page_->orderBox()->isVisible());
    QVERIFY(page_->verdict().contains("over all lengths"));
  }

  void figures() {
    show(paths(1e-6, true));
    const QTemporaryDir folder;
    const auto written = [&](const QString& name) {
      const Result<void> done = bars()->exportTo(folder.filePath(name), "Lengths");
      QFile file(folder.filePath(name));
      return done && file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    };
    const QList<QByteArray> lines = written("l.csv").split('\n');
    QCOMPARE(lines.size(), 6);
    QCOMPARE(lines[2].split(',')[0], QByteArray("\"1\""));
    QCOMPARE(lines[2].split(',')[1].toDouble(), 0.45);
    QCOMPARE(lines[2].split(',')[2].toDouble(), 0.2 * 3);
    QVERIFY(written("l.svg").contains("<svg"));
    QVERIFY(written("l.pdf").startsWith("%PDF"));
    const QImage picture = QImage::fromData(written("l.png"));
    QCOMPARE(picture.width(), bars()->width() * 2);
    QVERIFY(picture.height() > bars()->height() * 2 + 40);  // the title stands above
    QVERIFY(!bars()->exportTo(folder.filePath("l.xyz"), "Lengths"));
  }
};

QTEST_MAIN(TestPathsPage)
#include "test_paths_page.moc"
