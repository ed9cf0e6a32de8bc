// What is written on a node: texts and ports derived from its layer type, its attributes and what check()
// knows.
#pragma once

#include <QStringList>
#include <vector>

#include "core/network/check.h"
#include "core/network/layer_type.h"
#include "gui/canvas/layout.h"

namespace bypath {

enum class ShortcutLook { none, plain, identity, projection, padding };

struct NodeFace {
  QString name;
  QString title;  // of the layer type
  QString group;
  QString detail;  // "3×3 · 64 · stride 2"
  int inputs = 0;
  int outputs = 0;
  QStringList inputNames, outputNames;  // of the ports; fewer where a layer takes any number
  bool variadic = false;
  bool container = false;
  int64_t repeat = 1;
  ShortcutLook shortcut = ShortcutLook::none;  // of a residual block; none: not a residual block
  QString shortcutLabel;                       // "1×1"; empty where the shortcut leaves the signal as it is
  bool muted = false;                          // only the shortcut goes on
  bool shortcutAlways = false;                 // it acts even where the shape stays
  QString toolTip;
  std::vector<Diagnostic> diagnostics;

  bool isResidual() const { return shortcut != ShortcutLook::none; }
  bool hasArc() const { return isResidual() && shortcut != ShortcutLook::plain; }
  bool hasError() const;
  std::vector<Fix> fixes() const;  // of errors and warnings, in the order of their buttons
  bool operator==(const NodeFace& other) const;
};

// `graph` is the one the node stands in: a layer with any number of inputs has as many ports as it has wires.
NodeFace nodeFace(const Node& node, const LayerType* type, const Graph& graph);
// Adds what the network's check found: shapes and costs in the tooltip, the diagnostics.
void addFacts(NodeFace& face, const NodeFacts* facts, std::vector<Diagnostic> diagnostics,
              const LayerType* type);

NodeExtent extentOf(const NodeFace& face);
ExtentOf extentIn(const Graph& graph, const LayerCatalog& layers);

}  // namespace bypath
