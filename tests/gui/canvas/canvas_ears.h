// A canvas that is listened to: what an assistive technology asks it, and what it is told.
#pragma once

#include <utility>

#include "gui/canvas/canvas_announcer.h"
#include "tests/gui/canvas/canvas_fixture.h"

namespace bypath {

// What was told, as it was then: "Focus conv1", "Focus Network canvas".
inline QStringList told;

inline void note(QAccessibleEvent* event) {
  told << QString(qAccessibleEventString(event->type())) + ' ' +
              event->accessibleInterface()->text(QAccessible::Name).section(',', 0, 0);
}

// Ears for a canvas: what an assistive technology asks for, and what it is told.
struct Ears : CanvasFixture {
  using CanvasFixture::CanvasFixture;

  QAccessibleInterface* list() { return QAccessible::queryAccessibleInterface(canvas.focusProxy()); }
  QAccessibleInterface* item(const QString& name) {
    for (int i = 0; i < list()->childCount(); ++i)
      if (QAccessibleInterface* child = list()->child(i); nameOf(child).section(',', 0, 0) == name)
        return child;
    return nullptr;
  }
  static QString nameOf(QAccessibleInterface* about) { return about->text(QAccessible::Name); }
  QString description(const QString& name) { return item(name)->text(QAccessible::Description); }
  QStringList items() {
    QStringList names;
    for (int i = 0; i < list()->childCount(); ++i)
      if (list()->child(i)->role() == QAccessible::ListItem) names << nameOf(list()->child(i));
    return names;
  }
  void act(const QString& name, const QString& action) { item(name)->actionInterface()->doAction(action); }

  void listen() {
    canvas.activateWindow();
    (void)QTest::qWaitForWindowActive(&canvas);
    canvas.focusProxy()->setFocus();
    QAccessible::setActive(true);
    QTest::qWait(0);
    told.clear();
  }
  QStringList heard() { return std::exchange(told, {}); }
};

// Two branches of different width into one sum.
inline Project misfit() {
  Project project;
  for (const char* type : {"input", "conv2d", "conv2d", "add"}) (void)addNode(project.network, "", type);
  project.network.graph.find("conv1")->attributes["channels"] = int64_t{16};
  project.network.graph.find("conv2")->attributes["channels"] = int64_t{32};
  (void)connect(project.network, "", {"input", 0, "conv1", 0});
  (void)connect(project.network, "", {"input", 0, "conv2", 0});
  (void)connect(project.network, "", {"conv1", 0, "add1", 0});
  (void)connect(project.network, "", {"conv2", 0, "add1", 1});
  return project;
}

inline Project chainOf(int nodes) {
  Project project;
  (void)addNode(project.network, "", "input");
  std::string last = "input";
  for (int i = 1; i < nodes; ++i) {
    const std::string next = *addNode(project.network, "", "relu");
    (void)connect(project.network, "", {last, 0, next, 0});
    last = next;
  }
  return project;
}

inline Result<Project> wholeProject() {
  Result<NetworkSpec> network = buildTemplate("resnet", {});
  if (!network) return network.error();
  return Project{.network = *network, .layout = {}, .training = {}};
}

}  // namespace bypath
