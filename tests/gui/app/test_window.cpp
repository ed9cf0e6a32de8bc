// The parts of the window that need no long training: start page, files, messages, options.
#include <QListWidget>
#include <QMessageBox>
#include <QPushButton>
#include <QRegularExpression>
#include <QSpinBox>
#include <QTextDocument>
#include <QTimer>
#include <QTreeWidget>

#include "core/base/version.h"
#include "core/tensor/safetensors.h"
#include "gui/app/attribute_form.h"
#include "gui/app/automation.h"
#include "gui/app/file_flow.h"
#include "gui/app/help_window.h"
#include "gui/app/manual_text.h"
#include "gui/app/start_page.h"
#include "gui/app/training_form.h"
#include "gui/data/class_sheet.h"
#include "gui/data/data_panel.h"
#include "gui/runs/run_list.h"
#include "gui/runs/runs_panel.h"
#include "tests/gui/app/main_flow.h"
#include "tests/gui/modal_answer.h"

using namespace bypath;

class TestWindow : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void initTestCase() { home_ = std::make_unique<OwnHome>(); }
  void init();
  void cleanup() { window_.reset(); }
  void twoClicksToTraining();
  void templateParametersCount();
  void savesAndOpensAgain();
  void closingAsks();
  void closingWhileTrainingStops();
  void unfinishedNetworkIsRefusedInline();
  void trainingFormEditsTheDocument();
  void pauseAndStep();
  void weightsOfARun();
  void dataPanelShowsClasses();
  void pastRunsAreListed();
  void everyManualPageOpens();
  void dashboardTakesTheWindow();
  void options();

 private:
  void press(const QString& objectName);
  std::unique_ptr<OwnHome> home_;
  std::unique_ptr<MainWindow> window_;
};

namespace {

const Attributes little{{"batch", int64_t{8}},
                        {"steps", int64_t{4}},
                        {"log_every", int64_t{1}},
                        {"limit_train", int64_t{64}},
                        {"limit_validation", int64_t{16}}};

}  // namespace

void TestWindow::init() {
  window_ = std::make_unique<MainWindow>();
  window_->show();
}

void TestWindow::press(const QString& objectName) {
  auto* button = window_->findChild<QAbstractButton*>(objectName);
  QVERIFY(button && button->isVisible() && button->isEnabled());
  QTest::mouseClick(button, Qt::LeftButton);
}

void TestWindow::twoClicksToTraining() {
  QVERIFY(window_->startPage()->isVisible());
  QCOMPARE(window_->startPage()->chosen(), QStringLiteral("starter"));
  press(QStringLiteral("openTemplate"));
  QVERIFY(window_->canvas()->isVisible());
  QVERIFY2(window_->editor().checked().ok(), summarise(window_->editor().checked().diagnostics).c_str());
  press(QStringLiteral("trainButton"));
  QVERIFY2(window_->trainer().active(), qPrintable(window_->messages()->text()));
  QTRY_VERIFY_WITH_TIMEOUT(!window_->dashboard()->curves().points("loss").empty(), 120000);
  window_->trainer().stopAndWait();
  QVERIFY(!window_->trainer().active());
}

void TestWindow::templateParametersCount() {
  StartPage* page = window_->startPage();
  page->choose(QStringLiteral("starter"));
  auto* width = page->form()->findChild<QSpinBox*>(QStringLiteral("width"));
  QVERIFY(width);
  width->setValue(8);
  press(QStringLiteral("openTemplate"));
  const Node* block = window_->editor().project().network.graph.find("block1");
  QVERIFY(block);
  QCOMPARE(std::get<int64_t>(block->attributes.at("channels")), int64_t{8});
}

void TestWindow::savesAndOpensAgain() {
  window_->openTemplate(QStringLiteral("starter"));
  QVERIFY(!window_->isWindowModified());
  window_->editor().apply(QStringLiteral("Rate"), [](Project& p) { p.training["learning_rate"] = 0.25; });
  QVERIFY(window_->isWindowModified());
  const QString path = home_->path(QStringLiteral("mine.bypath"));
  QVERIFY(window_->editor().save(path).ok());
  QVERIFY(!window_->isWindowModified());
  QVERIFY2(window_->windowTitle().startsWith(QStringLiteral("mine")), qPrintable(window_->windowTitle()));
  window_->openEmpty();
  QVERIFY(window_->editor().project().network.graph.nodes.empty());
  QVERIFY(window_->openFile(path));
  QCOMPARE(std::get<double>(window_->editor().project().training.at("learning_rate")), 0.25);
  QVERIFY(recentFiles().contains(path));
  QVERIFY(!window_->openFile(home_->path(QStringLiteral("missing.bypath"))));
  QVERIFY(window_->messages()->text().contains(QStringLiteral("missing.bypath")));
}

void TestWindow::closingAsks() {
  window_->openTemplate(QStringLiteral("starter"));
  window_->editor().apply(QStringLiteral("Rate"), [](Project& p) { p.training["learning_rate"] = 0.25; });
  answerNext(QStringLiteral("Stay"));
  QVERIFY(!window_->close());
  answerNext(QStringLiteral("Leave without saving"));
  QVERIFY(window_->close());
}

void TestWindow::closingWhileTrainingStops() {
  window_->openTemplate(QStringLiteral("starter"));
  QVERIFY(window_->startTraining(
      {{"batch", int64_t{8}}, {"limit_train", int64_t{512}}, {"log_every", int64_t{1}}}));
  QTRY_VERIFY_WITH_TIMEOUT(!window_->dashboard()->curves().empty(), 120000);
  QVERIFY(window_->close());
  QVERIFY(!window_->trainer().active());
}

void TestWindow::unfinishedNetworkIsRefusedInline() {
  window_->openEmpty();
  window_->editor().apply(QStringLiteral("Add"), [](Project& p) {
    p.network.graph.nodes.push_back({.name = "lonely", .type = "conv2d", .attributes = {}, .body = {}});
  });
  window_->actions().train->trigger();
  QVERIFY(!window_->trainer().active());
  QVERIFY(window_->messages()->isVisible());
  auto* show = window_->messages()->findChild<QPushButton*>();
  QVERIFY(show->isVisible());
  show->click();
  QCOMPARE(window_->canvas()->selection(), QStringList{QStringLiteral("lonely")});
  window_->editor().undoStack().setClean();
}

void TestWindow::trainingFormEditsTheDocument() {
  window_->openTemplate(QStringLiteral("starter"));
  auto* batch = window_->trainingForm()->findChild<QSpinBox*>(QStringLiteral("batch"));
  QVERIFY(batch);
  QCOMPARE(batch->value(), 64);
  batch->setFocus();
  batch->selectAll();
  QTest::keyClicks(batch, QStringLiteral("32"));
  QTest::keyClick(batch, Qt::Key_Return);
  QCOMPARE(std::get<int64_t>(window_->editor().project().training.at("batch")), int64_t{32});
  while (window_->editor().undoStack().canUndo()) window_->actions().undo->trigger();
  QCOMPARE(batch->value(), 64);
}

void TestWindow::pauseAndStep() {
  window_->openTemplate(QStringLiteral("starter"));
  QVERIFY(window_->startTraining(
      {{"batch", int64_t{8}}, {"limit_train", int64_t{512}}, {"log_every", int64_t{1}}}));
  window_->actions().pause->trigger();
  QVERIFY(window_->trainer().paused());
  QTest::qWait(300);
  const auto steps = [this] { return window_->dashboard()->curves().points("loss").size(); };
  // A pause given while the network is made ready counts from its first step on.
  window_->actions().step->trigger();
  QTRY_VERIFY_WITH_TIMEOUT(steps() >= 1, 120000);
  QTest::qWait(200);
  const size_t before = steps();
  QTest::qWait(300);
  QCOMPARE(steps(), before);
  window_->actions().step->trigger();
  QTRY_COMPARE_WITH_TIMEOUT(steps(), before + 1, 20000);
  window_->actions().train->trigger();  // goes on
  QTRY_VERIFY_WITH_TIMEOUT(steps() > before + 3, 60000);
  window_->actions().stop->trigger();
  QTRY_VERIFY_WITH_TIMEOUT(!window_->trainer().active(), 60000);
}

void TestWindow::weightsOfARun() {
  window_->openTemplate(QStringLiteral("starter"));
  QVERIFY(!window_->actions().saveWeights->isEnabled());
  QVERIFY(window_->startTraining(little));
  QTRY_VERIFY_WITH_TIMEOUT(!window_->trainer().active(), 120000);
  QVERIFY2(window_->messages()->text().isEmpty(), qPrintable(window_->messages()->text()));
  QVERIFY(window_->actions().saveWeights->isEnabled());
  const std::filesystem::path target = home_->path(QStringLiteral("w.safetensors")).toStdString();
  const Result<void> written =
      writeRunWeights(window_->trainer().folder(), window_->editor().layers(), target);
  QVERIFY2(written.ok(), written ? "" : written.error().message.c_str());
  const Result<SafetensorsFile> file = readSafetensors(target);
  QVERIFY(file.ok());
  QVERIFY(file->tensors.size() > 10);
  QVERIFY(file->metadata.at("network") == "starter");
}

void TestWindow::dataPanelShowsClasses() {
  window_->openTemplate(QStringLiteral("starter"));
  for (auto* tabs : window_->findChildren<QTabWidget*>())
    if (tabs->indexOf(window_->data()) >= 0) tabs->setCurrentWidget(window_->data());
  QTRY_VERIFY_WITH_TIMEOUT(window_->data()->sheet()->isVisible(), 60000);
  QVERIFY(window_->data()->sheet()->count(0) > 0);
}

void TestWindow::pastRunsAreListed() {
  window_->openTemplate(QStringLiteral("starter"));
  QVERIFY(window_->startTraining(little));
  QTRY_VERIFY_WITH_TIMEOUT(!window_->trainer().active(), 120000);
  for (auto* tabs : window_->findChildren<QTabWidget*>())
    if (tabs->indexOf(window_->runs()) >= 0) tabs->setCurrentWidget(window_->runs());
  QTRY_VERIFY(window_->runs()->count() > 0);
  QTreeWidgetItem* newest = window_->runs()->list()->topLevelItem(0);
  QCOMPARE(newest->text(1), QStringLiteral("finished"));
  QTRY_VERIFY(newest->text(2) != QStringLiteral("…"));
  newest->setCheckState(0, Qt::Checked);
  QTRY_COMPARE(window_->runs()->chosen().size(), size_t{1});
  QVERIFY(!window_->runs()->chosen().front().rows.empty());
}

void TestWindow::everyManualPageOpens() {
  HelpWindow help;
  help.show();
  auto* list = help.findChild<QListWidget*>();
  QVERIFY(list && list->count() > 8);
  QStringList ids;
  for (int i = 0; i < list->count(); ++i) ids << list->item(i)->data(Qt::UserRole).toString();
  static const QRegularExpression links(QStringLiteral("\\]\\(([^)#]+)\\)"));
  for (const QString& id : ids) {
    help.showPage(id);
    QVERIFY2(help.text().size() > 150, qPrintable(id));
    // Every link leads to a page of the manual, every picture is in the program.
    for (auto match = links.globalMatch(help.page()->toMarkdown()); match.hasNext();) {
      const QString target = match.next().captured(1).remove(QLatin1Char('\n'));
      if (target.startsWith(QStringLiteral("http"))) continue;
      QVERIFY2(QFile::exists(QStringLiteral(":/bypath/manual/") + target), qPrintable(id + ": " + target));
    }
  }
  // Wider or narrower, pictures have the width of the text.
  help.showPage(QStringLiteral("fifty-six"));
  for (const int width : {700, 1200, 820}) {
    help.resize(width, 600);
    QTest::qWait(30);
    QVERIFY(help.page()->document()->size().width() <= help.page()->viewport()->width() + 1);
  }
  // A click on a link goes to its page.
  help.showPage(QStringLiteral("claims"));
  Q_EMIT help.page()->anchorClicked(QUrl(QStringLiteral("fifty-six.md")));
  QCOMPARE(list->currentItem()->data(Qt::UserRole).toString(), QStringLiteral("fifty-six"));
}

void TestWindow::dashboardTakesTheWindow() {
  window_->resize(1440, 900);
  QVERIFY(window_->openTemplate("starter"));
  const int before = window_->dashboard()->height();
  auto* button = window_->dashboard()->findChild<QToolButton*>(QStringLiteral("large-dashboardButton"));
  QVERIFY(button && button->isVisible());
  QTest::mouseClick(button, Qt::LeftButton);
  QTRY_VERIFY2(window_->dashboard()->height() > 540,
               qPrintable(QString::number(window_->dashboard()->height())));
  QVERIFY(button->isChecked());
  // Keys reach the window that is active, and another one may have been.
  window_->activateWindow();
  QVERIFY(QTest::qWaitForWindowActive(window_.get()));
  QTest::keyClick(window_.get(), Qt::Key_D, Qt::ControlModifier | Qt::ShiftModifier);
  QTRY_COMPARE(window_->dashboard()->height(), before);
  QVERIFY(!button->isChecked());
}

void TestWindow::options() {
  const QString program = QStringLiteral("bypath-studio");
  const auto parse = [&](const QStringList& rest) { return parseStart(QStringList{program} + rest); };
  const auto whole = parse({QStringLiteral("--template"), QStringLiteral("starter"),
                            QStringLiteral("--train"), QStringLiteral("5"), QStringLiteral("--theme"),
                            QStringLiteral("dark"), QStringLiteral("--screenshot"), QStringLiteral("a.png")});
  QVERIFY(whole.ok());
  QCOMPARE(whole->options.trainSteps, 5);
  QVERIFY(whole->options.theme == ThemeChoice::dark);
  QVERIFY(parse({QStringLiteral("--help")})->say.contains(QStringLiteral("--screenshot")));
  QVERIFY(parse({QStringLiteral("--version")})->say.contains(QLatin1String(programVersion)));
  for (const QStringList& wrong :
       {QStringList{QStringLiteral("--theme"), QStringLiteral("pink")},
        QStringList{QStringLiteral("--template"), QStringLiteral("none")},
        QStringList{QStringLiteral("--train"), QStringLiteral("0")},
        QStringList{QStringLiteral("a"), QStringLiteral("b")}, QStringList{QStringLiteral("--nonsense")}}) {
    const auto parsed = parse(wrong);
    QVERIFY(!parsed.ok());
    QCOMPARE(parsed.error().kind, ErrorKind::usage);
  }
}

QTEST_MAIN(TestWindow)
#include "test_window.moc"
