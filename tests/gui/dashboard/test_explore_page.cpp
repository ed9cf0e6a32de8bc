// The page for looking into a latent space asks for what a person's hands choose, and shows what comes back.
#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QSlider>
#include <QSpinBox>
#include <QTemporaryDir>
#include <QtTest>

#include "gui/dashboard/explore_controls.h"
#include "gui/dashboard/explore_page.h"
#include "gui/dashboard/image_chooser.h"
#include "gui/dashboard/picture_matrix.h"
#include "gui/theme/theme.h"

using namespace bypath;

class TestExplorePage : public QObject {
  Q_OBJECT

 private:
  std::unique_ptr<ExplorePage> page_;
  std::vector<LatentWalk> walks_;

  static LatentSource source() {
    const std::shared_ptr<const DataSet> data = makeShapes(16, 40);
    return {.run = "resnet-vae-3",
            .step = 1200,
            .data = data,
            .images = 40,
            .measured = 40,
            .latentSize = 8,
            .axisShare = {0.5, 0.25, 0.1, 0.05}};
  }
  static std::vector<FrameImage> frames(int count) {
    return std::vector<FrameImage>(static_cast<size_t>(count), {4, 4, 3, std::vector<uint8_t>(48, 200)});
  }
  void read() {
    page_->setRuns({{"/runs/3", "resnet-vae-3"}});
    page_->setSource(source());
    QCoreApplication::processEvents();
  }

 private Q_SLOTS:
  void initTestCase() { applyTheme(*qApp, ThemeChoice::light); }

  void init() {
    page_ = std::make_unique<ExplorePage>();
    page_->resize(860, 300);
    page_->show();
    QVERIFY(QTest::qWaitForWindowExposed(page_.get()));
    walks_.clear();
    connect(page_.get(), &ExplorePage::walkWanted, this,
            [this](const LatentWalk& walk) { walks_.push_back(walk); });
  }

  void nothingToReadSaysWhatToDo() {
    QVERIFY(!page_->readButton()->isVisible());
    const auto says = [&](const char* words) {
      const QList<QLabel*> labels = page_->findChildren<QLabel*>();
      return std::ranges::any_of(labels, [&](const QLabel* label) {
        return label->isVisible() && label->text().contains(QLatin1String(words));
      });
    };
    QVERIFY(says("No checkpoint yet"));
    page_->setRuns({{"/runs/3", "resnet-vae-3"}});
    QVERIFY(says("Nothing read yet"));
    QSignalSpy wanted(page_.get(), &ExplorePage::sourceWanted);
    const QList<QPushButton*> buttons = page_->findChildren<QPushButton*>();
    const auto begin = std::ranges::find_if(buttons, [](const QPushButton* b) { return b->isVisible(); });
    QVERIFY(begin != buttons.end());
    QTest::mouseClick(*begin, Qt::LeftButton);
    QCOMPARE(wanted.size(), 1);
    QCOMPARE(wanted[0][0].toString(), QStringLiteral("/runs/3"));
    QVERIFY(walks_.empty());
    page_->setMode(ExplorePage::Mode::time);
    QVERIFY(says("No samples yet"));
  }

  void imagesAreChosenByClickKeyAndNumber() {
    read();
    QCOMPARE(walks_.size(), size_t{1});
    QCOMPARE(walks_.back().from, int64_t{0});
    QCOMPARE(walks_.back().to, int64_t{1});
    ImageStrip* strip = page_->between()->from()->strip();
    QTest::mouseClick(strip, Qt::LeftButton, {}, strip->place(5).center());
    QCOMPARE(walks_.back().from, int64_t{5});
    QCOMPARE(page_->between()->from()->number()->value(), 5);
    QTest::keyClick(strip, Qt::Key_Right);
    QCOMPARE(walks_.back().from, int64_t{6});
    QTest::keyClick(strip, Qt::Key_End);
    QCOMPARE(walks_.back().from, int64_t{39});
    QVERIFY(!strip->place(39).isEmpty() && strip->place(0).isEmpty());
    QTest::keyClick(strip, Qt::Key_Right);
    QCOMPARE(walks_.back().from, int64_t{39});
    QSpinBox* number = page_->between()->to()->number();
    number->selectAll();
    QTest::keyClicks(number, "12");
    QTest::keyClick(number, Qt::Key_Return);
    QCOMPARE(walks_.back().to, int64_t{12});
    QVERIFY(walks_.back().kind == LatentWalk::Kind::between);
    QVERIFY2(
        page_->caption().contains("Step 1,200 of resnet-vae-3") && page_->caption().contains("linear in z"),
        qPrintable(page_->caption()));
  }

  void axesSayTheirShare() {
    read();
    auto* mode = page_->findChild<QComboBox*>("exploreMode");
    mode->setFocus();
    QTest::keyClick(mode, Qt::Key_Down);
    QVERIFY(page_->mode() == ExplorePage::Mode::axes);
    QVERIFY(walks_.back().kind == LatentWalk::Kind::axes && walks_.back().axis == 0 &&
            walks_.back().axes == 1);
    QTest::keyClick(page_->axes()->slider(), Qt::Key_Right);
    QCOMPARE(walks_.back().axis, int64_t{1});
    QCOMPARE(page_->axes()->axis()->value(), 2);
    const auto words = [&] {
      QString all;
      for (const QLabel* label : page_->axes()->findChildren<QLabel*>()) all += label->text() + '|';
      return all;
    };
    QVERIFY2(words().contains("25.0 % of the variance"), qPrintable(words()));
    page_->axes()->rows()->setValue(3);
    QCOMPARE(walks_.back().axes, int64_t{3});
    QVERIFY2(words().contains("axes 2 to 4: 40.0 %"), qPrintable(words()));
    page_->axes()->axis()->setValue(4);  // there are no more behind it
    QCOMPARE(walks_.back().axes, int64_t{1});
  }

  void whatComesBackIsShownAndSaved() {
    read();
    page_->setRows({{"axis 1", frames(7)}, {"axis 2", frames(7)}}, {"a", "b", "c", "d", "e", "f", "g"});
    QCOMPARE(page_->matrix()->rows().size(), size_t{2});
    const QTemporaryDir folder;
    const QString path = folder.filePath("walk.png");
    QVERIFY(page_->saveTo(path).ok());
    const QImage saved(path);
    QCOMPARE(saved.size(), QSize(7 * 6 + 2, 2 * 6 + 2));
    QCOMPARE(saved.pixelColor(3, 3), QColor(200, 200, 200));
    QCOMPARE(saved.pixelColor(0, 0), QColor(Qt::white));
    const Result<void> refused = page_->saveTo(folder.filePath("none/walk.png"));
    QVERIFY(!refused.ok());
    page_->say("The checkpoint is damaged.");
    QCOMPARE(page_->caption(), QStringLiteral("The checkpoint is damaged."));
  }

  void picturesShrinkBeforeTheyAreCut() {
    read();
    page_->setRows({{{}, frames(11)}}, {});
    QVERIFY(page_->matrix()->heightForWidth(860) > page_->matrix()->heightForWidth(400));
  }

  void samplesAreFollowedUntilAPersonLooksBack() {
    page_->setMode(ExplorePage::Mode::time);
    InspectionFrame frame;
    for (int i = 1; i <= 5; ++i) {
      frame.step = i * 100;
      frame.samples = frames(16);
      page_->addFrame(frame);
    }
    QCOMPARE(page_->time()->index(), 4);
    QCOMPARE(page_->matrix()->rows().size(), size_t{2});
    QVERIFY2(page_->caption().startsWith("Step 500"), qPrintable(page_->caption()));
    QTest::keyClick(page_->time()->slider(), Qt::Key_Home);
    QVERIFY(page_->caption().startsWith("Step 100"));
    frame.step = 600;
    page_->addFrame(frame);
    QVERIFY(page_->caption().startsWith("Step 100"));
    QTest::keyClick(page_->time()->slider(), Qt::Key_End);
    QVERIFY(page_->caption().startsWith("Step 600"));
    page_->clearFrames();
    QVERIFY(page_->matrix()->empty());
  }
};

QTEST_MAIN(TestExplorePage)
#include "test_explore_page.moc"
