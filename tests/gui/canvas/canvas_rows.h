// A row of the canvas' gestures: what a person does, with real events, and what must come of it; and the
// proof that all of it can be undone to the identical document and redone to the identical end.
#pragma once

#include <functional>

#include "tests/gui/canvas/canvas_fixture.h"

namespace bypath {

using Step = std::function<bool(CanvasFixture&)>;

struct Row {
  const char* name;
  bool edits;    // the document; otherwise it must stay as it is
  Step gesture;  // true when it did what it says
};

inline void addRowColumns() {
  QTest::addColumn<bool>("edits");
  QTest::addColumn<bool>("blocks");
  QTest::addColumn<Step>("gesture");
}

// On input -> conv1 -> relu1 beside a loose conv2, or on the template's ResNet, whose blocks stand in rows.
inline void addRows(const std::vector<Row>& rows, bool blocks) {
  for (const Row& row : rows) QTest::addRow("%s", row.name) << row.edits << blocks << row.gesture;
}

inline void checkRow() {
  QFETCH(bool, edits);
  QFETCH(bool, blocks);
  QFETCH(Step, gesture);
  CanvasFixture f(blocks ? "resnet" : nullptr);
  if (!blocks) f.drawChain();
  const Project before = f.editor.project();
  QVERIFY(gesture(f));
  const Project after = f.editor.project();
  QUndoStack& stack = f.editor.undoStack();
  QCOMPARE(!(after == before), edits);
  QCOMPARE(stack.count() > 0, edits);
  while (stack.canUndo()) stack.undo();
  QVERIFY(f.editor.project() == before);
  while (stack.canRedo()) stack.redo();
  QVERIFY(f.editor.project() == after);
}

}  // namespace bypath
