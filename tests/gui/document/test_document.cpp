#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

#include "core/layers/catalog.h"
#include "core/network/edit.h"
#include "gui/document/document.h"

using namespace bypath;

class TestDocument : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void editsAreUndoneToTheIdenticalValue() {
    DocumentEditor editor(layerCatalog());
    const Project empty = editor.project();
    add(editor, "input");
    const Project one = editor.project();
    add(editor, "conv2d");
    QCOMPARE(editor.undoStack().count(), 2);
    editor.undoStack().undo();
    QVERIFY(editor.project() == one);
    editor.undoStack().undo();
    QVERIFY(editor.project() == empty);
    editor.undoStack().redo();
    QVERIFY(editor.project() == one);
  }

  void editThatChangesNothingLeavesNoStep() {
    DocumentEditor editor(layerCatalog());
    QSignalSpy changed(&editor, &DocumentEditor::changed);
    editor.apply("Nothing", [](Project&) {});
    QCOMPARE(editor.undoStack().count(), 0);
    QCOMPARE(changed.count(), 0);
  }

  void editsWithOneKeyMerge() {
    DocumentEditor editor(layerCatalog());
    for (const char* name : {"a", "ab", "abc"})
      editor.apply(
          "Rename", [&](Project& p) { p.network.name = name; }, "name");
    QCOMPARE(editor.undoStack().count(), 1);
    editor.apply(
        "Rename", [](Project& p) { p.network.name = "other"; }, "other key");
    QCOMPARE(editor.undoStack().count(), 2);
    editor.undoStack().undo();
    editor.undoStack().undo();
    QVERIFY(editor.project().network.name.empty());
  }

  void editsThatMergeIntoNothingLeaveNoStep() {
    DocumentEditor editor(layerCatalog());
    editor.apply(
        "Rename", [](Project& p) { p.network.name = "a"; }, "name");
    editor.apply(
        "Rename", [](Project& p) { p.network.name.clear(); }, "name");
    QCOMPARE(editor.undoStack().count(), 0);
  }

  void checkIsCurrentWhenTheChangeIsTold() {
    DocumentEditor editor(layerCatalog());
    size_t seen = 0;
    connect(&editor, &DocumentEditor::changed, &editor, [&] { seen = editor.checked().nodes.size(); });
    add(editor, "input");
    QCOMPARE(seen, size_t(1));
    const int revision = editor.revision();
    editor.undoStack().undo();
    QCOMPARE(seen, size_t(0));
    QVERIFY(editor.revision() > revision);
  }

  void savesAndOpens() {
    QTemporaryDir folder;
    const QString path = folder.filePath(QString::fromUtf8("ein Netz ü.bypath"));
    DocumentEditor editor(layerCatalog());
    add(editor, "input");
    QVERIFY(editor.isModified());
    QVERIFY(editor.save(path).ok());
    QVERIFY(!editor.isModified());
    QCOMPARE(editor.filePath(), path);
    DocumentEditor other(layerCatalog());
    QSignalSpy replaced(&other, &DocumentEditor::replaced);
    QVERIFY(other.open(path).ok());
    QVERIFY(other.project() == editor.project());
    QCOMPARE(replaced.count(), 1);
    QVERIFY(!other.isModified());
    editor.undoStack().undo();
    QVERIFY(editor.isModified());
  }

  void refusedFilesLeaveTheDocumentAlone() {
    DocumentEditor editor(layerCatalog());
    add(editor, "input");
    const Project before = editor.project();
    const Result<void> opened = editor.open("/nowhere/at all.bypath");
    QVERIFY(!opened.ok());
    QVERIFY(!opened.error().message.empty());
    QVERIFY(editor.project() == before);
    QVERIFY(!editor.save("/nowhere/at all.bypath").ok());
    QVERIFY(editor.filePath().isEmpty());
    QVERIFY(editor.isModified());
  }

  void startForgetsFileAndSteps() {
    DocumentEditor editor(layerCatalog());
    add(editor, "input");
    editor.start({});
    QCOMPARE(editor.undoStack().count(), 0);
    QVERIFY(editor.project() == Project());
    QVERIFY(!editor.isModified());
  }

 private:
  static void add(DocumentEditor& editor, const char* type) {
    editor.apply("Add", [&](Project& p) { QVERIFY(addNode(p.network, "", type).ok()); });
  }
};

QTEST_GUILESS_MAIN(TestDocument)
#include "test_document.moc"
