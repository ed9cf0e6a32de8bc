// The doctor beside a run, in the whole window: a network that ails gets its signs while it trains, and a
// healthy one none.
#include <QPushButton>
#include <QTreeWidget>

#include "gui/inspector/doctor_page.h"
#include "gui/inspector/doctor_sign.h"
#include "tests/gui/app/main_flow.h"

using namespace bypath;

class TestDoctorRounds : public QObject {
  Q_OBJECT

 private:
  OwnHome home_;

  static Attributes little(int64_t steps) {
    return {{"batch", int64_t{8}},
            {"limit_train", int64_t{64}},
            {"limit_validation", int64_t{16}},
            {"data", std::string("shapes")},
            {"steps", steps},
            {"probe_every", int64_t{1}}};
  }
  // Twenty small sigmoid layers, one behind the other: the oldest way to lose a gradient (Glorot 2010).
  static NetworkSpec sigmoids() {
    constexpr int layers = 20;
    NetworkSpec spec{.name = "sigmoids"};
    std::vector<Node>& nodes = spec.graph.nodes;
    nodes.push_back({.name = "image", .type = "input"});
    nodes.push_back({.name = "flat", .type = "flatten"});
    for (int i = 0; i < layers; ++i) {
      nodes.push_back({.name = "dense" + std::to_string(i),
                       .type = "dense",
                       .attributes = {{"units", int64_t{i + 1 == layers ? 10 : 12}}}});
      if (i + 1 < layers) nodes.push_back({.name = "sigmoid" + std::to_string(i), .type = "sigmoid"});
    }
    nodes.push_back({.name = "loss", .type = "softmax_loss"});
    for (size_t i = 0; i + 1 < nodes.size(); ++i)
      spec.graph.wires.push_back({.from = nodes[i].name, .to = nodes[i + 1].name});
    return spec;
  }

 private Q_SLOTS:
  void aVanishingGradientIsFlaggedWhileItTrains() {
    MainWindow window;
    window.resize(1440, 900);
    window.show();
    window.openEmpty();
    window.editor().start({.network = sigmoids(), .layout = {}, .training = {}});
    QVERIFY2(window.editor().checked().ok(), summarise(window.editor().checked().diagnostics).c_str());
    QVERIFY(!window.doctorSign()->isVisible());
    QVERIFY(window.startTraining(little(1000000)));
    QTRY_VERIFY_WITH_TIMEOUT(window.doctorSign()->isVisible(), 60000);
    QVERIFY(window.trainer().active());
    const QString dump = window.canvas()->dump();
    QVERIFY2(dump.contains("findings=1"), qPrintable(dump));
    QVERIFY2(window.doctorSign()->toolTip().contains("vanishes"), qPrintable(window.doctorSign()->toolTip()));

    QTest::mouseClick(window.doctorSign(), Qt::LeftButton);
    auto* page = window.findChild<DoctorPage*>();
    QVERIFY(page && page->isVisible() && page->showsResult());
    QCOMPARE(page->list()->findItems("vanishes", Qt::MatchContains).size(), 1);
    QVERIFY2(page->verdict().contains("the run up to step"), qPrintable(page->verdict()));
    window.actions().stop->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(!window.trainer().active(), 60000);
    QVERIFY(window.doctorSign()->isVisible());  // what was found still holds

    // Another document is another patient.
    window.editor().undoStack().setClean();
    QVERIFY(window.openTemplate("starter", {{"width", int64_t{4}}}));
    QVERIFY(!window.doctorSign()->isVisible());
    window.editor().undoStack().setClean();
  }

  void aHealthyRunHasNoSign() {
    MainWindow window;
    window.resize(1440, 900);
    window.show();
    QVERIFY(window.openTemplate("starter", {{"width", int64_t{4}}}));
    Attributes settings = little(200);
    settings["learning_rate"] = 0.01;  // for so small a batch
    settings["limit_train"] = int64_t{1000};
    QVERIFY(window.startTraining(settings));
    QTRY_VERIFY_WITH_TIMEOUT(!window.trainer().active(), 120000);
    window.dashboard()->drain();
    QVERIFY2(!window.doctorSign()->isVisible(), qPrintable(window.doctorSign()->toolTip()));
    QVERIFY(!window.canvas()->dump().contains("findings"));
    window.editor().undoStack().setClean();
  }

  // A checkpoint of the open network, examined on the page, has its signs on the canvas too.
  void anExaminedRunFlagsItsNodes() {
    MainWindow window;
    window.resize(1440, 900);
    window.show();
    window.openEmpty();
    window.editor().start({.network = sigmoids(), .layout = {}, .training = {}});
    Attributes settings = little(2);  // too short for the rounds
    settings["probe_every"] = int64_t{0};
    QVERIFY(window.startTraining(settings));
    QTRY_VERIFY_WITH_TIMEOUT(!window.trainer().active(), 60000);
    QVERIFY(!window.doctorSign()->isVisible());
    window.showTab("doctor");
    auto* page = window.findChild<DoctorPage*>();
    QTRY_VERIFY_WITH_TIMEOUT(page->beginButton()->isVisible(), 20000);
    QTest::mouseClick(page->beginButton(), Qt::LeftButton);
    QTRY_VERIFY2_WITH_TIMEOUT(page->showsResult(), qPrintable(page->caption()), 120000);
    QVERIFY2(window.doctorSign()->isVisible(), qPrintable(page->verdict()));
    QVERIFY(window.canvas()->dump().contains("findings="));
    window.editor().undoStack().setClean();
  }
};

QTEST_MAIN(TestDoctorRounds)
#include "test_doctor_rounds.moc"
