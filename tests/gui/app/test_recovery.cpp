// The window after a crash: what is offered, and what becomes of it.
#include <QMessageBox>
#include <QPushButton>
#include <QTimer>

#include "gui/app/start_page.h"
#include "gui/document/journal_file.h"
#include "tests/gui/app/main_flow.h"
#include "tests/gui/modal_answer.h"

using namespace bypath;

namespace {

// What a program that is gone has left of this file, or of an untitled network for "".
void leave(const QString& file, const Project& project,
           const QDateTime& when = QDateTime::currentDateTimeUtc()) {
  auto place = file.isEmpty() ? JournalPlace::claimInFolder(file) : JournalPlace::claimBeside(file);
  QVERIFY(place.ok());
  QVERIFY(writeJournal((*place)->path(), {file, when, project}).ok());
}

Project named(const std::string& name) {
  Project project;
  project.network.name = name;
  project.network.graph.nodes.push_back({.name = "input", .type = "input", .attributes = {}, .body = {}});
  return project;
}

}  // namespace

class TestRecovery : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void initTestCase() { home_ = std::make_unique<OwnHome>(); }
  void init() {
    file_ = home_->path(QStringLiteral("net.bypath"));
    QVERIFY(writeProject(file_.toStdString(), named("saved")).ok());
  }
  void cleanup() {
    if (window_) window_->journal().discard();
    window_.reset();
    for (const QString& file : {QString(), file_})
      for (const auto& lost : JournalPlace::abandoned(file)) lost->remove();
  }
  void changesOfAFileAreRecovered();
  void changesOfAFileAreDiscarded();
  void aClosedOfferComesAgain();
  void whatWasSavedIsNotOffered();
  void anOlderJournalSaysSo();
  void untitledNetworksAreOfferedAtTheStart();
  void stayingKeepsTheOffer();
  void aDamagedJournalCanOnlyBeDiscarded();
  void closingWithoutSavingLeavesNothing();
  void otherMessagesLeaveTheOffer();

 private:
  void open() {
    window_ = std::make_unique<MainWindow>();
    window_->show();
  }
  QPushButton* button(const QString& text) const {
    for (auto* b : window_->recoveryBar()->findChildren<QPushButton*>())
      if (b->isVisible() && b->text() == text) return b;
    return nullptr;
  }
  void press(const QString& text) {
    QPushButton* b = button(text);
    QVERIFY2(b, qPrintable(text));
    QTest::mouseClick(b, Qt::LeftButton);
  }
  std::string name() const { return window_->editor().project().network.name; }
  static bool anythingLeft(const QString& file) { return !JournalPlace::abandoned(file).empty(); }

  std::unique_ptr<OwnHome> home_;
  std::unique_ptr<MainWindow> window_;
  QString file_;
};

void TestRecovery::changesOfAFileAreRecovered() {
  leave(file_, named("unsaved"));
  open();
  QVERIFY(!window_->recoveryBar()->isVisible());
  QVERIFY(window_->openFile(file_));
  QVERIFY(window_->recoveryBar()->isVisible());
  QVERIFY(window_->recoveryBar()->text().contains(QStringLiteral("net.bypath")));
  QCOMPARE(name(), std::string("saved"));
  QVERIFY(!window_->isWindowModified());
  press(QStringLiteral("Recover"));
  QVERIFY(!window_->recoveryBar()->isVisible());
  QCOMPARE(name(), std::string("unsaved"));
  QVERIFY(window_->isWindowModified());
  // The only journal left is the one of this window, which holds it.
  QVERIFY(!anythingLeft(file_));
  QCOMPARE(QDir(QFileInfo(file_).path())
               .entryList({QStringLiteral("*.journal")}, QDir::Files | QDir::Hidden)
               .size(),
           1);
  window_->actions().undo->trigger();
  QCOMPARE(name(), std::string("saved"));
  QVERIFY(!window_->isWindowModified());
  window_->actions().redo->trigger();
  window_->actions().save->trigger();
  QCOMPARE(readProject(file_.toStdString())->network.name, std::string("unsaved"));
}

void TestRecovery::changesOfAFileAreDiscarded() {
  leave(file_, named("unsaved"));
  leave(file_, named("unsaved too"), QDateTime::currentDateTimeUtc().addSecs(-60));
  open();
  QVERIFY(window_->openFile(file_));
  QVERIFY(window_->recoveryBar()->text().contains(QStringLiteral("1 more")));
  press(QStringLiteral("Discard"));
  QVERIFY(window_->recoveryBar()->isVisible());
  press(QStringLiteral("Discard"));
  QVERIFY(!window_->recoveryBar()->isVisible());
  QCOMPARE(name(), std::string("saved"));
  QVERIFY(!window_->isWindowModified());
  QVERIFY(!anythingLeft(file_));
}

void TestRecovery::aClosedOfferComesAgain() {
  leave(file_, named("unsaved"));
  open();
  QVERIFY(window_->openFile(file_));
  QVERIFY(!anythingLeft(file_));  // held by the window
  QTest::mouseClick(window_->recoveryBar()->findChild<QToolButton*>(), Qt::LeftButton);
  QVERIFY(!window_->recoveryBar()->isVisible());
  QVERIFY(window_->openFile(file_));
  press(QStringLiteral("Recover"));
  QCOMPARE(name(), std::string("unsaved"));
}

void TestRecovery::whatWasSavedIsNotOffered() {
  leave(file_, named("saved"));
  open();
  QVERIFY(window_->openFile(file_));
  QVERIFY(!window_->recoveryBar()->isVisible());
  QVERIFY(!anythingLeft(file_));
}

void TestRecovery::anOlderJournalSaysSo() {
  leave(file_, named("unsaved"), QDateTime::currentDateTimeUtc().addDays(-1));
  open();
  QVERIFY(window_->openFile(file_));
  QVERIFY(window_->recoveryBar()->text().contains(QStringLiteral("saved again")));
}

void TestRecovery::untitledNetworksAreOfferedAtTheStart() {
  leave({}, named("first"), QDateTime::currentDateTimeUtc().addSecs(-60));
  leave({}, named("second"));
  open();
  QVERIFY(window_->startPage());
  QVERIFY(window_->recoveryBar()->text().contains(QStringLiteral("second")));
  press(QStringLiteral("Recover"));
  QVERIFY(window_->canvas()->isVisible());
  QCOMPARE(name(), std::string("second"));
  QVERIFY(window_->isWindowModified());
  QVERIFY(window_->editor().filePath().isEmpty());
  QCOMPARE(window_->editor().undoStack().count(), 1);
  // The other one is still there, for the start page.
  const auto lost = JournalPlace::abandoned({});
  QCOMPARE(lost.size(), size_t{1});
  QCOMPARE(readJournal(lost[0]->path())->project.network.name, std::string("first"));
}

void TestRecovery::stayingKeepsTheOffer() {
  open();
  window_->openEmpty();
  window_->editor().apply(QStringLiteral("Rename"), [](Project& p) { p.network.name = "mine"; });
  leave({}, named("unsaved"));
  window_->showStartPage();
  answerNext(QStringLiteral("Stay"));
  press(QStringLiteral("Recover"));
  QCOMPARE(name(), std::string("mine"));
  QVERIFY(window_->recoveryBar()->isVisible());
  window_->journal().discard();
  window_->editor().undoStack().setClean();
  press(QStringLiteral("Recover"));
  QCOMPARE(name(), std::string("unsaved"));
}

void TestRecovery::aDamagedJournalCanOnlyBeDiscarded() {
  leave(file_, named("unsaved"));
  const QString path = home_->path(QStringLiteral(".net.bypath.journal"));
  QFile file(path);
  QVERIFY(file.open(QIODevice::ReadWrite));
  QVERIFY(file.resize(file.size() - 5));
  file.close();
  open();
  QVERIFY(window_->openFile(file_));
  QVERIFY(window_->recoveryBar()->text().contains(QStringLiteral("damaged")));
  QVERIFY(!button(QStringLiteral("Recover")));
  press(QStringLiteral("Discard"));
  QVERIFY(!QFile::exists(path));
}

void TestRecovery::closingWithoutSavingLeavesNothing() {
  open();
  QVERIFY(window_->openFile(file_));
  window_->editor().apply(QStringLiteral("Rename"), [](Project& p) { p.network.name = "mine"; });
  QVERIFY(window_->journal().flush());
  QVERIFY(QFile::exists(home_->path(QStringLiteral(".net.bypath.journal"))));
  answerNext(QStringLiteral("Leave without saving"));
  QVERIFY(window_->close());
  window_.reset();
  QVERIFY(!QFile::exists(home_->path(QStringLiteral(".net.bypath.journal"))));
}

void TestRecovery::otherMessagesLeaveTheOffer() {
  leave(file_, named("unsaved"));
  open();
  QVERIFY(window_->openFile(file_));
  QVERIFY(!window_->openFile(home_->path(QStringLiteral("missing.bypath"))));
  QVERIFY(window_->messages()->isVisible());
  QVERIFY(window_->recoveryBar()->isVisible());
}

QTEST_MAIN(TestRecovery)
#include "test_recovery.moc"
