// The panel of past runs under a person's hands: names, tags, notes, deletion, exports, sweeps.
#include <fstream>
#include <QAction>
#include <QClipboard>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QStackedWidget>
#include <QTemporaryDir>
#include <QToolButton>
#include <QtTest>

#include "core/runs/database.h"
#include "core/runs/run_index.h"
#include "core/runs/run_lock.h"
#include "gui/runs/run_details.h"
#include "gui/runs/run_list.h"
#include "gui/runs/run_notice.h"
#include "gui/runs/runs_panel.h"
#include "gui/theme/theme.h"

using namespace bypath;
namespace fs = std::filesystem;

class TestRunsPanel : public QObject {
  Q_OBJECT

  std::unique_ptr<QTemporaryDir> place_;
  std::unique_ptr<RunsPanel> panel_;

  fs::path folder(const std::string& name) const { return fs::path(place_->path().toStdString()) / name; }
  fs::path make(const std::string& name, const std::string& network, double accuracy,
                const std::string& state = "finished") const {
    Result<RunStore> store =
        RunStore::create(folder(name), {.network = network,
                                        .data = "shapes",
                                        .settings = "{}",
                                        .started = "2026-11-2" + std::to_string(made_++) + "T10:00:00Z"});
    if (!store) qFatal("%s", store.error().message.c_str());
    const bool kept =
        store->append({100, 1, true, 60, {{"val_loss", 1 - accuracy}, {"val_accuracy", accuracy}}}).ok() &&
        store->setState(state).ok();
    if (!kept) qFatal("no run to test with");
    return fs::weakly_canonical(folder(name));
  }
  void showPanel() {
    panel_ = std::make_unique<RunsPanel>();
    panel_->resize(360, 640);
    panel_->show();
    QVERIFY(QTest::qWaitForWindowExposed(panel_.get()));
    panel_->activateWindow();
  }
  RunItem* item(const fs::path& run) const { return panel_->list()->find(run); }
  QPoint placeOf(QTreeWidgetItem* item) const { return panel_->list()->visualItemRect(item).center(); }
  void click(QTreeWidgetItem* item, Qt::KeyboardModifiers with = {}) const {
    QTest::mouseClick(panel_->list()->viewport(), Qt::LeftButton, with, placeOf(item));
  }
  QStringList shown() const {
    QStringList names;
    for (const RunItem* run : panel_->list()->runs())
      if (!run->isHidden()) names << run->text(RunItem::nameColumn);
    return names;
  }
  static RunHeader header(const fs::path& run) { return RunStore::open(run)->header(); }

  mutable int made_ = 0;

 private Q_SLOTS:
  void initTestCase() {
    QCoreApplication::setOrganizationName(QStringLiteral("bypath-test"));
    applyTheme(*qApp, ThemeChoice::light);
  }
  void init() {
    made_ = 0;
    place_ = std::make_unique<QTemporaryDir>();
    qputenv("XDG_DATA_HOME", place_->filePath(QStringLiteral("home")).toUtf8());
  }
  void cleanup() {
    panel_.reset();
    place_.reset();
  }

  void nothingYetSaysWhatToDo();
  void newestFirstAndSortedByColumn();
  void runsOfTwoDaysDifferInTheirDay();
  void filterLooksAtTagsToo();
  void renamesInPlace();
  void tagsAreChips();
  void theNoteSavesItself();
  void deletionAsksInTheLine();
  void aRunInTrainingStays();
  void aSweepIsTickedAtOnce();
  void ticksOutliveARefresh();
  void runsInTrainingAreLookedAtAgain();
  void exportsForOtherPrograms();
  void theCommandIsCopied();
  void comparesWhatIsChosen();
  void aDamagedRunIsNotShown();
  void aFolderFromElsewhere();
};

void TestRunsPanel::nothingYetSaysWhatToDo() {
  showPanel();
  const auto* pages = panel_->findChild<QStackedWidget*>();
  QTRY_VERIFY(qobject_cast<QLabel*>(pages->currentWidget())->text().contains(QStringLiteral("No runs yet")));
  QVERIFY(!panel_->compareButton()->isEnabled());
  QVERIFY(!panel_->details()->isVisible());
}

void TestRunsPanel::newestFirstAndSortedByColumn() {
  make("a", "alpha", 0.9);
  make("b", "beta", 0.5);
  make("c", "gamma", 0.7);
  showPanel();
  QTRY_COMPARE(panel_->count(), 3);
  QTRY_VERIFY(panel_->list()->runs()[2]->text(RunItem::bestColumn) != QStringLiteral("…"));
  const QStringList newestFirst = shown();
  QVERIFY(newestFirst[0].contains(QStringLiteral("gamma")) &&
          newestFirst[2].contains(QStringLiteral("alpha")));
  QHeaderView* header = panel_->list()->header();
  const auto clickColumn = [&](int column) {
    QTest::mouseClick(header->viewport(), Qt::LeftButton, {},
                      QPoint(header->sectionViewportPosition(column) + 12, header->height() / 2));
  };
  clickColumn(RunItem::bestColumn);
  QVERIFY2(shown()[0].contains(QStringLiteral("alpha")), qPrintable(shown().join(QLatin1Char(' '))));
  QVERIFY(shown()[2].contains(QStringLiteral("beta")));
  clickColumn(RunItem::bestColumn);
  QVERIFY(shown()[0].contains(QStringLiteral("beta")));
  clickColumn(RunItem::bestColumn);
  QCOMPARE(shown(), newestFirst);
}

void TestRunsPanel::runsOfTwoDaysDifferInTheirDay() {
  const fs::path a = make("a", "alpha", 0.9), b = make("b", "alpha", 0.5), c = make("c", "gamma", 0.5);
  showPanel();
  QTRY_COMPARE(panel_->count(), 3);
  QCOMPARE(item(a)->text(RunItem::nameColumn), QString::fromStdString(header(a).id));
  QCOMPARE(item(b)->text(RunItem::nameColumn), QString::fromStdString(header(b).id));
  QCOMPARE(item(c)->text(RunItem::nameColumn), QStringLiteral("gamma-1"));
}

void TestRunsPanel::filterLooksAtTagsToo() {
  const fs::path a = make("a", "alpha", 0.9);
  make("b", "beta", 0.5);
  QVERIFY(RunStore::open(a)->setTag("baseline", true).ok());
  showPanel();
  QTRY_COMPARE(panel_->count(), 2);
  QTest::keyClicks(panel_->filterField(), QStringLiteral("BASE"));
  QCOMPARE(shown().size(), 1);
  QVERIFY(!item(a)->isHidden());
  QTest::keyClicks(panel_->filterField(), QStringLiteral("x"));
  QCOMPARE(shown().size(), 0);
  const auto* pages = panel_->findChild<QStackedWidget*>();
  QVERIFY(qobject_cast<QLabel*>(pages->currentWidget())->text().contains(QStringLiteral("BASEx")));
  panel_->filterField()->clear();
  QCOMPARE(shown().size(), 2);
}

void TestRunsPanel::renamesInPlace() {
  const fs::path a = make("a", "alpha", 0.9);
  showPanel();
  QTRY_COMPARE(panel_->count(), 1);
  click(item(a));
  QTest::keyClick(panel_->list(), Qt::Key_F2);
  auto* field = panel_->list()->findChild<QLineEdit*>();
  QVERIFY(field);
  field->selectAll();
  QTest::keyClicks(field, QStringLiteral("first try"));
  QTest::keyClick(field, Qt::Key_Return);
  QTRY_COMPARE(header(a).name, std::string("first try"));
  QTRY_COMPARE(item(a)->text(RunItem::nameColumn), QStringLiteral("first try"));
  QVERIFY(panel_->chosen().empty());  // a new name is no tick
  QTest::keyClick(panel_->list(), Qt::Key_F2);
  field = panel_->list()->findChild<QLineEdit*>();
  QVERIFY(field);
  field->clear();
  QTest::keyClick(field, Qt::Key_Return);
  QTRY_COMPARE(header(a).name, std::string());
  QTRY_COMPARE(item(a)->text(RunItem::nameColumn), QStringLiteral("alpha-1"));
}

void TestRunsPanel::tagsAreChips() {
  const fs::path a = make("a", "alpha", 0.9), b = make("b", "beta", 0.5);
  showPanel();
  QTRY_COMPARE(panel_->count(), 2);
  click(item(a));
  click(item(b), Qt::ControlModifier);
  panel_->details()->tagField()->setFocus();
  QTest::keyClicks(panel_->details()->tagField(), QStringLiteral("paper"));
  QTest::keyClick(panel_->details()->tagField(), Qt::Key_Return);
  QVERIFY2(panel_->notice()->text().isEmpty(), qPrintable(panel_->notice()->text()));
  QCOMPARE(header(a).tags, (std::vector<std::string>{"paper"}));
  QCOMPARE(header(b).tags, (std::vector<std::string>{"paper"}));
  QTRY_COMPARE(panel_->details()->tags(), QStringList{QStringLiteral("paper")});
  click(item(a));
  auto* chip = panel_->details()->findChild<QToolButton*>();
  QVERIFY(chip);
  QCOMPARE(chip->text(), QStringLiteral("paper"));
  QTest::mouseClick(chip, Qt::LeftButton);
  QVERIFY(header(a).tags.empty());
  QVERIFY(!header(b).tags.empty());
  QTRY_VERIFY(panel_->details()->tags().isEmpty());
}

void TestRunsPanel::theNoteSavesItself() {
  const fs::path a = make("a", "alpha", 0.9), b = make("b", "beta", 0.5);
  showPanel();
  QTRY_COMPARE(panel_->count(), 2);
  click(item(a));
  QPlainTextEdit* note = panel_->details()->noteField();
  note->setFocus();
  QTest::keyClicks(note, QStringLiteral("rate too high"));
  QVERIFY(header(a).note.empty());
  QTRY_COMPARE(header(a).note, std::string("rate too high"));
  QTest::keyClicks(note, QStringLiteral("!"));
  click(item(b));  // at once, not after the pause
  QCOMPARE(header(a).note, std::string("rate too high!"));
  QVERIFY(note->toPlainText().isEmpty());
  QVERIFY(header(b).note.empty());
}

void TestRunsPanel::deletionAsksInTheLine() {
  const fs::path a = make("a", "alpha", 0.9);
  showPanel();
  QTRY_COMPARE(panel_->count(), 1);
  click(item(a));
  QTest::keyClick(panel_->list(), Qt::Key_Delete);
  QVERIFY2(panel_->notice()->text().contains(QStringLiteral("checkpoints")),
           qPrintable(panel_->notice()->text()));
  QTest::keyClick(panel_->notice()->leaveButton(), Qt::Key_Escape);
  QVERIFY(!panel_->notice()->isVisible());
  QVERIFY(RunStore::exists(a));
  QTest::keyClick(panel_->list(), Qt::Key_Delete);
  QTest::mouseClick(panel_->notice()->doButton(), Qt::LeftButton);
  QTRY_COMPARE(panel_->count(), 0);
  QVERIFY(!fs::exists(a));
}

void TestRunsPanel::aRunInTrainingStays() {
  const fs::path a = make("a", "alpha", 0.9, "running");
  const Result<RunLock> lock = RunLock::acquire(a);
  QVERIFY(lock.ok());
  showPanel();
  QTRY_COMPARE(panel_->count(), 1);
  click(item(a));
  QTest::keyClick(panel_->list(), Qt::Key_Delete);
  QTest::mouseClick(panel_->notice()->doButton(), Qt::LeftButton);
  QTRY_VERIFY2(panel_->notice()->text().contains(QStringLiteral("being trained")),
               qPrintable(panel_->notice()->text()));
  QVERIFY(RunStore::exists(a));
}

void TestRunsPanel::aSweepIsTickedAtOnce() {
  const fs::path a = make("sweep/a", "alpha", 0.9), b = make("sweep/b", "alpha", 0.5);
  make("alone", "beta", 0.4);
  std::ofstream(folder("sweep") / "sweep.json") << "{}";
  showPanel();
  QTRY_COMPARE(panel_->count(), 3);
  QCOMPARE(panel_->list()->topLevelItemCount(), 2);
  QTreeWidgetItem* sweep = item(a)->parent();
  QVERIFY(sweep && item(b)->parent() == sweep);
  QCOMPARE(sweep->text(RunItem::stateColumn), QStringLiteral("2 of 2"));
  QTRY_COMPARE(sweep->text(RunItem::bestColumn), QStringLiteral("90.0 %"));
  click(sweep);
  QTest::keyClick(panel_->list(), Qt::Key_Space);
  QTRY_COMPARE(panel_->chosen().size(), size_t{2});
  QTest::keyClick(panel_->list(), Qt::Key_Space);
  QTRY_COMPARE(panel_->chosen().size(), size_t{0});
  QTest::keyClick(panel_->list(), Qt::Key_Right);  // opens it
  click(item(a));
  panel_->commands()->update();
  panel_->commands()->tickSweep->trigger();
  QTRY_COMPARE(panel_->chosen().size(), size_t{2});
}

void TestRunsPanel::ticksOutliveARefresh() {
  const fs::path a = make("a", "alpha", 0.9);
  showPanel();
  QTRY_COMPARE(panel_->count(), 1);
  click(item(a));
  QTest::keyClick(panel_->list(), Qt::Key_Space);
  QTRY_COMPARE(panel_->chosen().size(), size_t{1});
  make("b", "beta", 0.5);
  panel_->refresh();
  QTRY_COMPARE(panel_->count(), 2);
  QCOMPARE(panel_->list()->ticked().size(), size_t{1});
  QVERIFY(item(a)->isSelected());
  QCOMPARE(panel_->chosen().size(), size_t{1});
}

void TestRunsPanel::runsInTrainingAreLookedAtAgain() {
  const fs::path a = make("a", "alpha", 0.5, "running");
  showPanel();
  QTRY_COMPARE(panel_->count(), 1);
  QTRY_COMPARE(item(a)->text(RunItem::bestColumn), QStringLiteral("50.0 %"));
  Result<RunStore> store = RunStore::open(a);
  QVERIFY(store->append({200, 2, true, 90, {{"val_accuracy", 0.75}}}).ok());
  QTRY_COMPARE_WITH_TIMEOUT(item(a)->text(RunItem::bestColumn), QStringLiteral("75.0 %"), 10000);
  QVERIFY(store->setState("finished").ok());
  QTRY_COMPARE_WITH_TIMEOUT(item(a)->text(RunItem::stateColumn), QStringLiteral("finished"), 10000);
}

void TestRunsPanel::exportsForOtherPrograms() {
  const fs::path a = make("a", "alpha", 0.9), b = make("b", "beta", 0.5);
  showPanel();
  QTRY_COMPARE(panel_->count(), 2);
  click(item(a));
  panel_->commands()->exportCsvTo(folder("a.csv"));
  QTRY_VERIFY(panel_->notice()->text().contains(QStringLiteral("a.csv")));
  QVERIFY(fs::exists(folder("a.csv")));
  click(item(b), Qt::ControlModifier);
  panel_->commands()->exportEventsTo(folder("events"));
  QTRY_VERIFY(panel_->notice()->text().contains(QStringLiteral("tensorboard --logdir")));
  for (const fs::path& run : {a, b})
    QVERIFY(fs::exists(folder("events") / plainName(header(run).id) / "validation"));
  panel_->commands()->exportCsvTo(folder("nowhere") / "deep");
  QTRY_VERIFY2(panel_->notice()->text().contains(QStringLiteral("nowhere")),
               qPrintable(panel_->notice()->text()));
}

void TestRunsPanel::theCommandIsCopied() {
  const fs::path a = make("a", "alpha", 0.9);
  showPanel();
  QTRY_COMPARE(panel_->count(), 1);
  click(item(a));
  panel_->commands()->command->trigger();
  QCOMPARE(QGuiApplication::clipboard()->text(),
           QStringLiteral("bypath train %1/network.bypath").arg(QString::fromStdString(a.string())));
}

void TestRunsPanel::comparesWhatIsChosen() {
  const fs::path a = make("a", "alpha", 0.9), b = make("b", "beta", 0.5);
  showPanel();
  QTRY_COMPARE(panel_->count(), 2);
  QSignalSpy spy(panel_->commands(), &RunCommands::compareRequested);
  click(item(a));
  QVERIFY(panel_->compareButton()->text().contains(QStringLiteral("settings")));
  QTest::mouseClick(panel_->compareButton(), Qt::LeftButton);
  QCOMPARE(spy.takeFirst().front().value<RunCommands::Folders>(), (RunCommands::Folders{a}));
  panel_->list()->setFocus();
  panel_->list()->selectAll();
  QCOMPARE(panel_->compareButton()->text(), QStringLiteral("Compare 2 runs"));
  QTest::keyClick(panel_->list(), Qt::Key_Return);
  QCOMPARE(spy.takeFirst().front().value<RunCommands::Folders>(), (RunCommands::Folders{b, a}));
}

void TestRunsPanel::aDamagedRunIsNotShown() {
  const fs::path a = make("a", "alpha", 0.9);
  QVERIFY(Database::open(a / "run.sqlite", Database::Mode::read)->run("DROP TABLE value").ok());
  showPanel();
  QTRY_COMPARE(panel_->count(), 1);
  click(item(a));
  QTest::keyClick(panel_->list(), Qt::Key_Space);
  QTRY_VERIFY2(panel_->notice()->text().contains(QStringLiteral("run.sqlite")),
               qPrintable(panel_->notice()->text()));
  QTRY_VERIFY(panel_->list()->ticked().empty());
  QTRY_COMPARE(item(a)->text(RunItem::bestColumn), QStringLiteral("–"));
}

void TestRunsPanel::aFolderFromElsewhere() {
  const fs::path a = make("a", "alpha", 0.9);
  QVERIFY(unregisterRun(a).ok());
  showPanel();
  QTest::qWait(50);
  QCOMPARE(panel_->count(), 0);
  QVERIFY(panel_->openFolder(folder("a")).ok());
  QTRY_COMPARE(panel_->chosen().size(), size_t{1});
  QVERIFY(item(a)->isSelected());
  fs::create_directories(folder("photos"));
  const auto foreign = panel_->openFolder(folder("photos"));
  QVERIFY(!foreign.ok());
  QVERIFY(foreign.error().message.find("photos") != std::string::npos);
}

QTEST_MAIN(TestRunsPanel)
#include "test_runs_panel.moc"
