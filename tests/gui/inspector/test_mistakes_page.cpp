// The mistakes of a classifier as a page: the matrix, the images of a cell, the table, and what is said of
// them.
#include <QComboBox>
#include <QPushButton>
#include <QTableWidget>
#include <QtTest>

#include "gui/inspector/confusion_matrix.h"
#include "gui/inspector/mistakes_page.h"
#include "gui/inspector/picture_cards.h"
#include "gui/theme/theme.h"
#include "tests/gui/inspector/figures.h"

using namespace bypath;

class TestMistakesPage : public QObject {
  Q_OBJECT

 private:
  std::unique_ptr<MistakesPage> page_;
  std::shared_ptr<const DataSet> data_ = makeShapes(10, 30);

  // Of 30 images, 3 a class: the first circle taken for a ring, both other circles recognised, one square
  // taken for a star with less certainty, and all else right.
  Confusion confusion() const {
    Confusion made{.classes = data_->classes, .images = 30, .loss = 0.5, .accuracy = 28.0 / 30};
    made.counts.assign(10, std::vector<int64_t>(10, 0));
    for (size_t k = 0; k < 10; ++k) made.counts[k][k] = 3;
    made.counts[0] = {2, 1, 0, 0, 0, 0, 0, 0, 0, 0};
    made.counts[2] = {0, 0, 2, 0, 0, 1, 0, 0, 0, 0};
    made.predictions = {{4, 0, 1, 0.02F, 0.9F, 3.9},
                        {17, 2, 5, 0.3F, 0.6F, 1.2},
                        {6, 0, 0, 0.9F, 0.9F, 0.1},
                        {9, 0, 0, 0.95F, 0.95F, 0.05}};
    return made;
  }
  ConfusionMatrix* matrix() { return page_->matrix(); }
  void click(int label, int predicted) {
    QTest::mouseClick(matrix(), Qt::LeftButton, {}, matrix()->cell(label, predicted).center().toPoint());
  }

 private Q_SLOTS:
  void initTestCase() { applyTheme(*qApp, ThemeChoice::light); }
  void init() {
    page_ = std::make_unique<MistakesPage>();
    page_->resize(870, 340);
    page_->show();
    QVERIFY(QTest::qWaitForWindowExposed(page_.get()));
    page_->setRuns({{"/runs/1", "1"}});
    page_->setConfusion(confusion(), data_, "step 6 of 1");
  }
  void cleanup() { page_.reset(); }

  void withoutAClassifierItSaysWhatToDo() {
    MistakesPage empty;
    empty.setRuns({});
    QVERIFY(!empty.showsResult());
    QVERIFY2(empty.emptyText().contains("softmax"), qPrintable(empty.emptyText()));
    empty.setRuns({{"/runs/1", "1"}});
    QVERIFY(empty.emptyText().contains("last checkpoint"));
  }

  void allMistakesAtFirst() {
    QVERIFY(page_->showsResult());
    QCOMPARE(page_->heading(), QStringLiteral("All 2 mistakes, the worst first"));
    const std::vector<PictureCard>& cards = page_->pictures()->cards();
    QCOMPARE(cards.size(), size_t{2});
    QCOMPARE(cards[0].lines, (QStringList{"circle 2.0 %", "ring 90 %"}));
    QVERIFY(!cards[0].image.isNull());
    QVERIFY2(
        page_->verdict().contains("Accuracy 93.3 %") && page_->verdict().contains("circle taken for ring"),
        qPrintable(page_->verdict()));
    QVERIFY(page_->verdict().contains("step 6 of 1"));
  }

  void aCellShowsItsImages() {
    click(2, 5);
    QCOMPARE(page_->heading(), QStringLiteral("square taken for star: 1 of 3 images, 33.3 %"));
    QCOMPARE(page_->pictures()->cards().size(), size_t{1});
    click(0, 0);
    QCOMPARE(page_->heading(), QStringLiteral("circle recognised: 2 of 3 images, 66.7 %"));
    QCOMPARE(page_->pictures()->cards().size(), size_t{2});
    QCOMPARE(page_->pictures()->cards()[0].lines.size(), 1);
    click(7, 8);
    QVERIFY(page_->pictures()->cards().empty());
  }

  void keysWalkTheMatrix() {
    matrix()->setFocus();
    QTest::keyClick(matrix(), Qt::Key_Right);
    QCOMPARE(matrix()->label() * 10 + matrix()->predicted(), 0);
    QTest::keyClick(matrix(), Qt::Key_Right);
    QCOMPARE(page_->heading(), QStringLiteral("circle taken for ring: 1 of 3 images, 33.3 %"));
    QCOMPARE(matrix()->accessibleDescription(), page_->heading());
    QTest::keyClick(matrix(), Qt::Key_Up);
    QCOMPARE(matrix()->label(), 0);
    for (int i = 0; i < 20; ++i) QTest::keyClick(matrix(), Qt::Key_Down);
    QCOMPARE(matrix()->label(), 9);
    QTest::keyClick(matrix(), Qt::Key_Escape);
    QCOMPARE(matrix()->label(), -1);
    QVERIFY(page_->heading().startsWith("All 2"));
  }

  void thePointedCellIsReadOut() {
    QTest::mouseMove(matrix(), matrix()->cell(2, 5).center().toPoint());
    QTRY_COMPARE(page_->reading(), QStringLiteral("square taken for star: 1 of 3 images, 33.3 %"));
    QCOMPARE(matrix()->label(), -1);
  }

  void anImageIsReadOut() {
    PictureCards* cards = page_->pictures();
    QTest::mouseClick(cards, Qt::LeftButton, {}, cards->place(1).center());
    QCOMPARE(page_->reading(), QStringLiteral("Image 17 is square 30 %, taken for star 60 %; loss 1.2."));
    QTest::keyClick(cards, Qt::Key_Left);
    QVERIFY2(page_->reading().startsWith("Image 4 is circle"), qPrintable(page_->reading()));
    QTest::keyClick(cards, Qt::Key_Left);
    QCOMPARE(cards->selected(), 0);
  }

  void classesAsATable() {
    QTest::keyClick(page_->viewBox(), Qt::Key_Down);
    QVERIFY(page_->table()->isVisible() && !page_->pictures()->isVisible());
    QCOMPARE(page_->table()->rowCount(), 10);
    const auto text = [this](int row, int column) { return page_->table()->item(row, column)->text(); };
    QCOMPARE(text(0, 0), QStringLiteral("circle"));
    QCOMPARE(text(0, 2), QStringLiteral("100.0 %"));
    QCOMPARE(text(0, 3), QStringLiteral("66.7 %"));
    QCOMPARE(text(1, 2), QStringLiteral("75.0 %"));
    QCOMPARE(text(0, 4), QStringLiteral("80.0 %"));
  }

  void withoutAMistake() {
    Confusion perfect = confusion();
    for (size_t k = 0; k < 10; ++k) {
      perfect.counts[k].assign(10, 0);
      perfect.counts[k][k] = 3;
    }
    perfect.predictions.clear();
    perfect.accuracy = 1;
    page_->setConfusion(perfect, data_, "step 6 of 1");
    QVERIFY2(page_->verdict().contains("no mistake"), qPrintable(page_->verdict()));
    QVERIFY(page_->heading().startsWith("All 0"));
  }

  void aDivergedRunIsNamed() {
    Confusion diverged = confusion();
    diverged.predictions[0].loss = INFINITY;
    diverged.predictions[0].labelProbability = NAN;
    page_->setConfusion(diverged, data_, "step 6 of 1");
    QVERIFY2(page_->verdict().contains("1 of 30 images are no numbers"), qPrintable(page_->verdict()));
    QCOMPARE(page_->pictures()->cards()[0].lines[0], QStringLiteral("circle –"));
  }

  void figures() {
    const auto written = [this](const QString& name) {
      return writtenFigure(name,
                           [this](const QString& path) { return matrix()->exportTo(path, "Mistakes"); });
    };
    const QList<QByteArray> lines = written("m.csv").split('\n');
    QCOMPARE(lines.size(), 12);
    QCOMPARE(lines[1], QByteArray("\"circle\",2,1,0,0,0,0,0,0,0,0"));
    QVERIFY(written("m.svg").contains("<svg"));
    QVERIFY(written("m.pdf").startsWith("%PDF"));
    const QImage picture = QImage::fromData(written("m.png"));
    QCOMPARE(picture.width(), matrix()->width() * 2);
    QVERIFY(picture.height() > matrix()->height() * 2 + 40);  // the title stands above
  }
};

QTEST_MAIN(TestMistakesPage)
#include "test_mistakes_page.moc"
