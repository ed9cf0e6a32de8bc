// A GPU that goes in the middle of a run: the run ends on the CPU, a mark on the curves says where it
// changed.
#include "gui/app/engine_picker.h"
#include "gui/app/gpu_watch.h"
#include "tests/gui/app/main_flow.h"

using namespace bypath;

class TestGpuLost : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void goesOnOnTheProcessor() {
    qputenv("BYPATH_CUDA_PLUGIN", BYPATH_FAKE_DEVICE);
    const QTemporaryDir cache;
    qputenv("XDG_CACHE_HOME", QFile::encodeName(cache.path()));
    qputenv("BYPATH_FAKE_FAIL", "2000");
    const OwnHome home;
    MainWindow window;
    window.show();
    window.openTemplate(QStringLiteral("starter"), {{"width", int64_t{4}}});
    window.editor().apply(QStringLiteral("Little"), [](Project& p) {
      p.training = {{"engine", std::string("cuda")}, {"batch", int64_t{8}},
                    {"steps", int64_t{300}},         {"limit_train", int64_t{64}},
                    {"log_every", int64_t{1}},       {"limit_validation", int64_t{16}}};
    });
    QSignalSpy ended(&window.trainer(), &TrainController::ended);
    QVERIFY(window.startTraining());
    QTRY_COMPARE_WITH_TIMEOUT(ended.size(), 1, 240000);
    QVERIFY(window.trainer().outcome().ok());
    const RunCurves& curves = window.dashboard()->curves();
    QCOMPARE(curves.points("loss").back().x(), 300.0);
    QCOMPARE(curves.marks().size(), size_t{1});
    const CurveMark& mark = curves.marks().front();
    QVERIFY2(mark.text.startsWith(QStringLiteral("The GPU was lost: training goes on with CPU")),
             qPrintable(mark.text));
    QVERIFY2(mark.step > 0 && mark.step < 300, qPrintable(QString::number(mark.step)));
    QVERIFY2(window.messages()->text().contains(QStringLiteral("illegal memory access")),
             qPrintable(window.messages()->text()));
    // The picker knows: what trains from now on does so on the processor.
    EnginePicker& picker = *window.enginePicker();
    picker.gpu().ask();
    QTRY_VERIFY2(picker.text().startsWith(QStringLiteral("CPU, ")), qPrintable(picker.text()));
  }
};

QTEST_MAIN(TestGpuLost)
#include "test_gpu_lost.moc"
