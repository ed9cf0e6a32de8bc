// The journal of unsaved changes, up to programs that are killed while they write it.
#include <csignal>
#include <QFile>
#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>
#include <random>

#include "core/layers/catalog.h"
#include "core/network/edit.h"
#include "gui/document/journal.h"
#include "gui/document/journal_file.h"

using namespace bypath;

namespace {

constexpr int soon = 20;  // milliseconds

void rename(DocumentEditor& editor, const std::string& name) {
  editor.apply(QStringLiteral("Rename"), [&](Project& p) { p.network.name = name; });
}

Project named(const std::string& name) {
  Project project;
  project.network.name = name;
  return project;
}

QStringList journalsIn(const QString& folder) {
  return QDir(folder).entryList({QStringLiteral("*.journal")}, QDir::Files | QDir::Hidden);
}

// An editor with its journal, as a window has them.
struct Session {
  Session() { journal.setDelay(soon); }
  DocumentEditor editor{layerCatalog()};
  Journal journal{editor};
};

// The life of a program that dies: opens the file ("" for none), edits without end, and, with a count of
// edits, kills itself once they are in the journal.
int liveAndDie(const QString& file, int edits) {
  Session session;
  if (!file.isEmpty() && !session.editor.open(file)) return 1;
  session.journal.setDelay(0);
  for (int i = 1; edits == 0 || i <= edits; ++i) {
    rename(session.editor, "edit " + std::to_string(i));
    QCoreApplication::processEvents();
    if (edits == 0) QThread::msleep(1);
  }
  session.journal.flush();
  return raise(SIGKILL);
}

}  // namespace

class TestJournal : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void init() {
    folder_ = std::make_unique<QTemporaryDir>();
    qputenv("XDG_DATA_HOME", folder_->filePath(QStringLiteral("data")).toUtf8());
    file_ = folder_->filePath(QString::fromUtf8("ein [Netz] ü.bypath"));
    QVERIFY(writeProject(QFile::encodeName(file_).toStdString(), named("saved")).ok());
  }

  void aChangeIsKeptUntilItIsSaved() {
    Session s;
    QVERIFY(s.editor.open(file_).ok());
    QTest::qWait(3 * soon);
    QCOMPARE(journalsIn(folder_->path()), QStringList());
    QSignalSpy written(&s.journal, &Journal::written);
    rename(s.editor, "one");
    rename(s.editor, "two");
    QTRY_COMPARE(written.count(), 1);
    const QString path = written[0][0].toString();
    QCOMPARE(path, folder_->filePath(QString::fromUtf8(".ein [Netz] ü.bypath.journal")));
    const Result<JournalRecord> record = readJournal(path);
    QVERIFY2(record.ok(), record ? "" : record.error().message.c_str());
    QVERIFY(record->project == s.editor.project());
    QCOMPARE(record->file, file_);
    QVERIFY(qAbs(record->written.secsTo(QDateTime::currentDateTimeUtc())) < 60);
    QVERIFY(s.editor.save(file_).ok());
    s.journal.wait();
    QCOMPARE(journalsIn(folder_->path()), QStringList());
    QCOMPARE(QDir(folder_->path()).entryList(QDir::Files | QDir::Hidden).size(),
             1);  // no lock is left either
  }

  void undoingEverythingRemovesIt() {
    Session s;
    QVERIFY(s.editor.open(file_).ok());
    rename(s.editor, "one");
    rename(s.editor, "two");
    QVERIFY(s.journal.flush());
    QCOMPARE(journalsIn(folder_->path()).size(), 1);
    s.editor.undoStack().undo();
    QVERIFY(s.journal.flush());
    QCOMPARE(readJournal(folder_->filePath(journalsIn(folder_->path())[0]))->project.network.name,
             std::string("one"));
    s.editor.undoStack().undo();
    s.journal.wait();
    QCOMPARE(journalsIn(folder_->path()), QStringList());
    s.editor.undoStack().redo();
    QTRY_COMPARE(journalsIn(folder_->path()).size(), 1);
  }

  void anotherDocumentRemovesIt() {
    Session s;
    rename(s.editor, "one");
    QVERIFY(s.journal.flush());
    QCOMPARE(journalsIn(journalFolder()).size(), 1);
    s.editor.start({});
    s.journal.wait();
    QCOMPARE(journalsIn(journalFolder()), QStringList());
  }

  void discardedChangesAreGone() {
    {
      Session s;
      rename(s.editor, "one");
      QVERIFY(s.journal.flush());
      rename(s.editor, "two");
      s.journal.discard();
    }
    QVERIFY(JournalPlace::abandoned({}).empty());
  }

  void anEditorThatGoesLeavesIt() {
    {
      Session s;
      rename(s.editor, "one");  // the delay is not over yet
    }
    const auto lost = JournalPlace::abandoned({});
    QCOMPARE(lost.size(), size_t{1});
    QCOMPARE(readJournal(lost[0]->path())->project.network.name, std::string("one"));
    QVERIFY(readJournal(lost[0]->path())->file.isEmpty());
  }

  // Two windows with one file, then a third: each has a journal of its own, and what is in use is not
  // offered.
  void windowsDoNotTakeEachOthersJournal() {
    {
      Session a, b;
      QVERIFY(a.editor.open(file_).ok() && b.editor.open(file_).ok());
      rename(a.editor, "a");
      rename(b.editor, "b");
      QVERIFY(a.journal.flush() && b.journal.flush());
      QCOMPARE(journalsIn(folder_->path()).size(), 2);
      QVERIFY(JournalPlace::abandoned(file_).empty());
      a.editor.undoStack().undo();
      a.journal.wait();
      QCOMPARE(journalsIn(folder_->path()).size(), 1);
      rename(a.editor, "a again");
      QVERIFY(a.journal.flush());
    }
    const auto lost = JournalPlace::abandoned(file_);
    QCOMPARE(lost.size(), size_t{2});
    QVERIFY(JournalPlace::abandoned(file_).empty());  // held by the line before
    Session c;
    QVERIFY(c.editor.open(file_).ok());
    rename(c.editor, "c");
    QVERIFY(c.journal.flush());
    QCOMPARE(journalsIn(folder_->path()).size(), 3);
    QStringList names;
    for (const auto& place : lost)
      names << QString::fromStdString(readJournal(place->path())->project.network.name);
    names.sort();
    QCOMPARE(names, (QStringList{QStringLiteral("a again"), QStringLiteral("b")}));
  }

  void whereBesideIsNoRoomItGoesToTheDataFolder() {
    const QString longName = folder_->filePath(QString(248, QLatin1Char('n')) + QStringLiteral(".bypath"));
    QVERIFY(writeProject(longName.toStdString(), named("saved")).ok());
    {
      Session s;
      QVERIFY(s.editor.open(longName).ok());
      rename(s.editor, "long");
      QVERIFY(s.journal.flush());
    }
    QCOMPARE(journalsIn(folder_->path()), QStringList());
    QVERIFY(JournalPlace::abandoned({}).empty());
    const auto lost = JournalPlace::abandoned(longName);
    QCOMPARE(lost.size(), size_t{1});
    QCOMPARE(readJournal(lost[0]->path())->file, longName);
  }

  void failureIsSaidOnce() {
    QFile inTheWay(folder_->filePath(QStringLiteral("data")));
    QVERIFY(inTheWay.open(QIODevice::WriteOnly));
    inTheWay.close();
    Session s;
    QSignalSpy failed(&s.journal, &Journal::failed);
    for (const char* name : {"one", "two", "three"}) {
      rename(s.editor, name);
      QVERIFY(!s.journal.flush());
    }
    QTRY_COMPARE(failed.count(), 1);
    QVERIFY(!failed[0][0].toString().isEmpty());
    QVERIFY(inTheWay.remove());
    rename(s.editor, "four");
    QVERIFY(s.journal.flush());
    QCoreApplication::processEvents();
    QCOMPARE(failed.count(), 1);
  }

  void aKilledProgramLeavesItsChanges_data() {
    QTest::addColumn<bool>("untitled");
    QTest::newRow("file") << false;
    QTest::newRow("untitled") << true;
  }
  void aKilledProgramLeavesItsChanges() {
    QFETCH(bool, untitled);
    const QString file = untitled ? QString() : file_;
    QProcess program;
    start(program, file, 3);
    QVERIFY(program.waitForFinished());
    QCOMPARE(program.exitStatus(), QProcess::CrashExit);
    const auto lost = JournalPlace::abandoned(file);
    QCOMPARE(lost.size(), size_t{1});
    const Result<JournalRecord> record = readJournal(lost[0]->path());
    QVERIFY2(record.ok(), record ? "" : record.error().message.c_str());
    QCOMPARE(record->project.network.name, std::string("edit 3"));
    QCOMPARE(record->file, file);
    lost[0]->remove();
    QVERIFY(JournalPlace::abandoned(file).empty());
  }

  // Killed at any moment, a program leaves a whole journal (or none, before the first).
  void killedAtAnyMoment() {
    const unsigned seed = 20;
    qInfo("seed %u", seed);
    std::mt19937 random(seed);
    int found = 0;
    for (int round = 0; round < 20; ++round) {
      QProcess program;
      start(program, file_, 0);
      QVERIFY(program.waitForStarted());
      QThread::msleep(60 + random() % 200);
      program.kill();
      QVERIFY(program.waitForFinished());
      for (const auto& lost : JournalPlace::abandoned(file_)) {
        const Result<JournalRecord> record = readJournal(lost->path());
        QVERIFY2(record.ok(), record ? "" : record.error().message.c_str());
        QVERIFY(QString::fromStdString(record->project.network.name).startsWith(QStringLiteral("edit ")));
        ++found;
        lost->remove();
      }
    }
    QVERIFY(found > 0);
  }

  void damageIsNoticed() {
    const QString path = folder_->filePath(QStringLiteral("some.journal"));
    QVERIFY(writeJournal(path, {file_, QDateTime::currentDateTimeUtc(), named("kept")}).ok());
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray whole = file.readAll();
    file.close();
    const auto body = whole.indexOf('\n') + 1;
    const auto store = [&](const QByteArray& bytes) {
      QFile out(path);
      QVERIFY(out.open(QIODevice::WriteOnly));
      out.write(bytes);
    };
    for (qsizetype i = 0; i < whole.size(); ++i) {
      QByteArray damaged = whole;
      damaged[i] = static_cast<char>(damaged[i] ^ 1);
      store(damaged);
      const Result<JournalRecord> record = readJournal(path);
      if (i >= body) QVERIFY2(!record.ok(), qPrintable(QString::number(i)));
      if (!record) QVERIFY(!record.error().message.empty());
      store(whole.left(i));
      QVERIFY(!readJournal(path).ok());
    }
    store(whole);
    QVERIFY(readJournal(path).ok());
    QVERIFY(!readJournal(folder_->path()).ok());
  }

 private:
  static void start(QProcess& program, const QString& file, int edits) {
    program.start(QCoreApplication::applicationFilePath(),
                  {QStringLiteral("--die"), file, QString::number(edits)});
  }

  std::unique_ptr<QTemporaryDir> folder_;
  QString file_;
};

int main(int argc, char** argv) {
  QCoreApplication application(argc, argv);
  QCoreApplication::setOrganizationName(QStringLiteral("bypath-test"));
  const QStringList arguments = application.arguments();
  if (arguments.value(1) == QLatin1String("--die"))
    return liveAndDie(arguments.value(2), arguments.value(3).toInt());
  TestJournal test;
  return QTest::qExec(&test, argc, argv);
}
#include "test_journal.moc"
