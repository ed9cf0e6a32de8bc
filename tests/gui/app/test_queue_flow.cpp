// The queue under a person's hands, in the whole window: added, trained one after the other, stopped, gone on
// with; the plain twin; growth block by block.
#include <QLineEdit>
#include <QPushButton>
#include <QTemporaryDir>
#include <QToolButton>
#include <QTreeWidget>
#include <QtTest>

#include "core/runs/run_store.h"
#include "gui/app/actions.h"
#include "gui/app/main_window.h"
#include "gui/app/queue_flow.h"
#include "gui/app/train_controller.h"
#include "gui/dashboard/compare_page.h"
#include "gui/dashboard/dashboard.h"
#include "gui/dashboard/training_status.h"
#include "gui/queue/queue_panel.h"
#include "gui/runs/runs_panel.h"

using namespace bypath;

class TestQueueFlow : public QObject {
  Q_OBJECT
  std::unique_ptr<QTemporaryDir> home_;
  std::unique_ptr<MainWindow> window_;

  QueuePanel& panel() const { return *window_->queueFlow().panel(); }
  TrainingQueue& queue() const { return window_->queueFlow().queue(); }
  QStringList states() const {
    QStringList all;
    for (const Experiment& one : queue().experiments()) all << QString::fromStdString(stateName(one.state));
    return all;
  }
  void setTraining(const Attributes& settings) const {
    window_->editor().apply("Settings", [&](Project& project) {
      for (const auto& [key, value] : settings) project.training[key] = value;
    });
  }

 private Q_SLOTS:
  void init() {
    home_ = std::make_unique<QTemporaryDir>();
    qputenv("XDG_DATA_HOME", QFile::encodeName(home_->path()));
    window_ = std::make_unique<MainWindow>();
    window_->show();
    window_->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(window_.get()));
    QVERIFY(window_->openTemplate("starter", {{"width", int64_t{4}}}));
    setTraining({{"batch", int64_t{16}},
                 {"epochs", int64_t{1}},
                 {"limit_train", int64_t{64}},
                 {"limit_validation", int64_t{32}},
                 {"log_every", int64_t{1}}});
  }
  void cleanup() {
    window_->trainer().stopAndWait();
    window_.reset();
  }

  void oneAfterTheOther() {
    window_->actions().queueAdd->trigger();
    QVERIFY(panel().isVisible());
    setTraining({{"learning_rate", 0.02}});
    QTest::mouseClick(panel().addButton(), Qt::LeftButton);
    QCOMPARE(panel().list()->topLevelItemCount(), 2);
    QCOMPARE(panel().list()->topLevelItem(1)->text(0), QString("starter-2"));
    QTest::mouseClick(panel().startButton(), Qt::LeftButton);
    QVERIFY(window_->trainer().active());
    QVERIFY(window_->dashboard()->status()->text().contains("of the queue"));
    QTRY_COMPARE_WITH_TIMEOUT(states(), (QStringList{"finished", "finished"}), 30000);
    QTRY_VERIFY(!window_->queueFlow().driver().running());
    QCOMPARE(panel().startButton()->text(), QString("Start the queue"));
    QVERIFY(!panel().startButton()->isEnabled());
    const Result<RunStore> second = RunStore::open(queue().folder() / "starter-2");
    QVERIFY(second.ok());
    QVERIFY(QString::fromStdString(second->header().settings).contains("0.02"));
    QVERIFY(panel().list()->topLevelItem(0)->text(2).contains("%"));
    for (int row = 0; row < 2; ++row)
      QCOMPARE(panel().list()->topLevelItem(row)->text(1), QString("finished"));
    // Their table and curves.
    QTest::mouseClick(panel().compareButton(), Qt::LeftButton);
    QTRY_COMPARE(window_->dashboard()->tabs()->currentWidget(), window_->dashboard()->compare());
  }

  void stoppedAndGoneOnWith() {
    setTraining({{"epochs", int64_t{100000}}});
    QTest::mouseClick(panel().addButton(), Qt::LeftButton);
    window_->actions().queueAdd->trigger();
    window_->queueFlow().driver().start();
    const auto progress = [&] { return window_->dashboard()->curves().points("loss").size(); };
    QTRY_VERIFY_WITH_TIMEOUT(progress() > 3, 30000);
    // Editing the document does not touch it.
    setTraining({{"learning_rate", 0.5}});
    window_->queueFlow().driver().stop();
    QTRY_COMPARE_WITH_TIMEOUT(states().front(), QString("stopped"), 30000);
    QVERIFY(!window_->queueFlow().driver().running());
    QVERIFY(!window_->trainer().active());
    const Result<RunStore> store = RunStore::open(queue().folderOf(queue().experiments()[0]));
    const int64_t before = store->rows()->back().step;
    const std::vector<RunMark> marks = *store->marks();
    for (const RunMark& mark : marks) QVERIFY(mark.text.find("0.5") == std::string::npos);
    window_->queueFlow().driver().start();
    QTRY_VERIFY_WITH_TIMEOUT(store->rows()->back().step > before + 3, 30000);
    window_->queueFlow().driver().stop();
    QTRY_VERIFY_WITH_TIMEOUT(!window_->trainer().active(), 30000);
  }

  void itWaitsForTheRunUnderWay() {
    setTraining({{"steps", int64_t{12}}});
    window_->actions().queueAdd->trigger();
    QVERIFY(window_->startTraining());
    window_->queueFlow().driver().start();
    QVERIFY(window_->queueFlow().driver().current().empty());
    QTRY_COMPARE_WITH_TIMEOUT(states(), QStringList{"finished"}, 30000);
  }

  void whatCannotBeTrainedIsPassedOver() {
    window_->actions().queueAdd->trigger();
    window_->actions().queueAdd->trigger();
    const std::string broken = queue().experiments()[0].network;
    QFile file(QString::fromStdString(broken));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write("nothing") > 0);
    file.close();
    window_->queueFlow().driver().start();
    QTRY_COMPARE_WITH_TIMEOUT(states(), (QStringList{"failed", "finished"}), 30000);
    QVERIFY(panel().list()->topLevelItem(0)->toolTip(1).contains("starter.bypath"));
  }

  void theTwinIsTrainedBesideIt() {
    window_->actions().trainTwin->trigger();
    QCOMPARE(queue().experiments().size(), size_t{2});
    QTRY_COMPARE_WITH_TIMEOUT(states(), (QStringList{"finished", "finished"}), 30000);
    // The first one's curves lie under those of the second.
    QTRY_COMPARE(window_->runs()->chosen().size(), size_t{1});
    QCOMPARE(window_->runs()->chosen().front().header.name, std::string("starter_residual"));
    const Result<Project> plain = readProject(queue().folder() / "starter_plain" / "network.bypath");
    QVERIFY(plain.ok());
    QCOMPARE(toText(plain->network.graph.find("block1")->attributes.at("shortcut")), std::string("none"));
  }

  void blockByBlock() {
    window_->actions().grow->trigger();
    QCOMPARE(queue().experiments().size(), size_t{4});
    QTest::mouseClick(panel().startButton(), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(states(), (QStringList{"finished", "finished", "finished", "finished"}), 60000);
    const Result<RunStore> joint = RunStore::open(queue().folderOf(queue().experiments()[3]));
    QVERIFY(joint.ok());
    bool kept = false;
    const std::vector<RunMark> marks = *joint->marks();
    for (const RunMark& mark : marks) kept = kept || mark.text.starts_with("Weights kept: ");
    QVERIFY(kept);
  }

  void aNetworkWithErrorsIsNotAdded() {
    window_->editor().apply("Break", [](Project& project) { project.network.graph.wires.pop_back(); });
    window_->actions().queueAdd->trigger();
    QVERIFY(queue().experiments().empty());
    QVERIFY(!panel().problem().isEmpty());
  }

  void variedByTheForm() {
    window_->actions().vary->trigger();
    QVERIFY(panel().varyForm()->isVisible());
    QTest::keyClicks(panel().varyForm()->valuesField(0), "0.1,0.05,0.02");
    QTest::mouseClick(panel().varyForm()->addButton(), Qt::LeftButton);
    QVERIFY(!panel().varyForm()->isVisible());
    QCOMPARE(queue().experiments().size(), size_t{3});
    QCOMPARE(queue().experiments()[2].name, std::string("starter_learning_rate-0.02"));
    panel().list()->setCurrentItem(panel().list()->topLevelItem(1));
    QTest::keyClick(panel().list(), Qt::Key_Delete);
    QCOMPARE(queue().experiments().size(), size_t{2});
  }
};

QTEST_MAIN(TestQueueFlow)
#include "test_queue_flow.moc"
