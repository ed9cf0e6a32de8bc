// Past runs in the whole window: going on from a checkpoint, using weights, opening what others have trained.
#include <cmath>
#include <QAction>
#include <QDropEvent>
#include <QMenu>
#include <QMimeData>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableWidget>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QtTest>

#include "core/runs/run_index.h"
#include "core/training/run_files.h"
#include "gui/app/run_flow.h"
#include "gui/app/start_page.h"
#include "gui/dashboard/compare_page.h"
#include "gui/runs/run_list.h"
#include "gui/runs/runs_panel.h"
#include "main_flow.h"

using namespace bypath;
namespace fs = std::filesystem;

class TestRunFlow : public QObject {
  Q_OBJECT

  std::unique_ptr<OwnHome> home_;
  std::unique_ptr<MainWindow> window_;
  fs::path run_;  // two epochs of the starter, both kept

  void wait() { QTRY_VERIFY_WITH_TIMEOUT(!window_->trainer().active(), 120000); }
  std::vector<RunMark> marksOf(const fs::path& run) const { return *RunStore::open(run)->marks(); }
  fs::path firstKept() const { return run_ / keptCheckpointName(4); }
  QPushButton* button(const QString& text) const {
    for (auto* one : window_->messages()->findChildren<QPushButton*>())
      if (one->isVisible() && one->text() == text) return one;
    return nullptr;
  }
  void moreEpochs(int64_t epochs) {
    window_->editor().apply(QStringLiteral("Epochs"), [&](Project& p) { p.training["epochs"] = epochs; });
  }

 private Q_SLOTS:
  void initTestCase() {
    home_ = std::make_unique<OwnHome>();
    MainWindow window;
    window.openTemplate(QStringLiteral("starter"));
    QVERIFY(window.startTraining({{"epochs", int64_t{2}},
                                  {"batch", int64_t{16}},
                                  {"limit_train", int64_t{64}},
                                  {"limit_validation", int64_t{32}},
                                  {"keep_every", int64_t{1}},
                                  {"log_every", int64_t{1}}}));
    QTRY_VERIFY_WITH_TIMEOUT(!window.trainer().active(), 120000);
    run_ = fs::weakly_canonical(window.trainer().folder());
    QVERIFY(fs::exists(firstKept()));
  }
  void init() {
    window_ = std::make_unique<MainWindow>();
    window_->show();
  }
  void cleanup() { window_.reset(); }

  void goesOnFromAKeptEpoch();
  void theMenuListsCheckpoints();
  void unsavedChangesAreNotLost();
  void aFinishedRunNeedsMoreEpochs();
  void otherBatchesAreExplained();
  void weightsOfARun();
  void itsNetworkIsACopy();
  void compareShowsTheTable();
  void whatIsBeingTrainedIsReadAgain();
  void aDroppedFolderOpens();
  void aReportOfTheRun();
};

void TestRunFlow::goesOnFromAKeptEpoch() {
  window_->runFlow().goOn(firstKept());  // from the start page: its network comes onto the canvas
  QVERIFY2(window_->trainer().active(), qPrintable(window_->messages()->text()));
  QVERIFY(window_->canvas()->isVisible());
  QVERIFY(window_->editor().filePath().isEmpty());
  wait();
  const fs::path branch = window_->trainer().folder();
  QVERIFY(branch != run_);
  const std::vector<RunMark> marks = marksOf(branch);
  QVERIFY(!marks.empty() && marks.front().text.find("Branched at step 4") == 0);
  // The second epoch again, from the same state with the same batches. Steps that are looked into may round
  // otherwise, and which those are depends on the clock.
  const std::vector<RunRow> before = *RunStore::open(run_)->rows(), after = *RunStore::open(branch)->rows();
  QCOMPARE(after.size(), before.size());
  const double one = before.back().values.at("val_loss"), other = after.back().values.at("val_loss");
  QVERIFY2(std::abs(one - other) < 1e-4 * one, qPrintable(QStringLiteral("%1, %2").arg(one).arg(other)));
}

void TestRunFlow::theMenuListsCheckpoints() {
  window_->openTemplate(QStringLiteral("starter"));
  window_->showTab(QStringLiteral("runs"));
  QTRY_VERIFY(window_->runs()->list()->find(run_));
  window_->runs()->list()->show(run_);
  QMenu* menu = window_->runs()->commands()->goOnMenu();
  QVERIFY(menu->menuAction()->isEnabled());
  QMetaObject::invokeMethod(menu, "aboutToShow");
  QStringList titles;
  for (const QAction* action : menu->actions()) titles << action->text();
  QVERIFY2(titles[0].startsWith(QStringLiteral("The last: step 8")),
           qPrintable(titles.join(QLatin1Char('\n'))));
  QVERIFY(titles[1].startsWith(QStringLiteral("The best: step")));
  QVERIFY(titles.contains(titles.filter(QStringLiteral("Step 4, validation accuracy")).value(0)));
  QCOMPARE(titles.size(), 4);
}

void TestRunFlow::unsavedChangesAreNotLost() {
  window_->openTemplate(QStringLiteral("conv-vae"));
  moreEpochs(7);
  const Project mine = window_->editor().project();
  window_->runFlow().goOn(firstKept());
  QVERIFY(!window_->trainer().active());
  QVERIFY(window_->editor().project() == mine);
  QVERIFY2(window_->messages()->text().contains(QStringLiteral("unsaved")),
           qPrintable(window_->messages()->text()));
  QPushButton* elsewhere = button(QStringLiteral("Go on in another window"));
  QVERIFY(elsewhere);
  QTest::mouseClick(elsewhere, Qt::LeftButton);
  MainWindow* second = nullptr;
  for (QWidget* widget : QApplication::topLevelWidgets())
    if (auto* other = qobject_cast<MainWindow*>(widget); other && other != window_.get()) second = other;
  QVERIFY(second);
  QVERIFY(second->trainer().active());
  second->trainer().stopAndWait();
  second->close();
  QVERIFY(window_->editor().project() == mine);
}

void TestRunFlow::aFinishedRunNeedsMoreEpochs() {
  window_->runFlow().openNetwork(run_);
  window_->runFlow().goOn(run_ / lastCheckpointName);
  QVERIFY(!window_->trainer().active());
  QVERIFY2(window_->messages()->text().contains(QStringLiteral("more epochs")),
           qPrintable(window_->messages()->text()));
  moreEpochs(3);
  window_->runFlow().goOn(run_ / lastCheckpointName);
  QVERIFY2(window_->trainer().active(), qPrintable(window_->messages()->text()));
  wait();
  QCOMPARE(RunStore::open(window_->trainer().folder())->rows()->back().epoch, 3);
}

void TestRunFlow::otherBatchesAreExplained() {
  window_->openTemplate(QStringLiteral("starter"));  // the same network, its own settings
  window_->runFlow().goOn(firstKept());
  QVERIFY(!window_->trainer().active());
  QVERIFY2(window_->messages()->text().contains(QStringLiteral("batch 16")),
           qPrintable(window_->messages()->text()));
  QPushButton* take = button(QStringLiteral("Take the run's settings"));
  QVERIFY(take);
  QTest::mouseClick(take, Qt::LeftButton);
  QVERIFY2(window_->trainer().active(), qPrintable(window_->messages()->text()));
  wait();
  QVERIFY(marksOf(window_->trainer().folder()).front().text.find("Branched at step 4") == 0);
}

void TestRunFlow::weightsOfARun() {
  window_->openTemplate(QStringLiteral("starter"));
  window_->editor().apply(QStringLiteral("Short"), [](Project& p) { p.training["steps"] = int64_t{1}; });
  window_->runFlow().useWeights(run_);
  QVERIFY2(window_->trainer().active(), qPrintable(window_->messages()->text()));
  wait();
  QVERIFY(marksOf(window_->trainer().folder()).front().text.find("Weights kept") == 0);
}

void TestRunFlow::itsNetworkIsACopy() {
  window_->runFlow().openNetwork(run_);
  QVERIFY(window_->canvas()->isVisible());
  QVERIFY(window_->editor().filePath().isEmpty());
  QVERIFY(!window_->editor().isModified());
  QCOMPARE(std::get<int64_t>(window_->editor().project().training.at("batch")), int64_t{16});
  window_->runFlow().openNetwork(run_ / "none");
  QVERIFY(window_->messages()->text().contains(QStringLiteral("none")));
}

void TestRunFlow::compareShowsTheTable() {
  window_->openTemplate(QStringLiteral("starter"));
  window_->runFlow().compare({run_, run_});
  ComparePage* page = window_->dashboard()->compare();
  QTRY_COMPARE(page->table()->columnCount(), 2);
  QCOMPARE(window_->dashboard()->tabs()->currentWidget(), static_cast<QWidget*>(page));
  QVERIFY(page->markdown().contains(QStringLiteral("best val_loss")));
  window_->runFlow().compare({fs::path("/nowhere")});
  QTRY_VERIFY(window_->messages()->text().contains(QStringLiteral("/nowhere")));
}

void TestRunFlow::whatIsBeingTrainedIsReadAgain() {
  window_->openTemplate(QStringLiteral("starter"));
  const fs::path running = home_->path(QStringLiteral("running")).toStdString();
  Result<RunStore> store =
      RunStore::create(running, {.network = "starter", .data = "shapes", .settings = "{}"});
  QVERIFY(store.ok());
  QVERIFY(store->append({10, 1, true, 5, {{"val_loss", 0.5}}}).ok());
  window_->runFlow().compare({running});
  ComparePage* page = window_->dashboard()->compare();
  QTRY_VERIFY(page->markdown().contains(QStringLiteral("0.5000")));
  QVERIFY(store->append({20, 2, true, 9, {{"val_loss", 0.25}}}).ok());
  QTRY_VERIFY_WITH_TIMEOUT(page->markdown().contains(QStringLiteral("0.2500")), 10000);
}

void TestRunFlow::aDroppedFolderOpens() {
  QVERIFY(unregisterRun(run_).ok());
  const auto drop = [&](const QString& path) {
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(path)});
    QDragEnterEvent enter(QPoint(50, 50), Qt::CopyAction, &data, Qt::LeftButton, {});
    QApplication::sendEvent(window_.get(), &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent event(QPoint(50, 50), Qt::CopyAction, &data, Qt::LeftButton, {});
    QApplication::sendEvent(window_.get(), &event);
  };
  drop(QString::fromStdString(run_.string()));
  QTRY_VERIFY(window_->canvas()->isVisible());
  QTRY_COMPARE(window_->runs()->chosen().size(), size_t{1});
  QVERIFY(window_->runs()->isVisible());
  QTRY_COMPARE(window_->dashboard()->compare()->table()->columnCount(), 1);
  QDir().mkpath(home_->path(QStringLiteral("photos")));
  drop(home_->path(QStringLiteral("photos")));
  QTRY_VERIFY2(window_->messages()->text().contains(QStringLiteral("photos")),
               qPrintable(window_->messages()->text()));
}

void TestRunFlow::aReportOfTheRun() {
  window_->openTemplate(QStringLiteral("starter"));
  window_->showTab(QStringLiteral("runs"));
  QTRY_VERIFY(window_->runs()->list()->find(run_));
  window_->runs()->list()->show(run_);
  RunCommands* commands = window_->runs()->commands();
  QVERIFY(commands->report->isEnabled() && commands->menu()->actions().contains(commands->report));
  const QSignalSpy wanted(commands, &RunCommands::reportRequested);
  disconnect(commands, &RunCommands::reportRequested, &window_->runFlow(), nullptr);  // no file dialog here
  commands->report->trigger();
  QCOMPARE(wanted.size(), 1);

  QTemporaryDir place;
  const QString file = place.filePath(QStringLiteral("report.html"));
  window_->runFlow().writeReportTo(run_, file.toStdString());
  QTRY_VERIFY_WITH_TIMEOUT(window_->messages()->text().contains(file), 60000);
  QVERIFY(button(QStringLiteral("Open it")));
  QFile read(file);
  QVERIFY(read.open(QFile::ReadOnly));
  const QByteArray page = read.readAll();
  for (const char* section : {"network", "curves", "values", "pictures", "layers", "settings", "run"})
    QVERIFY2(page.contains("<section id=\"" + QByteArray(section) + "\">"), section);

  window_->runFlow().writeReportTo(run_,
                                   place.filePath(QStringLiteral("no/folder/report.pdf")).toStdString());
  QTRY_VERIFY_WITH_TIMEOUT(!window_->messages()->text().contains(file), 60000);
  QVERIFY(!window_->messages()->text().isEmpty() && !button(QStringLiteral("Open it")));
}

QTEST_MAIN(TestRunFlow)
#include "test_run_flow.moc"
