// Choosing what computes, with a stand-in for a GPU: what is offered, what a choice edits, what a run does to
// it.
#include <QLabel>
#include <QMenu>

#include "core/training/settings.h"
#include "gui/app/engine_picker.h"
#include "gui/app/engine_texts.h"
#include "gui/app/gpu_watch.h"
#include "tests/gui/app/main_flow.h"

using namespace bypath;

class TestEnginePicker : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    qputenv("BYPATH_CUDA_PLUGIN", BYPATH_FAKE_DEVICE);
    qputenv("XDG_CACHE_HOME", QFile::encodeName(cache_.path()));
    home_ = std::make_unique<OwnHome>();
  }
  void init() {
    window_ = std::make_unique<MainWindow>();
    window_->show();
    window_->openTemplate(QStringLiteral("starter"));
  }
  void cleanup() { window_.reset(); }

  void saysWhatComputes() {
    QVERIFY(picker().isVisible() && picker().isEnabled());
    QVERIFY2(picker().text().startsWith(QStringLiteral("CPU, ")), qPrintable(picker().text()));
    QVERIFY(picker().accessibleName().endsWith(picker().text()));
    set("threads", int64_t{1});
    QCOMPARE(picker().text(), QStringLiteral("CPU, 1 thread"));
    set("precision", std::string("bf16"));
    QCOMPARE(picker().text(), QStringLiteral("CPU, 1 thread, bfloat16"));
    set("engine", std::string("reference"));
    QCOMPARE(picker().text(), QStringLiteral("Reference, in double"));
    QVERIFY(!action("engine-cpu")->isChecked() && !action("engine-cuda")->isChecked());
  }

  void asksTheGpuWhileTheMenuIsOpen() {
    QVERIFY(!picker().gpu().state());
    QVERIFY(!picker().gpu().keepsAsking());
    Q_EMIT picker().choices()->aboutToShow();
    QVERIFY(picker().gpu().keepsAsking());
    QVERIFY(!action("engine-cuda")->isEnabled());
    QTRY_VERIFY(picker().gpu().state());
    QVERIFY(action("engine-cuda")->isEnabled());
    const QString text = action("engine-cuda")->text();
    QVERIFY2(text.startsWith(QStringLiteral("Stand-in for a GPU\t")), qPrintable(text));
    QVERIFY2(text.endsWith(QStringLiteral("8.0 of 8.0 GiB free  ·  42 % busy")), qPrintable(text));
    Q_EMIT picker().choices()->aboutToHide();
    QTRY_VERIFY(!picker().gpu().keepsAsking());
  }

  void aChoiceIsOneUndoableStep() {
    meetGpu();
    const int before = window_->editor().undoStack().index();
    action("engine-cuda")->trigger();
    QCOMPARE(window_->editor().undoStack().index(), before + 1);
    QCOMPARE(setting("engine"), std::string("cuda"));
    QCOMPARE(picker().text(), QStringLiteral("Stand-in for a GPU"));
    QVERIFY(action("engine-cuda")->isChecked() && !action("engine-cpu")->isChecked());
    QVERIFY(action("precision-tf32")->isEnabled() && action("fast")->isEnabled());
    action("precision-tf32")->trigger();
    action("fast")->trigger();
    QCOMPARE(setting("precision"), std::string("tf32"));
    QVERIFY(std::get<bool>(window_->editor().project().training.at("fast")));
    QCOMPARE(picker().text(), QStringLiteral("Stand-in for a GPU, TF32"));
    // The processor has no TF32.
    action("engine-cpu")->trigger();
    QCOMPARE(setting("engine"), std::string("cpu"));
    QCOMPARE(setting("precision"), std::string("float32"));
    QVERIFY(!action("precision-tf32")->isEnabled() && !action("fast")->isEnabled());
    QVERIFY(!action("precision-tf32")->toolTip().isEmpty() && !action("fast")->toolTip().isEmpty());
    window_->editor().undoStack().undo();
    QCOMPARE(setting("engine"), std::string("cuda"));
    QCOMPARE(setting("precision"), std::string("tf32"));
  }

  void choosingTheSameAgainEditsNothing() {
    const int before = window_->editor().undoStack().index();
    action("engine-cpu")->trigger();
    QCOMPARE(window_->editor().undoStack().index(), before);
    QVERIFY(action("engine-cpu")->isChecked());
  }

  void theKeyboardOpensIt() {
    picker().setFocus(Qt::TabFocusReason);
    QCOMPARE(picker().focusPolicy(), Qt::TabFocus);
    bool shown = false;
    QTimer::singleShot(0, this, [&] {
      shown = picker().choices()->isVisible();
      picker().choices()->close();
    });
    QTest::keyClick(&picker(), Qt::Key_Space);
    QVERIFY(shown);
    QVERIFY(window_->actions().training->actions().contains(picker().choices()->menuAction()));
  }

  void aRunTakesNoChoice() {
    window_->startTraining({{"batch", int64_t{8}}, {"limit_train", int64_t{64}}});
    QVERIFY(window_->trainer().active());
    QVERIFY(!action("engine-cpu")->isEnabled() && !action("precision-float32")->isEnabled());
    // What the run began with, whatever the document says now.
    set("threads", int64_t{1});
    QVERIFY(picker().toolTip().contains(QStringLiteral("This run computes on")));
    QVERIFY(picker().text() != QStringLiteral("CPU, 1 thread"));
    window_->trainer().stopAndWait();
    QVERIFY(action("engine-cpu")->isEnabled());
    QCOMPARE(picker().text(), QStringLiteral("CPU, 1 thread"));
  }

  void theEnvironmentDecides() {
    qputenv("BYPATH_THREADS", "1");
    qputenv("BYPATH_ENGINE", "cpu");
    set("engine", std::string("cuda"));
    QCOMPARE(picker().text(), QStringLiteral("CPU, 1 thread"));
    QVERIFY(!action("engine-cuda")->isEnabled());
    qunsetenv("BYPATH_ENGINE");
    qunsetenv("BYPATH_THREADS");
  }

  void theForecastIsOfTheGpu() {
    meetGpu();
    action("engine-cuda")->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(shows(QStringLiteral("free on the GPU")), 20000);
    action("engine-cpu")->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(!shows(QStringLiteral("free on the GPU")), 20000);
  }

  void wordsForWhatIsKnown() {
    QCOMPARE(gpuLoadText({.memory = uint64_t{139} << 30, .free = uint64_t{131} << 30, .percent = 12}),
             QStringLiteral("131 of 139 GiB free  ·  12 % busy"));
    QCOMPARE(gpuLoadText({.memory = uint64_t{139} << 30}), QStringLiteral("139 GiB"));
    const Attributes settings = completeSettings({{"engine", std::string("cuda")}});
    QCOMPARE(engineText({trainingSchema(), settings}, {}), QStringLiteral("GPU"));
  }

 private:
  EnginePicker& picker() { return *window_->enginePicker(); }
  QAction* action(const char* name) { return window_->findChild<QAction*>(QLatin1String(name)); }
  std::string setting(const char* key) { return trainingText(window_->editor().project(), key); }
  void set(const char* key, const AttributeValue& value) {
    window_->editor().apply(QStringLiteral("Set"), [&](Project& p) { p.training[key] = value; });
  }
  void meetGpu() {
    picker().gpu().ask();
    QTRY_VERIFY(picker().gpu().state());
  }
  bool shows(const QString& text) {
    const QList<QLabel*> labels = window_->findChildren<QLabel*>();
    return std::ranges::any_of(labels, [&](const QLabel* label) { return label->text().contains(text); });
  }

  QTemporaryDir cache_;
  std::unique_ptr<OwnHome> home_;
  std::unique_ptr<MainWindow> window_;
};

QTEST_MAIN(TestEnginePicker)
#include "test_engine_picker.moc"
