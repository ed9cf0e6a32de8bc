// The data panel with real mouse and key events: what training takes, and the pictures that its loader makes.
#include <QApplication>
#include <QCheckBox>
#include <QLabel>
#include <QPushButton>
#include <QScrollBar>
#include <QSlider>
#include <QtTest>
#include <set>

#include "gui/data/augmentation_preview.h"
#include "gui/data/bar_list.h"
#include "gui/data/class_sheet.h"
#include "gui/data/data_panel.h"
#include "gui/data/picture_strip.h"
#include "gui/data/set_image.h"
#include "gui/theme/theme.h"

using namespace bypath;

class TestDataPanel : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void initTestCase();
  void init();
  void cleanup() { panel_.reset(); }
  void splitsAreTrainings();
  void countsFollowTheLimit();
  void clickChoosesAnImage();
  void arrowsChooseAnImage();
  void picturesAreTheRunsOwn();
  void sameEpochSamePicture();
  void shuffleShowsOtherEpochs();
  void boxAsksForTheSetting();
  void borderIsWhatTheNetworkReads();
  void leftOutIsAnEmptyPlace();
  void lowWindowShowsFewer();
  void asksOnlyInSight();
  void errorsAndOddSets();

 private:
  void clickPicture(int row, int column);
  std::vector<QImage> images() const;
  std::shared_ptr<const DataSet> set_;
  DataUse use_;
  std::unique_ptr<DataPanel> panel_;
};

void TestDataPanel::initTestCase() {
  applyTheme(*qApp, ThemeChoice::light);
  set_ = makeShapes(500, 100);
}

void TestDataPanel::init() {
  use_ = {.name = QStringLiteral("shapes"),
          .folder = {},
          .loader = {.batch = 64, .seed = 3, .augment = true},
          .epochs = 5,
          .augmentHelp = QStringLiteral("Moves and mirrors.")};
  panel_ = std::make_unique<DataPanel>();
  panel_->resize(336, 760);
  panel_->setUse(use_);
  panel_->show();
  panel_->showDataSet(set_);
  QVERIFY(QTest::qWaitForWindowExposed(panel_.get()));
}

void TestDataPanel::clickPicture(int row, int column) {
  QTest::mouseClick(panel_->sheet(), Qt::LeftButton, {}, panel_->sheet()->pictureRect(row, column).center());
}

std::vector<QImage> TestDataPanel::images() const {
  std::vector<QImage> list;
  for (const StripPicture& picture : panel_->preview()->strip()->pictures()) list.push_back(picture.image);
  return list;
}

void TestDataPanel::splitsAreTrainings() {
  use_.loader.limit = 300;
  use_.limitValidation = 40;
  panel_->setUse(use_);
  const std::vector<Bar>& bars = panel_->splits()->bars();
  QCOMPARE(bars.size(), size_t{3});
  QCOMPARE(bars[0].text, QStringLiteral("300 of 500"));
  QCOMPARE(bars[1].text, QStringLiteral("40 of 100"));
  QCOMPARE(bars[2].text, QStringLiteral("100"));
  QVERIFY(panel_->splits()->barLength(0) > panel_->splits()->barLength(2));
  QVERIFY(panel_->splits()->barLength(2) > panel_->splits()->barLength(1));
  const auto said = [this](const QString& text) {
    for (const QLabel* label : panel_->findChildren<QLabel*>())
      if (label->isVisible() && label->text().contains(text)) return true;
    return false;
  };
  QCOMPARE(BatchLoader(set_, use_.loader).batchesAnEpoch(), int64_t{4});
  QVERIFY(said(QStringLiteral("4 steps of 64 images")));
  QVERIFY(said(QStringLiteral("leaves out 44")));
  use_.loader.limit = 10;
  panel_->setUse(use_);
  QVERIFY(said(QStringLiteral("one step of 64")));
}

void TestDataPanel::countsFollowTheLimit() {
  QCOMPARE(panel_->classes()->bars().size(), set_->classes.size());
  for (const Bar& bar : panel_->classes()->bars()) QCOMPARE(bar.text, QStringLiteral("50"));
  use_.loader.limit = 25;  // the classes take turns
  panel_->setUse(use_);
  QCOMPARE(panel_->classes()->bars()[0].text, QStringLiteral("3"));
  QCOMPARE(panel_->classes()->bars()[9].text, QStringLiteral("2"));
  QVERIFY(panel_->classes()->barLength(0) > panel_->classes()->barLength(9));
  QVERIFY(panel_->classes()->accessibleDescription().contains(QString::fromStdString(set_->classes[9])));
}

void TestDataPanel::clickChoosesAnImage() {
  QCOMPARE(panel_->sheet()->chosen(), int64_t{0});
  QCOMPARE(images().front(), imageOf(*set_, set_->train, 0));
  clickPicture(2, 3);
  QCOMPARE(panel_->sheet()->chosen(), int64_t{32});  // the fourth of the third class
  QCOMPARE(images().front(), imageOf(*set_, set_->train, 32));
  QVERIFY(panel_->preview()->strip()->pictures().front().toolTip.contains(
      QString::fromStdString(set_->classes[2])));
  QTest::mouseClick(panel_->sheet(), Qt::LeftButton, {}, QPoint(1, 1));  // beside the pictures
  QCOMPARE(panel_->sheet()->chosen(), int64_t{32});
}

void TestDataPanel::arrowsChooseAnImage() {
  ClassSheet* sheet = panel_->sheet();
  sheet->setFocus();
  QTRY_VERIFY(sheet->hasFocus());
  QTest::keyClick(sheet, Qt::Key_Right);
  QCOMPARE(sheet->chosen(), int64_t{10});
  QTest::keyClick(sheet, Qt::Key_Down);
  QCOMPARE(sheet->chosen(), int64_t{11});
  QTest::keyClick(sheet, Qt::Key_Left);
  QTest::keyClick(sheet, Qt::Key_Left);
  QCOMPARE(sheet->chosen(), int64_t{1});
  for (int i = 0; i < 20; ++i) QTest::keyClick(sheet, Qt::Key_Down);
  QCOMPARE(sheet->chosen(), int64_t{9});
  QVERIFY(sheet->accessibleDescription().contains(QString::fromStdString(set_->classes[9])));
  // The last row came into sight.
  const QRegion visible = sheet->visibleRegion();
  QVERIFY(visible.contains(sheet->chosenRect().center()));
}

void TestDataPanel::picturesAreTheRunsOwn() {
  clickPicture(4, 1);
  const int64_t image = panel_->sheet()->chosen();
  BatchLoader run(set_, use_.loader);
  const std::vector<QImage> shown = images();
  QCOMPARE(shown.size(), size_t{1 + AugmentationPreview::epochsShown});
  int found = 0;
  for (int epoch = 0; epoch < AugmentationPreview::epochsShown; ++epoch) {
    bool inEpoch = false;
    for (int64_t step = epoch * run.batchesAnEpoch(); step < (epoch + 1) * run.batchesAnEpoch(); ++step) {
      const Batch& batch = run.training(step);
      const auto at = std::ranges::find(batch.indices, image);
      if (at == batch.indices.end()) continue;
      inEpoch = true;
      Batch alone;
      const auto size = static_cast<int64_t>(set_->imageShape.count());
      const auto* first = batch.images.data() + (at - batch.indices.begin()) * size;
      alone.images.assign(first, first + size);
      QCOMPARE(shown[static_cast<size_t>(epoch) + 1], imageOf(*set_, use_.loader.normalisation, alone));
    }
    QCOMPARE(!shown[static_cast<size_t>(epoch) + 1].isNull(), inEpoch);
    found += inEpoch;
  }
  QVERIFY(found > 3);
}

void TestDataPanel::sameEpochSamePicture() {
  QSlider* slider = panel_->preview()->slider();
  const std::vector<QImage> first = images();
  slider->setFocus();
  QTest::keyClick(slider, Qt::Key_Right);
  const std::vector<QImage> next = images();
  QVERIFY(next != first);
  // One epoch on: what was second is first.
  for (size_t i = 1; i + 1 < first.size(); ++i) QCOMPARE(next[i], first[i + 1]);
  QTest::keyClick(slider, Qt::Key_Left);
  QCOMPARE(images(), first);
  use_.loader.seed = 4;
  panel_->setUse(use_);
  QVERIFY(images() != first);
}

void TestDataPanel::shuffleShowsOtherEpochs() {
  QPushButton* shuffle = panel_->preview()->shuffleButton();
  const int before = panel_->preview()->slider()->value();
  const std::vector<QImage> first = images();
  QTest::mouseClick(shuffle, Qt::LeftButton);
  QVERIFY(panel_->preview()->slider()->value() != before);
  QVERIFY(images() != first);
  QCOMPARE(images().front(), first.front());
}

void TestDataPanel::boxAsksForTheSetting() {
  QSignalSpy asked(panel_.get(), &DataPanel::augmentChosen);
  QCheckBox* box = panel_->preview()->box();
  QVERIFY(box->isChecked());
  box->setFocus();
  QTest::keyClick(box, Qt::Key_Space);
  QCOMPARE(asked.size(), 1);
  QCOMPARE(asked.back()[0].toBool(), false);
  use_.loader.augment = false;  // what whoever holds the panel then says
  const std::vector<QImage> before = images();
  panel_->setUse(use_);
  QVERIFY(!box->isChecked());
  QCOMPARE(asked.size(), 1);
  QCOMPARE(images(), before);  // what it would do
}

// Zero after normalisation: the mean colour where pixels are standardised, black where they are not.
void TestDataPanel::borderIsWhatTheNetworkReads() {
  const auto hasPixel = [this](QRgb colour) {
    for (const QImage& image : images())
      for (int y = 0; y < image.height(); ++y)
        for (int x : {0, image.width() - 1})
          if (image.pixel(x, y) == colour) return true;
    return false;
  };
  const auto level = [this](size_t channel) {
    return static_cast<int>(std::lround(set_->mean[channel] * 255));
  };
  QVERIFY(hasPixel(qRgb(level(0), level(1), level(2))));
  use_.loader.normalisation = Normalisation::unit;
  panel_->setUse(use_);
  QVERIFY(hasPixel(qRgb(0, 0, 0)));
  QVERIFY(!hasPixel(qRgb(level(0), level(1), level(2))));
}

void TestDataPanel::leftOutIsAnEmptyPlace() {
  use_.loader.limit = 90;  // one step of 64: an image is left out in every third epoch or so
  panel_->setUse(use_);
  bool leftOut = false;
  for (int column = 0; column < 8 && !leftOut; ++column) {
    clickPicture(0, column);
    for (const StripPicture& picture : panel_->preview()->strip()->pictures())
      leftOut |= picture.image.isNull() && picture.toolTip.contains(QStringLiteral("leaves this image out"));
  }
  QVERIFY(leftOut);
  QVERIFY(!panel_->grab().isNull());
}

void TestDataPanel::lowWindowShowsFewer() {
  const std::vector<QImage> all = images();
  panel_->resize(336, 560);
  QTRY_COMPARE(images().size(), size_t{1 + AugmentationPreview::epochsCompact});
  QVERIFY(std::ranges::equal(images(), std::span(all).first(images().size())));
  panel_->resize(336, 760);
  QTRY_COMPARE(images().size(), all.size());
}

void TestDataPanel::asksOnlyInSight() {
  DataPanel panel;
  QSignalSpy asked(&panel, &DataPanel::wanted);
  panel.setUse(use_);
  QVERIFY(asked.isEmpty());
  panel.show();
  QCOMPARE(asked.size(), 1);
  use_.loader.batch = 32;  // the same set
  panel.setUse(use_);
  QCOMPARE(asked.size(), 1);
  use_.folder = QStringLiteral("/elsewhere");
  panel.setUse(use_);
  QCOMPARE(asked.size(), 2);
}

void TestDataPanel::errorsAndOddSets() {
  panel_->showError(QStringLiteral("The file is not there."));
  QVERIFY(!panel_->preview()->isVisible());
  QVERIFY(!panel_->sheet()->isVisible());
  // Two channels are no picture; no images at all are no reason to fail.
  auto odd = std::make_shared<DataSet>(*set_);
  odd->imageShape = {4, 4, 2};
  odd->train = {.pixels = std::vector<uint8_t>(4 * 4 * 2 * 3), .labels = {0, 1, 1}};
  odd->test = {};
  odd->mean = odd->deviation = {0.5f, 0.5f};
  panel_->showDataSet(odd);
  QVERIFY(panel_->sheet()->isVisible());
  QVERIFY(!panel_->preview()->isVisible());
  QCOMPARE(panel_->classes()->bars()[1].text, QStringLiteral("2"));
  odd = std::make_shared<DataSet>(*odd);
  odd->train = {};
  panel_->showDataSet(odd);
  QCOMPARE(panel_->splits()->bars()[0].text, QStringLiteral("0"));
  QVERIFY(!panel_->grab().isNull());
  panel_->showDataSet(set_);
  QVERIFY(panel_->preview()->isVisible());
}

QTEST_MAIN(TestDataPanel)
#include "test_data_panel.moc"
