// Files that are dropped, files that are not in order, and several windows.
#include <QDialogButtonBox>
#include <QDropEvent>
#include <QFileDialog>
#include <QLabel>
#include <QMessageBox>
#include <QMimeData>
#include <QPushButton>
#include <QTimer>

#include "gui/app/start_page.h"
#include "gui/properties/diagnostic_list.h"
#include "tests/gui/app/main_flow.h"
#include "tests/gui/modal_answer.h"
#include "tests/gui/stored_files.h"

using namespace bypath;

namespace {

QByteArray fileOf(const QByteArray& nodes, const QByteArray& wires, int version = 1) {
  return R"({"format": "bypath-project", "version": )" + QByteArray::number(version) +
         R"(, "network": {"name": "n", "graph": {"nodes": [)" + nodes + R"(], "wires": [)" + wires + "]}}}";
}

const QByteArray chain = R"({"name": "in", "type": "input"}, {"name": "a", "type": "relu"},
    {"name": "b", "type": "relu"})";

void rename(MainWindow& window, const std::string& name) {
  window.editor().apply(QStringLiteral("Rename"), [&](Project& p) { p.network.name = name; });
}

// As a file manager does it: in, over, down. Tells whether the window took it.
bool drop(QWidget* target, const QStringList& paths) {
  QMimeData data;
  QList<QUrl> urls;
  for (const QString& path : paths) urls << QUrl::fromLocalFile(path);
  data.setUrls(urls);
  const QPoint at = target->rect().center();
  const Qt::DropActions actions = Qt::CopyAction | Qt::MoveAction;
  QDragEnterEvent enter(at, actions, &data, Qt::LeftButton, Qt::NoModifier);
  QCoreApplication::sendEvent(target, &enter);
  if (!enter.isAccepted()) return false;
  QDragMoveEvent move(at, actions, &data, Qt::LeftButton, Qt::NoModifier);
  QCoreApplication::sendEvent(target, &move);
  QDropEvent event(at, actions, &data, Qt::LeftButton, Qt::NoModifier);
  QCoreApplication::sendEvent(target, &event);
  // A file manager whose file was "moved" would delete it.
  return move.isAccepted() && event.isAccepted() && event.dropAction() == Qt::CopyAction;
}

}  // namespace

class TestFiles : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void initTestCase() { home_ = std::make_unique<OwnHome>(); }
  void init() {
    file_ = home_->path(QStringLiteral("net.bypath"));
    store(file_, fileOf(chain, {}));
    window_ = std::make_unique<MainWindow>();
    window_->show();
    QVERIFY(QTest::qWaitForWindowExposed(window_.get()));
  }
  void cleanup() {
    for (QWidget* widget : QApplication::topLevelWidgets())
      if (auto* window = qobject_cast<MainWindow*>(widget)) {
        window->editor().undoStack().setClean();
        window->close();
      }
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    window_.reset();
  }
  void aDroppedFileOpens();
  void otherDropsAreRefused();
  void aDropAsksAboutUnsavedChanges();
  void severalDroppedFilesOpenInWindows();
  void newWindow();
  void quitClosesEveryWindow();
  void damagedDrawings_data();
  void damagedDrawings();
  void unfinishedDrawingsAreLeftInPeace();
  void newerFiles();
  void aFileChangedByAnotherWindow();

 private:
  QPushButton* button(const QString& text) const {
    for (auto* b : window_->messages()->findChildren<QPushButton*>())
      if (b->isVisible() && b->text() == text) return b;
    return nullptr;
  }
  static QList<MainWindow*> windows() {
    QList<MainWindow*> all;
    for (QWidget* widget : QApplication::topLevelWidgets())
      if (auto* window = qobject_cast<MainWindow*>(widget); window && window->isVisible()) all << window;
    return all;
  }
  std::string name() const { return window_->editor().project().network.name; }

  std::unique_ptr<OwnHome> home_;
  std::unique_ptr<MainWindow> window_;
  QString file_;
};

void TestFiles::aDroppedFileOpens() {
  const QString other = home_->path(QString::fromUtf8("zweites Netz ü.BYPATH"));
  store(other, fileOf(chain, {}));
  QVERIFY(drop(window_->startPage()->openButton(), {file_}));
  QTRY_COMPARE(window_->editor().filePath(), file_);
  QTRY_VERIFY(window_->canvas()->isVisible());
  QVERIFY(drop(window_->canvas()->viewport(), {other}));
  QTRY_COMPARE(window_->editor().filePath(), other);
  QVERIFY(QFile::exists(file_) && QFile::exists(other));
}

void TestFiles::otherDropsAreRefused() {
  QVERIFY(!drop(window_.get(), {home_->path(QStringLiteral("picture.png"))}));
  QVERIFY(!drop(window_.get(), {}));
  QVERIFY(window_->editor().filePath().isEmpty());
}

void TestFiles::aDropAsksAboutUnsavedChanges() {
  window_->openEmpty();
  rename(*window_, "mine");
  answerNext(QStringLiteral("Stay"));
  QVERIFY(drop(window_->canvas()->viewport(), {file_}));
  QTest::qWait(300);
  QCOMPARE(name(), std::string("mine"));
  answerNext(QStringLiteral("Leave without saving"));
  QVERIFY(drop(window_->canvas()->viewport(), {file_}));
  QTRY_COMPARE(window_->editor().filePath(), file_);
}

void TestFiles::severalDroppedFilesOpenInWindows() {
  const QString second = home_->path(QStringLiteral("second.bypath"));
  store(second, fileOf(chain, {}));
  QVERIFY(drop(window_.get(), {file_, second}));
  QTRY_COMPARE(windows().size(), 2);
  QCOMPARE(window_->editor().filePath(), file_);
  for (MainWindow* window : windows())
    if (window != window_.get()) QCOMPARE(window->editor().filePath(), second);
}

void TestFiles::newWindow() {
  window_->openFile(file_);
  rename(*window_, "mine");
  window_->actions().newWindow->trigger();
  QCOMPARE(windows().size(), 2);
  QPointer<MainWindow> other;
  for (MainWindow* window : windows())
    if (window != window_.get()) other = window;
  QVERIFY(other->startPage()->isVisible());
  other->openEmpty();
  rename(*other, "another");
  QCOMPARE(name(), std::string("mine"));
  // What one window takes back, the other keeps.
  other->actions().undo->trigger();
  QCOMPARE(name(), std::string("mine"));
  other->actions().closeWindow->trigger();
  QTRY_VERIFY(!other);
  QVERIFY(window_->isVisible());
}

void TestFiles::quitClosesEveryWindow() {
  window_->actions().newWindow->trigger();
  QCOMPARE(windows().size(), 2);
  window_->actions().quit->trigger();
  QTRY_COMPARE(windows().size(), 0);
}

void TestFiles::damagedDrawings_data() {
  QTest::addColumn<QByteArray>("bytes");
  QTest::addColumn<QString>("sentence");
  QTest::newRow("circle") << fileOf(chain, R"(["a", 0, "b", 0], ["b", 0, "a", 0])") << "run in a circle";
  QTest::newRow("loose wire") << fileOf(chain, R"(["in", 0, "gone", 0])")
                              << "leads to a node that is not there";
  QTest::newRow("wire to no port") << fileOf(chain, R"(["in", 0, "a", 77])")
                                   << "ends at a port that a does not have";
  QTest::newRow("two wires in one input")
      << fileOf(chain, R"(["in", 0, "b", 0], ["a", 0, "b", 0])") << "Two wires end at one input";
  QTest::newRow("a name twice") << fileOf(chain + R"(, {"name": "a", "type": "relu"})", "")
                                << "Two nodes are named a";
  QTest::newRow("unknown type") << fileOf(chain + R"(, {"name": "c", "type": "teleport"})",
                                          R"(["a", 0, "c", 3])")
                                << "no layer type 'teleport'";
  QTest::newRow("no name") << fileOf(chain + R"(, {"name": "<b>x/y</b>", "type": "relu"})", "")
                           << "cannot be a name";
  QTest::newRow("unknown setting") << fileOf(R"({"name": "a", "type": "relu", "attributes": {"colour": 1}})",
                                             "")
                                   << "no attribute 'colour'";
  QTest::newRow("inside a part")
      << fileOf(
             R"({"name": "p", "type": "part", "body": {"nodes": [{"name": "x", "type": "teleport"}], "wires": []}})",
             "")
      << "no layer type 'teleport'";
}

void TestFiles::damagedDrawings() {
  QFETCH(QByteArray, bytes);
  QFETCH(QString, sentence);
  store(file_, bytes);
  QVERIFY(window_->openFile(file_));
  QVERIFY2(window_->messages()->text().contains(QStringLiteral("damaged")),
           qPrintable(window_->messages()->text()));
  QPushButton* show = button(QStringLiteral("Show the list"));
  QVERIFY(show);
  QTest::mouseClick(show, Qt::LeftButton);
  const auto* list = window_->properties()->findChild<DiagnosticList*>();
  QVERIFY(list && list->isVisible());
  QStringList lines;
  for (const QLabel* label : list->findChildren<QLabel*>()) lines << label->text();
  QVERIFY2(lines.join(QLatin1Char('\n')).contains(sentence), qPrintable(lines.join(QLatin1Char('\n'))));
  QVERIFY(!window_->isWindowModified());
  QCOMPARE(stored(file_), bytes);
  // The hands of somebody who looks around and edits.
  window_->canvas()->autoLayout();
  window_->canvas()->zoomToAll();
  QTest::keyClick(window_->canvas()->viewport(), Qt::Key_A, Qt::ControlModifier);
  window_->canvas()->deleteSelection();
  while (window_->editor().undoStack().canUndo()) window_->actions().undo->trigger();
  QVERIFY(!window_->isWindowModified());
  window_->actions().train->trigger();
  QVERIFY(!window_->trainer().active());
  QCOMPARE(stored(file_), bytes);
}

void TestFiles::unfinishedDrawingsAreLeftInPeace() {
  QVERIFY(window_->openFile(file_));
  QVERIFY2(window_->messages()->text().isEmpty(), qPrintable(window_->messages()->text()));
}

void TestFiles::newerFiles() {
  const QByteArray bytes = fileOf(chain, {}, 2);
  store(file_, bytes);
  QVERIFY(window_->openFile(file_));
  QVERIFY(window_->messages()->text().contains(QStringLiteral("newer Bypath")));
  rename(*window_, "edited");
  window_->actions().save->trigger();
  QVERIFY(window_->messages()->text().contains(QStringLiteral("another name")));
  QCOMPARE(stored(file_), bytes);
  QVERIFY(window_->isWindowModified());
  QVERIFY(!button(QStringLiteral("Write over it")));

  const QString other = home_->path(QStringLiteral("older.bypath"));
  whenModal<QFileDialog>([](QFileDialog* dialog) {
    dialog->findChild<QLineEdit*>(QStringLiteral("fileNameEdit"))->setText(QStringLiteral("older"));
    dialog->findChild<QDialogButtonBox*>()->button(QDialogButtonBox::Save)->click();
    if (dialog->isVisible()) dialog->reject();
  });
  QPushButton* saveAs = button(QStringLiteral("Save as…"));
  QVERIFY(saveAs);
  QTest::mouseClick(saveAs, Qt::LeftButton);
  QCOMPARE(window_->editor().filePath(), other);
  QVERIFY(!window_->isWindowModified());
  QCOMPARE(stored(file_), bytes);
  rename(*window_, "edited again");
  window_->actions().save->trigger();
  QVERIFY(!window_->isWindowModified());
}

void TestFiles::aFileChangedByAnotherWindow() {
  QVERIFY(window_->openFile(file_));
  MainWindow* other = window_->openWindow();
  QVERIFY(other->openFile(file_));
  rename(*other, "theirs");
  other->actions().save->trigger();
  QVERIFY(!other->isWindowModified());
  const QByteArray theirs = stored(file_);
  rename(*window_, "mine");
  window_->actions().save->trigger();
  QVERIFY(window_->isWindowModified());
  QCOMPARE(stored(file_), theirs);
  QPushButton* over = button(QStringLiteral("Write over it"));
  QVERIFY(over);
  QTest::mouseClick(over, Qt::LeftButton);
  QVERIFY(!window_->isWindowModified());
  QVERIFY(stored(file_).contains("mine"));
}

QTEST_MAIN(TestFiles)
#include "test_files.moc"
