// A person trains a network and takes it away: the dialog, its choices, what is said, and the file.
#include <QCheckBox>
#include <QLabel>
#include <QPushButton>

#include "gui/app/exchange_flow.h"
#include "gui/exchange/export_dialog.h"
#include "main_flow.h"

using namespace bypath;

class TestExchangeFlow : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void initTestCase() { home_ = std::make_unique<OwnHome>(); }
  void nothingIsTrainedYet();
  void aTrainedNetworkLeaves();
  void everyFormat();
  void aModelComesIn();

 private:
  // Trains the starter for two steps, and shows the dialog with its run in it.
  ExportDialog* trainedAndAsked(MainWindow& window);

  std::unique_ptr<OwnHome> home_;
};

void TestExchangeFlow::nothingIsTrainedYet() {
  MainWindow window;
  window.show();
  QVERIFY(QTest::qWaitForWindowActive(&window));
  window.openEmpty();
  QTest::keyClick(&window, Qt::Key_E, Qt::ControlModifier);
  ExportDialog* dialog = window.exchange().exportDialog();
  QVERIFY(dialog && dialog->isVisible());
  QTRY_VERIFY(dialog->said().contains(QStringLiteral("Nothing has been trained")));
  QVERIFY(!dialog->exportButton()->isEnabled());
  QTest::keyClick(dialog, Qt::Key_Escape);
  QVERIFY(!dialog->isVisible());
}

ExportDialog* TestExchangeFlow::trainedAndAsked(MainWindow& window) {
  window.show();
  if (!QTest::qWaitForWindowActive(&window)) return nullptr;
  window.openTemplate(QStringLiteral("starter"));
  if (!window.startTraining({{"steps", int64_t{2}}, {"batch", int64_t{8}}})) return nullptr;
  if (!QTest::qWaitFor([&] { return !window.trainer().active(); }, 60000)) return nullptr;
  window.activateWindow();
  if (!QTest::qWaitForWindowActive(&window)) return nullptr;
  QTest::keyClick(&window, Qt::Key_E, Qt::ControlModifier);
  ExportDialog* dialog = window.exchange().exportDialog();
  if (!dialog || !QTest::qWaitFor([&] { return dialog->runs()->isEnabled(); })) return nullptr;
  return dialog;
}

void TestExchangeFlow::aTrainedNetworkLeaves() {
  MainWindow window;
  ExportDialog* dialog = trainedAndAsked(window);
  QVERIFY(dialog);
  QCOMPARE(dialog->runs()->folder(), QString::fromStdString(window.trainer().folder().string()));
  dialog->chooseFormat(QStringLiteral("onnx"));
  QVERIFY(dialog->opsets()->isVisible());
  QVERIFY(!dialog->sampleBox()->isVisible());  // nothing is drawn in a classifier
  const QString file = home_->path(QStringLiteral("mine.onnx"));
  dialog->fileField()->selectAll();
  QTest::keyClicks(dialog->fileField(), file);
  QCOMPARE(dialog->exportButton()->text(), QStringLiteral("Export"));
  QTest::mouseClick(dialog->exportButton(), Qt::LeftButton);
  QTRY_VERIFY_WITH_TIMEOUT(dialog->said().contains(QStringLiteral("Largest difference")), 30000);
  QVERIFY(QFileInfo(file).size() > 10000);
  // Once more: the button says what it would do now.
  QCOMPARE(dialog->exportButton()->text(), QStringLiteral("Overwrite"));
  QVERIFY(QFile::resize(file, 3));
  QTest::mouseClick(dialog->exportButton(), Qt::LeftButton);
  QTRY_VERIFY_WITH_TIMEOUT(QFileInfo(file).size() > 10000, 30000);
  // A folder that is not there is said, and nothing else happens.
  QTRY_VERIFY(dialog->exportButton()->isEnabled());
  dialog->fileField()->selectAll();
  QTest::keyClicks(dialog->fileField(), home_->path(QStringLiteral("nowhere/mine.onnx")));
  QTest::mouseClick(dialog->exportButton(), Qt::LeftButton);
  QTRY_VERIFY_WITH_TIMEOUT(dialog->said().contains(QStringLiteral("nowhere")), 30000);
}

void TestExchangeFlow::everyFormat() {
  MainWindow window;
  ExportDialog* dialog = trainedAndAsked(window);
  QVERIFY(dialog);
  for (const ExportFormat* format : exportFormats()) {
    dialog->chooseFormat(QString::fromStdString(format->id));
    QVERIFY(dialog->fileField()->text().endsWith(QString::fromStdString(format->suffix)));
    dialog->fileField()->setText(
        home_->path(QStringLiteral("all-") + QString::fromStdString(format->id + format->suffix)));
    QTRY_VERIFY(dialog->exportButton()->isEnabled());
    QTest::mouseClick(dialog->exportButton(), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(dialog->said().contains(QStringLiteral("Largest difference")), 60000);
  }
}

void TestExchangeFlow::aModelComesIn() {
  MainWindow window;
  ExportDialog* dialog = trainedAndAsked(window);
  QVERIFY(dialog);
  const QString file = home_->path(QStringLiteral("comes-back.onnx"));
  dialog->chooseFormat(QStringLiteral("onnx"));
  dialog->fileField()->setText(file);
  QTest::mouseClick(dialog->exportButton(), Qt::LeftButton);
  QTRY_VERIFY_WITH_TIMEOUT(QFileInfo::exists(file) && dialog->exportButton()->isEnabled(), 30000);
  dialog->reject();
  const NetworkSpec before = window.editor().project().network;

  MainWindow other;
  other.show();
  other.openEmpty();
  QSignalSpy imported(&other.exchange(), &ExchangeFlow::imported),
      failed(&other.exchange(), &ExchangeFlow::failed);
  other.exchange().importFile(file);
  QTRY_COMPARE_WITH_TIMEOUT(imported.count(), 1, 30000);
  QCOMPARE(other.editor().project().network.graph.nodes.size(), before.graph.nodes.size());
  QVERIFY(other.messages()->text().contains(QStringLiteral("Largest difference")));
  // It is a run now, with a checkpoint to look into and to export again.
  const QString run = imported[0][0].toString();
  QVERIFY(QFileInfo::exists(run + QStringLiteral("/checkpoint-last.safetensors")));
  other.exchange().showExport(run.toStdString());
  QTRY_COMPARE(other.exchange().exportDialog()->runs()->folder(), run);

  // What is no model is said, and nothing changes.
  QFile broken(home_->path(QStringLiteral("broken.onnx")));
  QVERIFY(broken.open(QIODevice::WriteOnly));
  broken.write("no model at all");
  broken.close();
  other.exchange().importFile(broken.fileName());
  QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, 30000);
  QCOMPARE(imported.count(), 1);
}

QTEST_MAIN(TestExchangeFlow)
#include "test_exchange_flow.moc"
