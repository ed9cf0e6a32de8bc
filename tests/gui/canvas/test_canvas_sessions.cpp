// Random hands on the canvas: whatever they do, everything can be undone and redone. BYPATH_SESSIONS and
// BYPATH_SESSION_EVENTS make more and longer ones (20 and 2000, with the sanitizers, before a release).
#include <QClipboard>
#include <QLabel>
#include <random>

#include "tests/gui/canvas/canvas_fixture.h"

using namespace bypath;

namespace {

int fromEnvironment(const char* name, int fallback) {
  bool given = false;
  const int value = qEnvironmentVariableIntValue(name, &given);
  return given ? value : fallback;
}

// A person without a plan.
class Hands {
 public:
  Hands(CanvasFixture& fixture, unsigned seed) : f_(fixture), random_(seed) {}

  void move() {
    const int which = below(16);
    if (which < 9)
      mouse(which);
    else if (which < 13)
      key();
    else if (which < 14)
      search();
    else
      below(3) ? f_.editor.undoStack().undo() : f_.editor.undoStack().redo();
    if (auto* menu = f_.canvas.findChild<QWidget*>("searchMenu")) menu->hide();
    if (auto* line = qobject_cast<QLineEdit*>(QApplication::focusWidget());
        line && f_.canvas.isAncestorOf(line))
      type(line);
    if (f_.editor.project().network.graph.nodes.size() > 60) f_.editor.undoStack().undo();
  }

 private:
  int below(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }
  QPoint anywhere() { return {below(1000), below(860)}; }
  std::string someNode() {
    const Graph* graph = graphAt(f_.editor.project().network, f_.canvas.container().toStdString());
    if (!graph || graph->nodes.empty()) return {};
    return graph->nodes[static_cast<size_t>(below(static_cast<int>(graph->nodes.size())))].name;
  }
  // On a node or a port more often than chance would have it.
  QPoint somewhere() {
    const QString node = QString::fromStdString(someNode());
    switch (below(5)) {
      case 0:
        return f_.canvas.inputPosition(node, 0);
      case 1:
        return f_.canvas.outputPosition(node, 0);
      case 2:
        return f_.canvas.nodePosition(node);
      default:
        return anywhere();
    }
  }
  void mouse(int which) {
    static const char* const layers[] = {"conv2d",         "add",   "relu",   "part",
                                         "residual_block", "dense", "concat", "multiply"};
    static const Qt::KeyboardModifiers modifiers[] = {Qt::NoModifier, Qt::NoModifier, Qt::ControlModifier,
                                                      Qt::AltModifier};
    switch (which) {
      case 0:
      case 1:
        f_.drop(layers[below(8)], somewhere(), below(4) ? Qt::NoModifier : Qt::AltModifier);
        break;
      case 2:
      case 3:
      case 4:
        f_.drag(somewhere(), somewhere(), modifiers[below(4)]);
        break;
      case 5:
        QTest::mouseDClick(f_.canvas.viewport(), Qt::LeftButton, Qt::NoModifier, somewhere());
        break;
      default:
        f_.click(somewhere(), modifiers[below(4)]);
    }
  }
  void key() {
    struct Stroke {
      int key;
      Qt::KeyboardModifiers modifiers;
    };
    static const Stroke strokes[] = {{Qt::Key_L, Qt::NoModifier},
                                     {Qt::Key_L, Qt::ShiftModifier},
                                     {Qt::Key_Delete, Qt::NoModifier},
                                     {Qt::Key_D, Qt::ControlModifier},
                                     {Qt::Key_G, Qt::ControlModifier},
                                     {Qt::Key_G, Qt::ControlModifier | Qt::ShiftModifier},
                                     {Qt::Key_Return, Qt::NoModifier},
                                     {Qt::Key_Up, Qt::AltModifier},
                                     {Qt::Key_Backspace, Qt::ControlModifier},
                                     {Qt::Key_M, Qt::NoModifier},
                                     {Qt::Key_R, Qt::NoModifier},
                                     {Qt::Key_U, Qt::NoModifier},
                                     {Qt::Key_F2, Qt::NoModifier},
                                     {Qt::Key_C, Qt::ControlModifier},
                                     {Qt::Key_X, Qt::ControlModifier},
                                     {Qt::Key_V, Qt::ControlModifier},
                                     {Qt::Key_A, Qt::ControlModifier},
                                     {Qt::Key_Left, Qt::NoModifier},
                                     {Qt::Key_Down, Qt::ControlModifier},
                                     {Qt::Key_Escape, Qt::NoModifier}};
    const Stroke& stroke = strokes[below(static_cast<int>(std::size(strokes)))];
    f_.key(stroke.key, stroke.modifiers);
  }
  void search() {
    f_.key(Qt::Key_A, Qt::ShiftModifier);
    static const char* const typed[] = {"conv", "block", "input", "no such layer", "pool"};
    f_.choose(typed[below(5)]);
  }
  void type(QLineEdit* line) {
    static const char* const typed[] = {"3", "a_name", "", "bad name", "0"};
    QTest::keyClicks(line, typed[below(5)]);
    QTest::keyClick(line, below(3) ? Qt::Key_Return : Qt::Key_Escape);
  }

  CanvasFixture& f_;
  std::mt19937 random_;
};

}  // namespace

class TestCanvasSessions : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { applyTheme(*qApp, ThemeChoice::light); }

  void everythingCanBeUndone_data() {
    QTest::addColumn<unsigned>("seed");
    for (int seed = 1; seed <= fromEnvironment("BYPATH_SESSIONS", 4); ++seed)
      QTest::addRow("seed %d", seed) << static_cast<unsigned>(seed);
  }
  void everythingCanBeUndone() {
    QFETCH(unsigned, seed);
    CanvasFixture f("resnet");
    const Project before = f.editor.project();
    Hands hands(f, seed);
    for (int i = 0, events = fromEnvironment("BYPATH_SESSION_EVENTS", 300); i < events; ++i) hands.move();
    QUndoStack& stack = f.editor.undoStack();
    while (stack.canRedo()) stack.redo();
    const Project end = f.editor.project();
    while (stack.canUndo()) stack.undo();
    QVERIFY(f.editor.project() == before);
    while (stack.canRedo()) stack.redo();
    QVERIFY(f.editor.project() == end);
  }
};

QTEST_MAIN(TestCanvasSessions)
#include "test_canvas_sessions.moc"
