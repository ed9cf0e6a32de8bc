// A run in the window on the stand-in for a GPU, from the choice to the last step.
#include "gui/app/engine_picker.h"
#include "gui/app/gpu_watch.h"
#include "tests/gui/app/main_flow.h"

using namespace bypath;

class TestGpuRun : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void trains() {
    qputenv("BYPATH_CUDA_PLUGIN", BYPATH_FAKE_DEVICE);
    const QTemporaryDir cache;
    qputenv("XDG_CACHE_HOME", QFile::encodeName(cache.path()));
    const OwnHome home;
    MainWindow window;
    window.show();
    window.openTemplate(QStringLiteral("starter"), {{"width", int64_t{4}}});
    window.editor().apply(QStringLiteral("Little"), [](Project& p) {
      p.training = {{"engine", std::string("cuda")}, {"batch", int64_t{8}},
                    {"steps", int64_t{6}},           {"limit_train", int64_t{64}},
                    {"log_every", int64_t{1}},       {"limit_validation", int64_t{16}}};
    });
    EnginePicker& picker = *window.enginePicker();
    QTRY_COMPARE(picker.text(), QStringLiteral("Stand-in for a GPU"));
    QSignalSpy ended(&window.trainer(), &TrainController::ended);
    QVERIFY(window.startTraining());
    QVERIFY(picker.gpu().keepsAsking());
    QTRY_COMPARE_WITH_TIMEOUT(ended.size(), 1, 120000);
    QVERIFY(window.trainer().outcome().ok());
    QVERIFY2(window.messages()->text().isEmpty(), qPrintable(window.messages()->text()));
    QCOMPARE(window.dashboard()->curves().points("loss").back().x(), 6.0);
    QVERIFY(window.dashboard()->curves().marks().empty());
    QCOMPARE(picker.text(), QStringLiteral("Stand-in for a GPU"));
    QTRY_VERIFY_WITH_TIMEOUT(!picker.gpu().keepsAsking(), 10000);
  }
};

QTEST_MAIN(TestGpuRun)
#include "test_gpu_run.moc"
