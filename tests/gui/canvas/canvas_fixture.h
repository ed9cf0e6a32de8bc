// A canvas on a document, with a person's hands.
#pragma once

#include <QDropEvent>
#include <QLineEdit>
#include <QMimeData>
#include <QtTest>

#include "core/layers/catalog.h"
#include "core/network/edit.h"
#include "core/templates/catalog.h"
#include "gui/canvas/canvas_view.h"
#include "gui/theme/theme.h"

namespace bypath {

struct CanvasFixture {
  DocumentEditor editor{layerCatalog()};
  CanvasWidget canvas{editor};

  explicit CanvasFixture(const char* templateId = nullptr, const Attributes& parameters = {}) {
    canvas.resize(1000, 900);
    canvas.show();
    canvas.setFocus();
    (void)QTest::qWaitForWindowExposed(&canvas);
    if (templateId)
      editor.start({.network = *buildTemplate(templateId, parameters), .layout = {}, .training = {}});
  }

  // input -> conv1 -> relu1, and a second, loose conv2
  void drawChain() {
    Project project;
    for (const char* type : {"input", "conv2d", "relu", "conv2d"}) (void)addNode(project.network, "", type);
    (void)connect(project.network, "", {"input", 0, "conv1", 0});
    (void)connect(project.network, "", {"conv1", 0, "relu1", 0});
    project.layout = {{"input", {0, 0}}, {"conv1", {0, 120}}, {"relu1", {0, 260}}, {"conv2", {320, 120}}};
    editor.start(project);
  }

  void click(QPoint at, Qt::KeyboardModifiers modifiers = {}) {
    QTest::mouseClick(canvas.viewport(), Qt::LeftButton, modifiers, at);
  }
  void drag(QPoint from, QPoint to, Qt::KeyboardModifiers modifiers = {},
            Qt::MouseButton button = Qt::LeftButton) {
    QWidget* viewport = canvas.viewport();
    QTest::mousePress(viewport, button, modifiers, from);
    for (int step = 1; step <= 5; ++step) QTest::mouseMove(viewport, from + (to - from) * step / 5);
    QTest::mouseRelease(viewport, button, modifiers, to);
  }
  void key(int which, Qt::KeyboardModifiers modifiers = {}) {
    QTest::keyClick(canvas.focusProxy(), Qt::Key(which), modifiers);
  }
  // Enter, move and drop, as a drag from the palette sends them.
  bool drop(const char* layer, QPoint at, Qt::KeyboardModifiers modifiers = {}) {
    QMimeData mime;
    mime.setData(layerMimeType, layer);
    QDragEnterEvent enter(at, Qt::CopyAction, &mime, Qt::LeftButton, modifiers);
    QCoreApplication::sendEvent(canvas.viewport(), &enter);
    QDragMoveEvent move(at, Qt::CopyAction, &mime, Qt::LeftButton, modifiers);
    QCoreApplication::sendEvent(canvas.viewport(), &move);
    if (!enter.isAccepted() || !move.isAccepted()) return false;
    QDropEvent dropped(at, Qt::CopyAction, &mime, Qt::LeftButton, modifiers);
    QCoreApplication::sendEvent(canvas.viewport(), &dropped);
    return dropped.isAccepted();
  }
  // Types into the open search menu and presses Enter.
  bool choose(const char* typed) {
    QWidget* menu = canvas.findChild<QWidget*>("searchMenu");
    if (!menu || !menu->isVisible()) return false;
    auto* line = menu->findChild<QLineEdit*>();
    QTest::keyClicks(line, typed);
    QTest::keyClick(line, Qt::Key_Return);
    return !menu->isVisible();
  }

  bool has(const char* line) const { return canvas.dump().split('\n').contains(line); }
  bool wired(const Wire& wire) const {
    const auto& wires = graphAt(editor.project().network, canvas.container().toStdString())->wires;
    return std::find(wires.begin(), wires.end(), wire) != wires.end();
  }
  const Node* node(const char* name) const {
    const Graph* graph = graphAt(editor.project().network, canvas.container().toStdString());
    return graph ? graph->find(name) : nullptr;
  }
};

}  // namespace bypath
