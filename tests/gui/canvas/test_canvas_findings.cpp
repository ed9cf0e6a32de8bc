// What the doctor found, on the node that ails: its sign, its words, and where copies and inner layers are
// shown.
#include <QAccessible>

#include "gui/canvas/network_view.h"
#include "tests/gui/canvas/canvas_fixture.h"

using namespace bypath;

namespace {

Finding dead(const std::string& path) {
  return {"dead-relu",    path,        "ReLUs are dead", "75 % of <its> channels are 0.",
          "No gradient.", "Halve it.", "Maas 2013"};
}

const NodeItem* nodeOf(const CanvasFixture& f, const char* name) {
  return f.canvas.findChild<NetworkView*>()->network().node(name);
}

QString lineOf(const CanvasFixture& f, const QString& name) {
  for (const QString& line : f.canvas.dump().split('\n'))
    if (line.startsWith("node " + name + ' ')) return line;
  return {};
}

}  // namespace

class TestCanvasFindings : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void theGuiltyNodeHasASign() {
    CanvasFixture f("resnet", {{"depth", int64_t{20}}});
    const QImage before = f.canvas.grab().toImage();
    f.canvas.showFindings({dead("stage2[1]/branch/relu1"), dead("stage2[2]/branch/relu1")});
    QVERIFY2(lineOf(f, "stage2").contains("findings=2"), qPrintable(f.canvas.dump()));
    QVERIFY(!lineOf(f, "stage1").contains("findings"));
    const QString tip = nodeOf(f, "stage2")->toolTip();
    for (const char* part :
         {"ReLUs are dead", "75 % of &lt;its&gt; channels", "No gradient.", "To refute it: Halve it."})
      QVERIFY2(tip.contains(part), qPrintable(tip));
    QVERIFY(f.canvas.grab().toImage() != before);

    // It stays through edits of the drawing, and goes when nothing is found any more.
    f.editor.apply("Rename", [](Project& project) { project.network.name = "other"; });
    QVERIFY(lineOf(f, "stage2").contains("findings=2"));
    f.canvas.showFindings({});
    QVERIFY(!f.canvas.dump().contains("findings"));
    QVERIFY(!nodeOf(f, "stage2")->toolTip().contains("ReLUs"));
    QCOMPARE(f.canvas.grab().toImage(), before);
  }

  // Inside a block the layer itself has it, outside the block around it.
  void insideAContainer() {
    CanvasFixture f("conv-vae");
    const auto& nodes = f.editor.project().network.graph.nodes;
    const auto part = std::ranges::find_if(nodes, [](const Node& n) { return !n.body.empty(); });
    QVERIFY(part != nodes.end());
    const std::string name = part->name, inner = part->body[0].nodes[1].name;
    f.canvas.showFindings({dead(name + "/" + inner)});
    QVERIFY(lineOf(f, QString::fromStdString(name)).contains("findings=1"));
    f.canvas.openContainer(QString::fromStdString(name));
    QVERIFY2(lineOf(f, QString::fromStdString(inner)).contains("findings=1"), qPrintable(f.canvas.dump()));
  }

  void anotherDocumentHasNone() {
    CanvasFixture f("starter");
    const std::string name = f.editor.project().network.graph.nodes[1].name;
    f.canvas.showFindings({dead(name), dead("nowhere/at/all"), dead("")});
    QCOMPARE(f.canvas.dump().count("findings=1"), 1);
    f.editor.start({.network = *buildTemplate("starter", {}), .layout = {}, .training = {}});
    QVERIFY(!f.canvas.dump().contains("findings"));
  }

  void aScreenReaderHearsIt() {
    CanvasFixture f("starter");
    const QString name = QString::fromStdString(f.editor.project().network.graph.nodes[1].name);
    f.canvas.showFindings({dead(name.toStdString())});
    QAccessibleInterface* canvas = QAccessible::queryAccessibleInterface(f.canvas.findChild<NetworkView*>());
    QVERIFY(canvas);
    bool heard = false;
    for (int i = 0; i < canvas->childCount(); ++i)
      if (QAccessibleInterface* child = canvas->child(i);
          child && child->text(QAccessible::Name).startsWith(name))
        heard = child->text(QAccessible::Description).contains("Doctor: ReLUs are dead. 75 %");
    QVERIFY(heard);
  }
};

QTEST_MAIN(TestCanvasFindings)
#include "test_canvas_findings.moc"
