// A network as a small picture: every layer a bar in its group's colour, as wide as its images are large, in
// columns from top to bottom, with an arc beside every residual block that has a shortcut. Where the room is
// too small for layers, a residual block is one bar.
//
//   const NetworkSketch sketch = sketchOf(check(network, layers), layers);
//   paintSketch(painter, rect, sketch);
#pragma once

#include <QRectF>
#include <QString>
#include <vector>

#include "core/network/check.h"

class QPainter;

namespace bypath {

struct SketchLayer {
  QString group;
  double width = 1;  // 0..1
};

// A copy of a residual block, or a layer that stands in none.
struct SketchUnit {
  std::vector<SketchLayer> layers;
  std::vector<SketchLayer> shortcut;  // layers on the arc
  bool residual = false;
  int arcFrom = -1;  // the layers between which the shortcut leads: before the first, at the last; -1: none
  int arcTo = -1;

  bool hasArc() const { return arcTo >= 0; }
};

struct NetworkSketch {
  std::vector<SketchUnit> units;  // in order of execution

  size_t layers() const;  // bars, when all are drawn
  size_t arcs() const;
};

NetworkSketch sketchOf(const CheckedNetwork& checked, const LayerCatalog& layers);
void paintSketch(QPainter& painter, const QRectF& area, const NetworkSketch& sketch);

}  // namespace bypath
