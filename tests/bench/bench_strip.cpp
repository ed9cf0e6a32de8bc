// How fast the strip of a very deep network is drawn: a paint for each notch of the wheel, from top to
// bottom.
//
//   bench_strip [layers [steps]]      2404 300 (ResNet-1202's convolutions and batch norms)
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <QApplication>
#include <QPixmap>
#include <QWheelEvent>

#include "gui/inspector/strip_chart.h"

using namespace bypath;

int main(int count, char** arguments) {
  QApplication application(count, arguments);
  const int layers = count > 1 ? std::atoi(arguments[1]) : 2404;
  const int steps = count > 2 ? std::atoi(arguments[2]) : 300;
  Strip strip;
  for (int i = 0; i < layers; ++i) strip.paths.push_back("stage/branch/layer" + std::to_string(i));
  for (int i = 0; i < steps; ++i) strip.steps.push_back(10 * i);
  for (int i = 0; i < layers * steps; ++i) strip.values.push_back(1 + (i * 7919) % 1000);
  StripChart chart;
  chart.resize(1400, 500);
  chart.show();
  const auto milliseconds = [](auto&& body) {
    const auto start = std::chrono::steady_clock::now();
    body();
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
  };
  QPixmap canvas(chart.size());
  const double prepared = milliseconds([&] { chart.setStrip(strip, stripQuantities()[0]); });
  std::vector<double> frames;
  const QPointF middle = QRectF(chart.rect()).center();
  for (int last = -1; chart.firstRow() != last;) {
    last = chart.firstRow();
    frames.push_back(milliseconds([&] {
      QWheelEvent wheel(middle, middle, {}, {0, -120}, {}, {}, Qt::NoScrollPhase, false);
      QCoreApplication::sendEvent(&chart, &wheel);
      chart.render(&canvas);
    }));
  }
  std::ranges::sort(frames);
  std::printf(
      "%d layers, %d steps: drawn anew in %.1f ms; %zu frames scrolled, median %.2f ms, slowest %.2f ms\n",
      layers, steps, prepared, frames.size(), frames[frames.size() / 2], frames.back());
}
