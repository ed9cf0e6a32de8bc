// A latent space as a page: its points, how one is read out and shown, the classes, the axes.
#include <QComboBox>
#include <QPushButton>
#include <QtTest>

#include "gui/inspector/latent_page.h"
#include "gui/inspector/scatter_marks.h"
#include "gui/inspector/scatter_view.h"
#include "gui/theme/theme.h"
#include "tests/gui/inspector/figures.h"

using namespace bypath;

class TestLatentPage : public QObject {
  Q_OBJECT

 private:
  std::unique_ptr<LatentPage> page_;
  std::shared_ptr<const DataSet> data_ = makeShapes(10, 20);

  // Image n at (n, -n, 0.1 n), of the classes of the data set.
  LatentPoints points(int64_t axes) const {
    LatentPoints made{.classes = data_->classes, .images = 20, .latentSize = axes + 1, .axes = axes};
    for (int64_t n = 0; n < 20; ++n) {
      made.labels.push_back(data_->test.labels[static_cast<size_t>(n)]);
      const float at[] = {static_cast<float>(n), -static_cast<float>(n), 0.1F * static_cast<float>(n)};
      made.coordinates.insert(made.coordinates.end(), at, at + axes);
    }
    made.deviation.assign(static_cast<size_t>(axes), 1);
    made.share = {0.5, 0.25, 0.125};
    made.share.resize(static_cast<size_t>(axes));
    return made;
  }
  ScatterView* scatter() { return page_->scatter(); }

 private Q_SLOTS:
  void initTestCase() { applyTheme(*qApp, ThemeChoice::light); }
  void init() {
    page_ = std::make_unique<LatentPage>();
    page_->resize(870, 360);
    page_->show();
    QVERIFY(QTest::qWaitForWindowExposed(page_.get()));
    page_->setRuns({{"/runs/1", "1"}});
    page_->setPoints(points(3), data_, "step 6 of 1");
  }
  void cleanup() { page_.reset(); }

  void withoutAnAutoencoderItSaysWhatToDo() {
    LatentPage empty;
    empty.setRuns({});
    QVERIFY2(empty.emptyText().contains("conv-vae"), qPrintable(empty.emptyText()));
  }

  void whatIsFound() {
    QVERIFY(page_->showsResult());
    QVERIFY2(page_->verdict().startsWith("20 images, codes of 4 numbers; 3 axes hold 88 %"),
             qPrintable(page_->verdict()));
    QVERIFY(page_->verdict().contains("step 6 of 1"));
  }

  void aPointIsShownByMouseAndKeys() {
    QTest::mouseMove(scatter(), scatter()->place(7).toPoint() + QPoint(3, 0));
    QTRY_COMPARE(scatter()->selected(), 7);
    QCOMPARE(page_->reading(), QStringLiteral("Image 7, %1, at (7, -7).")
                                   .arg(QString::fromStdString(data_->classes[data_->test.labels[7]])));
    QTest::keyClick(scatter(), Qt::Key_Right);
    QCOMPARE(scatter()->selected(), 8);
    QCOMPARE(scatter()->accessibleDescription(), page_->reading());
    QTest::keyClick(scatter(), Qt::Key_End);
    QTest::keyClick(scatter(), Qt::Key_Right);
    QCOMPARE(scatter()->selected(), 19);
    // Beside it stands its picture: its frame has the colour of the class.
    const QImage shot = scatter()->grab().toImage();
    const QColor frame = markColour(scatter()->points()[19].kind);
    const QPoint at = scatter()->place(19).toPoint();
    int framed = 0;
    for (int x = std::max(0, at.x() - 90); x < at.x() - 10; ++x)
      for (int y = 0; y < shot.height(); ++y) framed += shot.pixelColor(x, y) == frame ? 1 : 0;
    QVERIFY2(framed > 200, qPrintable(QString::number(framed)));
  }

  void aClassIsLiftedOut() {
    QTest::mouseClick(scatter(), Qt::LeftButton, {}, scatter()->legendEntry(2).center().toPoint());
    QCOMPARE(scatter()->highlighted(), 2);
    QTest::keyClick(scatter(), Qt::Key_Home);
    QCOMPARE(scatter()->points()[static_cast<size_t>(scatter()->selected())].kind, 2);
    QTest::mouseClick(scatter(), Qt::LeftButton, {}, scatter()->legendEntry(2).center().toPoint());
    QCOMPARE(scatter()->highlighted(), -1);
    QTest::keyClick(scatter(), Qt::Key_Down);
    QCOMPARE(scatter()->highlighted(), 0);
    QTest::keyClick(scatter(), Qt::Key_Up);
    QCOMPARE(scatter()->highlighted(), -1);
  }

  void everyClassHasAnEntryOfItsOwn() {
    for (int kind = 0; kind < 10; ++kind) {
      QVERIFY(scatter()->rect().contains(scatter()->legendEntry(kind).toRect()));
      for (int other = 0; other < kind; ++other)
        QVERIFY(!scatter()
                     ->legendEntry(kind)
                     .adjusted(0, 0, -1, -1)
                     .intersects(scatter()->legendEntry(other).adjusted(0, 0, -1, -1)));
    }
  }

  void otherAxes() {
    QCOMPARE(page_->axesBox()->count(), 3);
    QTest::keyClick(page_->axesBox(), Qt::Key_Down);
    QCOMPARE(page_->axesBox()->currentText(), QStringLiteral("axes 1 and 3"));
    QVERIFY(std::abs(scatter()->points()[10].y - 1) < 1e-6);
    page_->setPoints(points(1), data_, "step 6 of 1");
    QVERIFY(!page_->axesBox()->isEnabled());
    QCOMPARE(scatter()->points()[10].x, 10.0);
    QCOMPARE(scatter()->points()[10].y, 0.0);
  }

  void pointsThatAreNoNumbers() {
    LatentPoints broken = points(2);
    broken.coordinates[0] = NAN;
    page_->setPoints(broken, data_, "step 6 of 1");
    QTest::keyClick(scatter(), Qt::Key_Home);
    QCOMPARE(scatter()->selected(), 1);
    QVERIFY(!scatter()->grab().isNull());
  }

  void figures() {
    const auto written = [this](const QString& name) {
      return writtenFigure(name, [this](const QString& path) { return scatter()->exportTo(path, "Latent"); });
    };
    const QList<QByteArray> lines = written("l.csv").split('\n');
    QCOMPARE(lines.size(), 22);
    QVERIFY2(lines[4].startsWith("3,\"") && lines[4].endsWith(",3,-3"), lines[4]);
    QVERIFY(written("l.svg").contains("<svg"));
    QVERIFY(written("l.pdf").startsWith("%PDF"));
    const QImage picture = QImage::fromData(written("l.png"));
    QCOMPARE(picture.width(), scatter()->width() * 2);
    QVERIFY(picture.height() > scatter()->height() * 2 + 40);  // the title stands above
  }
};

QTEST_MAIN(TestLatentPage)
#include "test_latent_page.moc"
