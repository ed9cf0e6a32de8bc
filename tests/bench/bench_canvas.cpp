// How fast the canvas is: frames while panning and zooming over 2,000 nodes, from an edit to the checked
// network, and opening a network of 1,202 layers. Run offscreen:
//
//   QT_QPA_PLATFORM=offscreen bench_canvas
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <QApplication>
#include <QWheelEvent>

#include "core/layers/catalog.h"
#include "core/network/edit.h"
#include "core/network/edit_blocks.h"
#include "core/templates/catalog.h"
#include "gui/canvas/canvas_view.h"
#include "gui/theme/theme.h"

namespace {

using namespace bypath;

double milliseconds(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2),
                   values.end());
  return values[values.size() / 2];
}

// A ResNet whose every third layer is a hand-made sum over the two before it: nodes, wires and shortcuts.
Project manyNodes(int nodes) {
  Project project;
  NetworkSpec& network = project.network;
  (void)addNode(network, "", "input");
  std::string last = "input", fork;
  for (int i = 1; i < nodes; ++i) {
    const char* const types[] = {"conv2d", "batch_norm", "relu", "conv2d", "add"};
    const char* type = types[(i - 1) % 5];
    const Result<std::string> name = addNode(network, "", type);
    (void)connect(network, "", {last, 0, *name, 0});
    if (type == types[4]) (void)connect(network, "", {fork, 0, *name, 1});
    if ((i - 1) % 5 == 0) fork = *name;
    last = *name;
  }
  return project;
}

void report(const char* what, double value, double bar) {
  std::printf("%-46s %8.1f ms   (bar %.0f ms)\n", what, value, bar);
}

}  // namespace

int main(int argc, char** argv) {
  QApplication application(argc, argv);
  applyTheme(application, ThemeChoice::light);
  DocumentEditor editor(layerCatalog());
  CanvasWidget canvas(editor);
  canvas.resize(1400, 900);
  canvas.show();
  const Project many = manyNodes(2000);
  report("open 2,000 nodes", milliseconds([&] {
           editor.start(many);
           canvas.grab();
         }),
         1000);

  QWidget* viewport = canvas.viewport();
  const auto wheel = [&](QPoint pixels, QPoint angle) {
    const QPointF at(viewport->rect().center());
    QWheelEvent event(at, viewport->mapToGlobal(at), pixels, angle, Qt::NoButton, Qt::NoModifier,
                      Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(viewport, &event);
  };
  const auto frames = [&](const std::function<void(int)>& gesture) {
    std::vector<double> times;
    for (int i = 0; i < 60; ++i)
      times.push_back(milliseconds([&] {
        gesture(i);
        viewport->grab();
      }));
    return median(times);
  };
  canvas.zoomToAll();
  report("zoom, all 2,000 nodes in sight, a frame", frames([&](int i) {
           wheel({}, {0, i % 2 ? 15 : -15});
         }),
         16);
  for (int i = 0; i < 12; ++i) wheel({}, {0, 240});
  report("pan at reading size, a frame", frames([&](int i) { wheel({0, i % 2 ? 40 : -60}, {}); }), 16);
  report("zoom at reading size, a frame", frames([&](int i) { wheel({}, {0, i % 2 ? 15 : -15}); }), 16);

  std::vector<double> edits;
  for (int i = 0; i < 9; ++i)
    edits.push_back(milliseconds([&] {
      editor.apply("edit", [&](Project& project) {
        (void)setAttribute(project.network, "", "conv1", "channels", AttributeValue(int64_t{16 + i}),
                           layerCatalog());
      });
    }));
  report("edit to checked and drawn, 2,000 nodes", median(edits), 50);

  Project deep{.network = *buildTemplate("resnet", {{"depth", int64_t{1202}}}), .layout = {}, .training = {}};
  report("open ResNet-1202", milliseconds([&] {
           editor.start(deep);
           canvas.grab();
         }),
         1000);
  for (const char* stage : {"stage1", "stage2", "stage3"}) (void)unroll(deep.network, "", stage);
  report("open ResNet-1202, every block drawn", milliseconds([&] {
           editor.start(deep);
           canvas.grab();
         }),
         1000);
  canvas.zoomToAll();
  for (int i = 0; i < 12; ++i) wheel({}, {0, 240});
  report("pan over it, a frame", frames([&](int i) { wheel({0, i % 2 ? 40 : -60}, {}); }), 16);
  return 0;
}
