// The sheet of keys in the whole window, with a person's keys and mouse. Figures and the minimap's switch,
// which stand beside it in the menus, too.
#include <QDir>
#include <QFileDialog>
#include <QLabel>
#include <QPushButton>
#include <QSettings>
#include <QTimer>
#include <QTreeWidget>

#include "gui/app/automation.h"
#include "gui/app/key_bindings.h"
#include "gui/app/key_sheet.h"
#include "gui/canvas/minimap.h"
#include "tests/gui/app/main_flow.h"
#include "tests/gui/modal_answer.h"

using namespace bypath;
using Keys = QList<QKeySequence>;

class TestKeySheet : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void initTestCase() { home_ = std::make_unique<OwnHome>(); }
  void init() {
    QSettings().clear();
    start();
  }
  void cleanup() {
    window_.reset();
    applyTheme(*qApp, ThemeChoice::light);
  }

  void questionMarkOpensIt();
  void searchFinds();
  void changesAKeyOfTheCanvas();
  void changesAKeyOfTheMenu();
  void offersToTakeOver();
  void resetsOneAndAll();
  void escapeAndMouseRowsChangeNothing();
  void noKeyAndReservedKeys();
  void noTwoCommandsShareAKey();
  void looksWell();
  void figureFromTheMenu();
  void figureFromTheCommandLine();
  void minimapIsRemembered();

 private:
  void start() {
    window_.reset();
    window_ = std::make_unique<MainWindow>();
    window_->show();
    window_->openTemplate(QStringLiteral("starter"));
    window_->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(window_.get()));
    window_->canvas()->setFocus();
  }
  void open() {
    window_->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(window_.get()));
    window_->canvas()->setFocus();
    QTest::keyClick(window_->canvas()->focusProxy(), Qt::Key_Question);
    QVERIFY(sheet() && sheet()->isVisible());
    QTRY_COMPARE(QApplication::activeWindow(), sheet());
    QTRY_VERIFY(sheet()->findChild<QLineEdit*>()->hasFocus());
  }
  void close() {
    sheet()->close();
    window_->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(window_.get()));
    window_->canvas()->setFocus();
  }
  KeySheet* sheet() const { return window_->findChild<KeySheet*>(); }
  int command(const char* id) const { return window_->keyBindings().find(QLatin1String(id)); }
  Keys keys(const char* id) const { return window_->keyBindings().keys(command(id)); }
  void clickRow(const char* id) {
    QVERIFY2(command(id) >= 0, id);
    clickRow(sheet()->row(command(id)));
  }
  void clickRow(QTreeWidgetItem* row) {
    QVERIFY(row);
    QTreeWidget* list = sheet()->list();
    list->scrollToItem(row);
    QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, list->visualItemRect(row).center());
  }
  void press(Qt::Key key, Qt::KeyboardModifiers modifiers = {}) {
    QTest::keyClick(QApplication::focusWidget(), key, modifiers);
  }
  void button(const char* name) {
    auto* found = sheet()->findChild<QPushButton*>(QLatin1String(name));
    QVERIFY2(found && found->isVisible() && found->isEnabled(), name);
    QTest::mouseClick(found, Qt::LeftButton);
  }
  size_t nodeCount() const { return window_->editor().project().network.graph.nodes.size(); }

  std::unique_ptr<OwnHome> home_;
  std::unique_ptr<MainWindow> window_;
};

void TestKeySheet::questionMarkOpensIt() {
  open();
  QStringList groups;
  for (int i = 0; i < sheet()->list()->topLevelItemCount(); ++i)
    groups << sheet()->list()->topLevelItem(i)->text(0);
  QCOMPARE(groups, QString("Canvas,Mouse on the canvas,File,Edit,View,Train,Help").split(','));
  for (int i = 0; i < int(window_->keyBindings().commands().size()); ++i) QVERIFY(sheet()->row(i));
  close();
  window_->actions().keys->trigger();
  QVERIFY(sheet()->isVisible());
}

void TestKeySheet::searchFinds() {
  open();
  const auto shown = [this] {
    QStringList titles;
    for (QTreeWidgetItemIterator it(sheet()->list(), QTreeWidgetItemIterator::NotHidden); *it; ++it)
      if ((*it)->parent() && !(*it)->parent()->isHidden()) titles << (*it)->text(0);
    return titles;
  };
  const auto all = shown().size();
  QTest::keyClicks(QApplication::focusWidget(), QStringLiteral("dupl"));
  QCOMPARE(shown(), QStringList{QStringLiteral("Duplicate")});
  for (int i = 0; i < 4; ++i) press(Qt::Key_Backspace);
  QCOMPARE(shown().size(), all);
  QTest::keyClicks(QApplication::focusWidget(), QStringLiteral("ctrl+shift+e"));
  QCOMPARE(shown(), QStringList{QStringLiteral("Export figure")});
  // Down to the list and Enter: the keyboard's way to what a click does.
  press(Qt::Key_Down);
  press(Qt::Key_Return);
  press(Qt::Key_F9);
  QCOMPARE(keys("file/figure"), Keys{QKeySequence(Qt::Key_F9)});
}

void TestKeySheet::changesAKeyOfTheCanvas() {
  open();
  clickRow("canvas/duplicate");
  QVERIFY(sheet()->message().contains(QStringLiteral("Duplicate")));
  press(Qt::Key_J, Qt::ControlModifier);
  QCOMPARE(keys("canvas/duplicate"), Keys{QKeySequence(Qt::CTRL | Qt::Key_J)});
  close();
  const auto duplicate = [this](Qt::Key key) {
    window_->canvas()->select(QStringLiteral("block1"));
    QTest::keyClick(window_->canvas()->focusProxy(), key, Qt::ControlModifier);
  };
  const size_t before = nodeCount();
  duplicate(Qt::Key_D);
  QCOMPARE(nodeCount(), before);
  duplicate(Qt::Key_J);
  QCOMPARE(nodeCount(), before + 1);
  window_->editor().undoStack().undo();
  start();  // the next time the program runs
  QCOMPARE(keys("canvas/duplicate"), Keys{QKeySequence(Qt::CTRL | Qt::Key_J)});
  duplicate(Qt::Key_J);
  QCOMPARE(nodeCount(), before + 1);
  window_->editor().undoStack().undo();
}

void TestKeySheet::changesAKeyOfTheMenu() {
  open();
  clickRow("view/arrange");
  press(Qt::Key_F4, Qt::ShiftModifier);
  close();
  QSignalSpy arranged(window_->actions().layout, &QAction::triggered);
  QTest::keyClick(window_->canvas()->focusProxy(), Qt::Key_L, Qt::ControlModifier);
  QCOMPARE(arranged.count(), 0);
  QTest::keyClick(window_->canvas()->focusProxy(), Qt::Key_F4, Qt::ShiftModifier);
  QCOMPARE(arranged.count(), 1);
  QVERIFY(window_->actions().layout->toolTip().endsWith(QStringLiteral("(Shift+F4)")));
  open();
  clickRow("canvas/show-everything");
  press(Qt::Key_F12);
  QVERIFY(window_->actions().zoomAll->toolTip().endsWith(QStringLiteral("(F12)")));
  window_->editor().undoStack().setClean();
}

void TestKeySheet::offersToTakeOver() {
  open();
  clickRow("canvas/rename");
  press(Qt::Key_D, Qt::ControlModifier);
  QVERIFY2(sheet()->message().contains(QStringLiteral("Ctrl+D")) &&
               sheet()->message().contains(QStringLiteral("Duplicate")),
           qPrintable(sheet()->message()));
  QCOMPARE(keys("canvas/rename"), Keys{QKeySequence(Qt::Key_F2)});
  button("leaveKey");
  QCOMPARE(keys("canvas/duplicate"), Keys{QKeySequence(Qt::CTRL | Qt::Key_D)});
  clickRow("canvas/rename");
  press(Qt::Key_D, Qt::ControlModifier);
  press(Qt::Key_Escape);  // leaves it, too, and not the sheet
  QVERIFY(sheet()->isVisible());
  QCOMPARE(keys("canvas/rename"), Keys{QKeySequence(Qt::Key_F2)});
  clickRow("canvas/rename");
  press(Qt::Key_D, Qt::ControlModifier);
  button("takeKey");
  QCOMPARE(keys("canvas/rename"), Keys{QKeySequence(Qt::CTRL | Qt::Key_D)});
  QVERIFY(keys("canvas/duplicate").isEmpty());
  // Among menus, too.
  clickRow("train/step");
  press(Qt::Key_S, Qt::ControlModifier);
  QVERIFY(sheet()->message().contains(QStringLiteral("Save")));
}

void TestKeySheet::resetsOneAndAll() {
  open();
  clickRow("canvas/rename");
  press(Qt::Key_F9);
  clickRow("train/step");
  press(Qt::Key_F2);
  QCOMPARE(keys("train/step"), Keys{QKeySequence(Qt::Key_F2)});
  sheet()->list()->setCurrentItem(sheet()->row(command("canvas/rename")));
  button("resetKey");  // takes its usual key back
  QCOMPARE(keys("canvas/rename"), Keys{QKeySequence(Qt::Key_F2)});
  QVERIFY(keys("train/step").isEmpty());
  QVERIFY2(sheet()->message().contains(QStringLiteral("Single step")), qPrintable(sheet()->message()));
  QVERIFY(!sheet()->findChild<QPushButton*>(QStringLiteral("resetKey"))->isEnabled());
  button("resetKeys");
  QVERIFY(!window_->keyBindings().anyChanged());
  QCOMPARE(keys("train/step"), Keys{QKeySequence(Qt::Key_F7)});
}

void TestKeySheet::escapeAndMouseRowsChangeNothing() {
  open();
  clickRow("canvas/rename");
  press(Qt::Key_Escape);
  QVERIFY(sheet()->isVisible());
  QTreeWidgetItem* mouse = sheet()->list()->topLevelItem(1);
  QVERIFY(mouse->childCount() > 8);
  clickRow(mouse->child(2));
  press(Qt::Key_F9);
  QVERIFY(!window_->keyBindings().anyChanged());
  clickRow("canvas/rename");
  sheet()->findChild<QLineEdit*>()->setFocus();  // no longer listening
  QTest::keyClick(sheet()->list(), Qt::Key_F9);
  QVERIFY(!window_->keyBindings().anyChanged());
}

void TestKeySheet::noKeyAndReservedKeys() {
  open();
  clickRow("canvas/rename");
  press(Qt::Key_Control);
  press(Qt::Key_Space);
  QVERIFY(!window_->keyBindings().anyChanged());
  button("noKey");
  QVERIFY(keys("canvas/rename").isEmpty());
}

void TestKeySheet::noTwoCommandsShareAKey() {
  const KeyBindings& bindings = window_->keyBindings();
  QSet<QString> ids;
  for (int i = 0; i < int(bindings.commands().size()); ++i) {
    const KeyBindings::Command& c = bindings.commands()[size_t(i)];
    QVERIFY2(!ids.contains(c.id), qPrintable(c.id));
    ids.insert(c.id);
    for (const QKeySequence& key : bindings.keys(i))
      QVERIFY2(bindings.holder(key, i) < 0, qPrintable(c.id + ' ' + key.toString()));
  }
}

void TestKeySheet::looksWell() {
  for (const ThemeChoice choice : {ThemeChoice::light, ThemeChoice::dark}) {
    window_->setTheme(choice);
    open();
    if (QTest::currentTestFailed()) return;
    clickRow("canvas/rename");
    press(Qt::Key_J);
    const auto take = [&](const char* name) {
      const QString folder = qEnvironmentVariable("BYPATH_SCREENSHOTS");
      QTest::qWait(30);
      const QPixmap picture = sheet()->grab();
      QVERIFY(picture.width() > 400);
      if (!folder.isEmpty())
        QVERIFY(picture.save(QDir(folder).filePath(
            QString("keys-%1-%2.png").arg(name, choice == ThemeChoice::dark ? "dark" : "light"))));
    };
    take("rest");
    clickRow("canvas/copy");
    take("listening");
    press(Qt::Key_D, Qt::ControlModifier);
    take("taken");
    button("leaveKey");
    sheet()->list()->scrollToItem(sheet()->list()->topLevelItem(2), QAbstractItemView::PositionAtTop);
    sheet()->list()->scrollToItem(sheet()->list()->topLevelItem(1), QAbstractItemView::PositionAtTop);
    take("mouse");
    close();
  }
}

void TestKeySheet::figureFromTheMenu() {
  const auto answer = [this](const QString& path, const QString& filter) {
    window_->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(window_.get()));
    window_->canvas()->setFocus();
    whenModal<QFileDialog>([=](QFileDialog* dialog) {
      QCOMPARE(dialog->nameFilters().size(), 3);
      const QString proposed = QFileInfo(dialog->selectedFiles().value(0)).fileName();
      QVERIFY2(proposed.startsWith(QStringLiteral("starter")), qPrintable(proposed));
      dialog->selectNameFilter(filter);
      Q_EMIT dialog->filterSelected(filter);
      auto* line = dialog->findChild<QLineEdit*>(QStringLiteral("fileNameEdit"));
      line->selectAll();
      QTest::keyClicks(line, path);
      QTest::keyClick(line, Qt::Key_Return);
    });
    QTest::keyClick(window_->canvas()->focusProxy(), Qt::Key_E, Qt::ControlModifier | Qt::ShiftModifier);
  };
  const QString path = home_->path(QStringLiteral("figure"));
  answer(path, QStringLiteral("PDF page (*.pdf)"));
  QVERIFY2(QFile::exists(path + QStringLiteral(".pdf")), qPrintable(window_->messages()->text()));
  QVERIFY(window_->messages()->isVisible());
  QVERIFY(window_->messages()->text().contains(path));
  answer(home_->path(QStringLiteral("figure.bmp")), QStringLiteral("SVG drawing (*.svg)"));
  QVERIFY2(window_->messages()->text().contains(QStringLiteral(".svg, .pdf or .png")),
           qPrintable(window_->messages()->text()));
}

void TestKeySheet::figureFromTheCommandLine() {
  const QString program = QStringLiteral("bypath-studio"), path = home_->path(QStringLiteral("made.svg"));
  QVERIFY(!parseStart({program, QStringLiteral("--figure"), path}).ok());
  const auto parsed = parseStart(
      {program, QStringLiteral("--template"), QStringLiteral("resnet"), QStringLiteral("--figure"), path});
  QVERIFY(parsed.ok());
  QCOMPARE(parsed->options.figure, path);
  carryOut(parsed->options, *window_);
  QTRY_VERIFY(QFile::exists(path));
  QVERIFY(!parseStart({program, QStringLiteral("--show"), QStringLiteral("stage2")}).ok());
  for (const char* shown : {"stage2", "stage2/conv1", "fc"}) {
    const auto look = parseStart({program, QStringLiteral("--template"), QStringLiteral("resnet"),
                                  QStringLiteral("--show"), QLatin1String(shown)});
    QVERIFY(look.ok());
    carryOut(look->options, *window_);
    if (QByteArray(shown) == "stage2")
      QCOMPARE(window_->canvas()->container(), QLatin1String(shown));
    else
      QCOMPARE(window_->canvas()->selection(), QStringList{QLatin1String(shown)});
  }
}

void TestKeySheet::minimapIsRemembered() {
  window_->openTemplate(QStringLiteral("resnet"));
  QTest::qWait(20);
  const auto map = [this] { return window_->canvas()->findChild<Minimap*>(QStringLiteral("minimap")); };
  const auto zoomIn = [this] {
    for (int i = 0; i < 3; ++i) {
      const QPointF at = window_->canvas()->viewport()->rect().center();
      QWheelEvent wheel(at, window_->canvas()->viewport()->mapToGlobal(at), {}, {0, 480}, {}, {},
                        Qt::NoScrollPhase, false);
      QCoreApplication::sendEvent(window_->canvas()->viewport(), &wheel);
    }
  };
  zoomIn();
  QVERIFY(map()->isVisible());
  window_->actions().minimap->trigger();
  QVERIFY(!map()->isVisible());
  start();
  window_->openTemplate(QStringLiteral("resnet"));
  QTest::qWait(20);
  zoomIn();
  QVERIFY(!map()->isVisible());
  QVERIFY(!window_->actions().minimap->isChecked());
  window_->actions().minimap->trigger();
  QVERIFY(map()->isVisible());
}

QTEST_MAIN(TestKeySheet)
#include "test_key_sheet.moc"
