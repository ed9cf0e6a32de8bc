// A GPU that was asked for and cannot be had: the picker says why, the run goes on the CPU and says so.
#include <QLabel>

#include "gui/app/engine_picker.h"
#include "gui/app/gpu_watch.h"
#include "tests/gui/app/main_flow.h"

using namespace bypath;

class TestEnginePickerOff : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    qputenv("BYPATH_CUDA_PLUGIN", BYPATH_FAKE_DEVICE);
    qputenv("BYPATH_FAKE_REFUSE", "NVIDIA's driver is too old.");
    home_ = std::make_unique<OwnHome>();
    window_ = std::make_unique<MainWindow>();
    window_->show();
    window_->openTemplate(QStringLiteral("starter"));
  }
  void cleanupTestCase() { window_.reset(); }

  void saysWhyNot() {
    Q_EMIT picker().choices()->aboutToShow();
    QTRY_VERIFY(picker().gpu().state());
    const auto* gpu = window_->findChild<QAction*>(QStringLiteral("engine-cuda"));
    QVERIFY(!gpu->isEnabled());
    QCOMPARE(gpu->toolTip(), reason_);
    QVERIFY(shown(reason_));
    QVERIFY(picker().toolTip().contains(QStringLiteral("driver is too old")));
    // Nobody need ask again.
    QTRY_VERIFY(!picker().gpu().keepsAsking());
  }

  void theProcessorComputesAndItIsSaidOnce() {
    window_->editor().apply(QStringLiteral("Little"), [](Project& p) {
      p.training = {{"engine", std::string("cuda")},
                    {"batch", int64_t{8}},
                    {"steps", int64_t{3}},
                    {"limit_train", int64_t{64}},
                    {"limit_validation", int64_t{16}}};
    });
    QVERIFY2(picker().text().startsWith(QStringLiteral("CPU, ")), qPrintable(picker().text()));
    QVERIFY(picker().toolTip().contains(QStringLiteral("A GPU was asked for")));
    int notes = 0;
    connect(window_->dashboard(), &Dashboard::eventArrived, this, [&](const FeedEvent& event) {
      notes += event.text.find("CUDA is off, and the CPU computes instead: ") != std::string::npos;
    });
    QSignalSpy ended(&window_->trainer(), &TrainController::ended);
    QVERIFY(window_->startTraining());
    QTRY_COMPARE_WITH_TIMEOUT(ended.size(), 1, 60000);
    QVERIFY(window_->trainer().outcome().ok());
    QCOMPARE(notes, 1);
    QVERIFY2(window_->messages()->text().contains(reason_), qPrintable(window_->messages()->text()));
  }

 private:
  EnginePicker& picker() { return *window_->enginePicker(); }
  bool shown(const QString& text) {
    const QList<QLabel*> labels = picker().choices()->findChildren<QLabel*>();
    return std::ranges::any_of(labels, [&](const QLabel* label) { return label->text() == text; });
  }

  const QString reason_ = QStringLiteral("NVIDIA's driver is too old.");
  std::unique_ptr<OwnHome> home_;
  std::unique_ptr<MainWindow> window_;
};

QTEST_MAIN(TestEnginePickerOff)
#include "test_engine_picker_off.moc"
