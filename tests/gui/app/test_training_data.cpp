// The data panel in the window: it follows the document's training settings and changes one of them.
#include <QCheckBox>
#include <QSpinBox>
#include <QtTest>

#include "gui/app/training_data.h"
#include "gui/app/training_form.h"
#include "gui/data/augmentation_preview.h"
#include "gui/data/bar_list.h"
#include "gui/data/data_panel.h"
#include "tests/gui/app/main_flow.h"

using namespace bypath;

class TestTrainingData : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void initTestCase() { home_ = std::make_unique<OwnHome>(); }
  void settingsAsARunHasThem();
  void normalisationIsTheNetworks();
  void unsoundSettingsAreLeftOut();
  void panelAndFormAgree();

 private:
  std::unique_ptr<OwnHome> home_;
};

void TestTrainingData::settingsAsARunHasThem() {
  MainWindow window;
  window.openTemplate(QStringLiteral("starter"));
  window.editor().apply(QStringLiteral("Little"), [](Project& p) {
    p.training["limit_train"] = int64_t{300};
    p.training["limit_validation"] = int64_t{20};
    p.training["seed"] = int64_t{9};
    p.training["epochs"] = int64_t{4};
  });
  const DataUse use = dataUseOf(window.editor());
  QCOMPARE(use.name, QStringLiteral("shapes"));
  QCOMPARE(use.loader.batch, int64_t{64});  // the template's
  QCOMPARE(use.loader.seed, uint64_t{9});
  QCOMPARE(use.loader.limit, int64_t{300});
  QCOMPARE(use.limitValidation, int64_t{20});
  QCOMPARE(use.epochs, int64_t{4});
  QVERIFY(!use.loader.augment);
  QVERIFY(use.augmentHelp.contains(QStringLiteral("4 pixels")));
  qputenv("BYPATH_BATCH", "16");
  QCOMPARE(dataUseOf(window.editor()).loader.batch, int64_t{16});
  qunsetenv("BYPATH_BATCH");
}

void TestTrainingData::normalisationIsTheNetworks() {
  MainWindow window;
  window.openTemplate(QStringLiteral("resnet"));
  QVERIFY(dataUseOf(window.editor()).loader.normalisation == Normalisation::standardise);
  QVERIFY(dataUseOf(window.editor()).loader.augment);
  window.openTemplate(QStringLiteral("conv-vae"));
  QVERIFY(dataUseOf(window.editor()).loader.normalisation == Normalisation::unit);
}

void TestTrainingData::unsoundSettingsAreLeftOut() {
  MainWindow window;
  window.openTemplate(QStringLiteral("starter"));
  window.editor().apply(QStringLiteral("Odd"), [](Project& p) {
    p.training["batch"] = std::string("many");
    p.training["seed"] = int64_t{7};
  });
  QCOMPARE(dataUseOf(window.editor()).loader.seed, uint64_t{7});
  QVERIFY(dataUseOf(window.editor()).loader.batch > 0);
  window.editor().undoStack().undo();
}

void TestTrainingData::panelAndFormAgree() {
  MainWindow window;
  window.show();
  window.openTemplate(QStringLiteral("starter"));
  window.showTab(QStringLiteral("data"));
  QTRY_VERIFY_WITH_TIMEOUT(window.data()->preview()->isVisible(), 60000);
  QCheckBox* box = window.data()->preview()->box();
  QVERIFY(!box->isChecked());
  QTest::mouseClick(box, Qt::LeftButton, {}, QPoint(8, box->height() / 2));
  QVERIFY(std::get<bool>(window.editor().project().training.at("augment")));
  auto* field = window.trainingForm()->findChild<QCheckBox*>(QStringLiteral("augment"));
  QVERIFY(field && field->isChecked());
  window.actions().undo->trigger();
  QVERIFY(!box->isChecked());
  QVERIFY(!field->isChecked());
  auto* limit = window.trainingForm()->findChild<QSpinBox*>(QStringLiteral("limit_train"));
  limit->setValue(1000);
  QCOMPARE(window.data()->splits()->bars()[0].text, QStringLiteral("1,000 of 10,000"));
  QCOMPARE(window.data()->classes()->bars()[0].text, QStringLiteral("100"));
  window.editor().undoStack().setClean();
}

QTEST_MAIN(TestTrainingData)
#include "test_training_data.moc"
