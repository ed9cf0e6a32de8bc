#include <QAction>
#include <QKeyEvent>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

#include "gui/app/key_bindings.h"
#include "gui/app/key_caps.h"

using namespace bypath;

namespace {

using Keys = QList<QKeySequence>;

// Three commands as a program would make them anew at each start.
struct Program {
  QAction save{QStringLiteral("&Save")}, copy{QStringLiteral("Copy it…")}, plain{QStringLiteral("Plain")};
  KeyBindings bindings;

  explicit Program(const QKeySequence& plainKey = {}) {
    save.setShortcut(QKeySequence(Qt::CTRL | Qt::Key_S));
    save.setToolTip(QStringLiteral("Save the file (Ctrl+S)"));
    copy.setShortcuts({QKeySequence(Qt::CTRL | Qt::Key_C), QKeySequence(Qt::CTRL | Qt::Key_Insert)});
    copy.setObjectName(QStringLiteral("duplicate"));
    plain.setShortcut(plainKey);
    bindings.add(QStringLiteral("file"), QStringLiteral("File"), {&save});
    bindings.add(QStringLiteral("edit"), QStringLiteral("Edit"), {&copy, &plain});
  }
};

QKeySequence pressed(Qt::Key key, Qt::KeyboardModifiers modifiers, const QString& text = {}) {
  return pressedKey(QKeyEvent(QEvent::KeyPress, key, modifiers, text));
}

}  // namespace

class TestKeyBindings : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    qputenv("XDG_CONFIG_HOME", folder_.path().toUtf8());
    QCoreApplication::setOrganizationName(QStringLiteral("bypath-test"));
    QCoreApplication::setApplicationName(QStringLiteral("bypath-studio"));
  }
  void cleanup() { QSettings().clear(); }

  void namesCommands() {
    const Program p;
    QCOMPARE(p.bindings.find(QStringLiteral("file/save")), 0);
    QCOMPARE(p.bindings.find(QStringLiteral("edit/duplicate")), 1);
    QCOMPARE(p.bindings.find(QStringLiteral("edit/plain")), 2);
    QCOMPARE(p.bindings.find(QStringLiteral("file/copy")), -1);
    QCOMPARE(p.bindings.commands()[1].title, QStringLiteral("Copy it"));
    QCOMPARE(p.bindings.keyText(QStringLiteral("file/save")), QStringLiteral("Ctrl+S"));
    QVERIFY(!p.bindings.anyChanged());
  }

  void assignsAndRemembers() {
    {
      Program p;
      QSignalSpy changed(&p.bindings, &KeyBindings::changed);
      p.bindings.assign(0, QKeySequence(Qt::Key_F5));
      p.bindings.assign(1, {});
      QCOMPARE(changed.count(), 2);
      QCOMPARE(p.save.shortcuts(), Keys{QKeySequence(Qt::Key_F5)});
      QCOMPARE(p.save.toolTip(), QStringLiteral("Save the file (F5)"));
      QVERIFY(p.copy.shortcuts().isEmpty());
    }
    Program again;
    QCOMPARE(again.save.shortcuts(), Keys{QKeySequence(Qt::Key_F5)});
    QCOMPARE(again.save.toolTip(), QStringLiteral("Save the file (F5)"));
    QVERIFY(again.copy.shortcuts().isEmpty());
    QVERIFY(again.bindings.isChanged(0) && again.bindings.isChanged(1) && !again.bindings.isChanged(2));
    again.bindings.resetAll();
    QCOMPARE(again.save.toolTip(), QStringLiteral("Save the file (Ctrl+S)"));
    QVERIFY(QSettings().allKeys().isEmpty());
    const Program last;
    QVERIFY(!last.bindings.anyChanged());
    QCOMPARE(last.copy.shortcuts().size(), 2);
  }

  void takesAKeyOver() {
    Program p;
    const QKeySequence key(Qt::CTRL | Qt::Key_C);
    QCOMPARE(p.bindings.holder(key, 2), 1);
    QCOMPARE(p.bindings.holder(key, 1), -1);
    p.bindings.assign(2, key);
    QCOMPARE(p.plain.shortcuts(), Keys{key});
    QCOMPARE(p.copy.shortcuts(), Keys{QKeySequence(Qt::CTRL | Qt::Key_Insert)});  // its other key stays
    const Program again;
    QCOMPARE(again.plain.shortcuts(), Keys{key});
    QCOMPARE(again.copy.shortcuts(), Keys{QKeySequence(Qt::CTRL | Qt::Key_Insert)});
    p.bindings.reset(1);  // takes it back
    QCOMPARE(p.copy.shortcuts().size(), 2);
    QVERIFY(p.plain.shortcuts().isEmpty());
    QVERIFY(!p.bindings.isChanged(2));
  }

  // A new version's own key gives way to one that a person chose before.
  void aChoiceOutlivesNewDefaults() {
    {
      Program p;
      p.bindings.assign(0, QKeySequence(Qt::Key_F9));
    }
    const Program next(QKeySequence(Qt::Key_F9));
    QCOMPARE(next.save.shortcuts(), Keys{QKeySequence(Qt::Key_F9)});
    QVERIFY(next.plain.shortcuts().isEmpty());
  }

  void otherWindowsFollow() {
    Program one, other;
    QSignalSpy changed(&other.bindings, &KeyBindings::changed);
    one.bindings.assign(2, QKeySequence(Qt::CTRL | Qt::Key_S));
    QCOMPARE(changed.count(), 1);
    QCOMPARE(other.plain.shortcuts(), Keys{QKeySequence(Qt::CTRL | Qt::Key_S)});
    QVERIFY(other.save.shortcuts().isEmpty());
    other.bindings.resetAll();
    QVERIFY(!one.bindings.anyChanged());
  }

  void readsWhatIsPressed() {
    QCOMPARE(pressed(Qt::Key_D, Qt::ControlModifier), QKeySequence(Qt::CTRL | Qt::Key_D));
    QCOMPARE(pressed(Qt::Key_A, Qt::ShiftModifier, QStringLiteral("A")), QKeySequence(Qt::SHIFT | Qt::Key_A));
    QCOMPARE(pressed(Qt::Key_Question, Qt::ShiftModifier, QStringLiteral("?")),
             QKeySequence(Qt::Key_Question));
    QCOMPARE(pressed(Qt::Key_F6, Qt::ShiftModifier), QKeySequence(Qt::SHIFT | Qt::Key_F6));
    QCOMPARE(pressed(Qt::Key_Up, Qt::AltModifier | Qt::KeypadModifier), QKeySequence(Qt::ALT | Qt::Key_Up));
    QCOMPARE(pressed(Qt::Key_Backtab, Qt::ShiftModifier), QKeySequence(Qt::SHIFT | Qt::Key_Tab));
    for (const Qt::Key alone :
         {Qt::Key_Shift, Qt::Key_Control, Qt::Key_Alt, Qt::Key_AltGr, Qt::Key_Super_L, Qt::Key_unknown})
      QVERIFY(pressed(alone, Qt::ControlModifier).isEmpty());
  }

  void capsOfKeys() {
    QCOMPARE(capsOf(QStringLiteral("Ctrl+Shift+G")),
             QStringList({QStringLiteral("Ctrl"), QStringLiteral("Shift"), QStringLiteral("G")}));
    QCOMPARE(capsOf(QStringLiteral("Ctrl++")), QStringList({QStringLiteral("Ctrl"), QStringLiteral("+")}));
    QCOMPARE(capsOf(QStringLiteral("+")), QStringList{QStringLiteral("+")});
    QCOMPARE(capsOf(QStringLiteral("F5")), QStringList{QStringLiteral("F5")});
  }

 private:
  QTemporaryDir folder_;
};

QTEST_MAIN(TestKeyBindings)
#include "test_key_bindings.moc"
