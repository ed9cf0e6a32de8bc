// Every path of the gradient as a row: what stands where, its order, how it is read out, and the figure.
#include <bit>
#include <QSignalSpy>
#include <QtTest>

#include "figures.h"
#include "gui/inspector/unravelled_view.h"
#include "gui/theme/theme.h"

using namespace bypath;

class TestUnravelledView : public QObject {
  Q_OBJECT

 private:
  std::unique_ptr<UnravelledView> view_;

  // Three blocks; the path through the second alone pulls against the others, that through all is largest.
  static Unravelled eightPaths() {
    Unravelled found{.blocks = {"a", "b", "c"}, .aside = 0, .paths = {}, .gradients = {}, .norm = 2};
    const double shares[] = {0.3, 0.2, -0.1, 0.05, 0.05, 0.05, 0.05, 0.4};
    for (unsigned p = 0; p < 8; ++p)
      found.paths.push_back({.branches = p, .length = std::popcount(p), .norm = 1.0 + p, .share = shares[p]});
    return found;
  }
  QColor colourAt(const QPointF& point) { return QColor(view_->grab().toImage().pixel(point.toPoint())); }

 private Q_SLOTS:
  void initTestCase() { applyTheme(*qApp, ThemeChoice::light); }
  void init() {
    view_ = std::make_unique<UnravelledView>();
    view_->resize(860, 300);
    view_->setPaths(eightPaths());
    view_->show();
    QVERIFY(QTest::qWaitForWindowExposed(view_.get()));
  }
  void cleanup() { view_.reset(); }

  void rowsStandByLength() {
    std::vector<unsigned> masks;
    for (int row = 0; row < 8; ++row) masks.push_back(view_->path(row).branches);
    QCOMPARE(masks, (std::vector<unsigned>{0, 1, 2, 4, 3, 5, 6, 7}));
    for (int row = 1; row < 8; ++row) QVERIFY(view_->row(row).top() >= view_->row(row - 1).bottom() - 1e-9);
    QVERIFY(view_->row(7).bottom() <= view_->height());
  }

  void aBoxStandsForABranch() {
    // The strongest path goes through all three; the one through none has none.
    for (int block = 0; block < 3; ++block) {
      QCOMPARE(colourAt(view_->box(7, block).center()), theme().branch);
      QVERIFY(colourAt(view_->box(0, block).topLeft() + QPointF(3, 2)) != theme().branch);
    }
    QVERIFY(view_->box(7, 0).right() < view_->box(7, 1).left());
  }

  void aPathIsReadByMouseAndKeys() {
    QTest::mouseMove(view_.get(), view_->row(1).center().toPoint());
    QTRY_COMPARE(view_->selected(), 1);
    QCOMPARE(view_->reading(), QStringLiteral("Through a: 20 % of the gradient, norm 2."));
    QTest::keyClick(view_.get(), Qt::Key_Down);
    QCOMPARE(view_->reading(), QStringLiteral("Through b: −10 % of the gradient, norm 3."));
    QTest::keyClick(view_.get(), Qt::Key_Home);
    QCOMPARE(view_->reading(), QStringLiteral("Through the shortcuts alone: 30 % of the gradient, norm 1."));
    QTest::keyClick(view_.get(), Qt::Key_End);
    QCOMPARE(view_->reading(), QStringLiteral("Through all 3 branches: 40 % of the gradient, norm 8."));
    QTest::keyClick(view_.get(), Qt::Key_Up);
    QCOMPARE(view_->path(view_->selected()).branches, 6U);
    QCOMPARE(view_->accessibleDescription(), view_->reading());
  }

  void manyBranchesAreReadByWhatIsMissing() {
    Unravelled six{.blocks = {"a", "b", "c", "d", "e", "f"}, .aside = 0, .paths = {}, .gradients = {}};
    for (unsigned p = 0; p < 64; ++p)
      six.paths.push_back({.branches = p, .length = std::popcount(p), .norm = 1, .share = 1.0 / 64});
    view_->setPaths(six);
    const auto reading = [&](unsigned branches) {
      for (int row = 0; row < 64; ++row)
        if (view_->path(row).branches == branches) view_->select(row);
      return view_->reading();
    };
    QVERIFY(reading(0b000111).startsWith("Through a, b and c:"));
    QVERIFY(reading(0b011101).startsWith("Through all branches but b and f:"));
    QVERIFY(reading(0b111101).startsWith("Through all branches but b:"));
    QVERIFY(reading(0b111111).startsWith("Through all 6 branches:"));
  }

  void theOrderChanges() {
    view_->select(2);
    view_->sortBy(UnravelledView::Order::share);
    QCOMPARE(view_->selected(), -1);
    QCOMPARE(view_->path(0).branches, 7U);
    QCOMPARE(view_->path(7).branches, 2U);
    view_->sortBy(UnravelledView::Order::norm);
    QCOMPARE(view_->path(0).branches, 7U);
    QCOMPARE(view_->path(7).branches, 0U);
  }

  void selectingMarksItsBlocks() {
    const QPointF above(view_->box(0, 1).center().x() - view_->box(0, 1).width() / 2 - 3, 4);
    const QColor before = colourAt(above);
    view_->select(7);
    QVERIFY(colourAt(above) != before);
    view_->select(0);
    QCOMPARE(colourAt(above), before);
  }

  void withoutPathsItSaysWhy() {
    view_->setNothing("Too many blocks.");
    QCOMPARE(view_->nothing(), QStringLiteral("Too many blocks."));
    QTest::mouseMove(view_.get(), QPoint(200, 150));
    QTest::keyClick(view_.get(), Qt::Key_Down);
    QCOMPARE(view_->selected(), -1);
    QVERIFY(!view_->grab().isNull());
  }

  void figures() {
    const auto written = [&](const QString& name) {
      return writtenFigure(name, [&](const QString& path) { return view_->exportTo(path, "Paths"); });
    };
    const QList<QByteArray> lines = written("p.csv").split('\n');
    QCOMPARE(lines.size(), 10);
    QCOMPARE(lines[0], QByteArray("\"a\",\"b\",\"c\",length,norm,share"));
    QVERIFY2(lines[3].startsWith("0,1,0,1,3,-0.1"), lines[3].constData());
    QVERIFY(written("p.svg").contains("<svg"));
    QVERIFY(written("p.pdf").startsWith("%PDF"));
    const QImage picture = QImage::fromData(written("p.png"));
    QCOMPARE(picture.width(), view_->width() * 2);
    QVERIFY(picture.height() > view_->height() * 2 + 40);  // the title stands above
  }
};

QTEST_MAIN(TestUnravelledView)
#include "test_unravelled_view.moc"
