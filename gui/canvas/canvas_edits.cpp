#include "gui/canvas/canvas_edits.h"

#include <algorithm>
#include <cmath>

#include "core/network/edit.h"
#include "core/network/paths.h"
#include "core/network/type_ids.h"
#include "gui/canvas/canvas_style.h"
#include "gui/document/project_edits.h"

namespace bypath {

namespace {

double snapped(double v) {
  return std::round(v / style::grid) * style::grid;
}

QString titleOf(const LayerCatalog& layers, const std::string& type) {
  const LayerType* found = layers.find(type);
  return QString::fromStdString(found ? found->title : type);
}

}  // namespace

Result<void> CanvasEdits::edit(const QString& title, const Change& change, const QString& mergeKey) {
  const std::string& obstacle = scene_.view().obstacle;
  if (!obstacle.empty()) return Error{ErrorKind::data, obstacle};
  Project after = editor_.project();
  if (!editableGraph(after.network, scene_.view()))
    return Error{ErrorKind::data, tr("What was open here is gone; go back to the network.").toStdString()};
  for (const auto& [name, at] : scene_.positions()) place(after, name, at);
  const Project before = after;
  if (Result<void> done = change(after); !done) return done;
  if (after == before) return {};
  tidyPlaces(after);
  editor_.apply(
      title, [&](Project& project) { project = std::move(after); }, mergeKey);
  return {};
}

void CanvasEdits::place(Project& project, const std::string& node, QPointF at) const {
  project.layout[scene_.pathOf(node)] = {at.x(), at.y()};
}

void CanvasEdits::makeRoom(Project& project, const NodeItem& first, double from, double by) const {
  const double down = std::ceil(by / style::grid) * style::grid;
  if (down <= 0) return;
  // Only the column it stands in: nodes side by side without a fold's gap between them.
  double left = first.sceneCard().left(), right = first.sceneCard().right();
  for (bool grown = true; grown;) {
    grown = false;
    for (const NodeItem* item : scene_.nodes()) {
      const QRectF card = item->sceneCard();
      if (card.right() < left - style::foldGap + 1 || card.left() > right + style::foldGap - 1) continue;
      grown = grown || card.left() < left || card.right() > right;
      left = std::min(left, card.left());
      right = std::max(right, card.right());
    }
  }
  for (const auto& [name, at] : scene_.positions())
    if (at.y() >= from - 1 && at.x() >= left && at.x() <= right) place(project, name, at + QPointF(0, down));
}

NodeExtent CanvasEdits::extentOfType(const std::string& layerType) const {
  return extentOf(nodeFace({.name = {}, .type = layerType}, editor_.layers().find(layerType), {}));
}

QPointF CanvasEdits::freePlace(QPointF at, const NodeExtent& extent) const {
  at = {snapped(at.x()), snapped(at.y())};
  for (bool moved = true; moved;) {
    moved = false;
    const QRectF wanted(at, QSizeF(extent.width + extent.overhang, extent.height));
    for (const NodeItem* item : scene_.nodes())
      if (item->sceneCard().adjusted(-8, -8, 8, 8).intersects(wanted)) {
        at.setY(std::ceil((item->sceneCard().bottom() + style::rankGap / 2) / style::grid) * style::grid);
        moved = true;
        break;
      }
  }
  return at;
}

CanvasEdits::Names CanvasEdits::insert(const std::string& layerType, QPointF at,
                                       const std::optional<Port>& port) {
  Names names;
  (void)edit(tr("Add %1").arg(titleOf(editor_.layers(), layerType)), [&](Project& project) -> Result<void> {
    const bool reads = port && !port->input;
    Result<std::string> name = addNode(project.network, container(), layerType,
                                       reads ? startOf(layerType, port->node) : Attributes());
    if (!name) return name.error();
    place(project, *name, freePlace(at, extentOfType(layerType)));
    names = {*name};
    if (!port) return {};
    return bypath::connect(
        project.network, container(),
        port->input ? Wire{*name, 0, port->node, port->index} : Wire{port->node, port->index, *name, 0});
  });
  return names;
}

CanvasEdits::Names CanvasEdits::insertAfter(const std::string& layerType, const std::string& node) {
  const LayerType* type = editor_.layers().find(layerType);
  const NodeItem* before = scene_.node(node);
  if (!type || !before) return {};
  std::vector<Wire> out;
  for (const Wire& wire : scene_.view().graph.wires)
    if (wire.from == node) out.push_back(wire);
  const bool takes = !type->inputs.empty() || type->id == typeId::part;
  const bool gives = !type->outputs.empty() || type->id == typeId::part;
  if (out.size() == 1 && takes && gives) return splice(layerType, out[0], {}, true);
  const QPointF below = before->pos() + QPointF(0, before->sceneCard().height() + style::rankGap);
  if (!takes || before->face().outputs == 0) return insert(layerType, below);
  return insert(layerType, below, Port{node, false, 0});
}

CanvasEdits::Names CanvasEdits::splice(const std::string& layerType, const Wire& wire,
                                       std::optional<QPointF> at, bool room) {
  const LayerType* type = editor_.layers().find(layerType);
  const NodeItem *from = scene_.node(wire.from), *to = scene_.node(wire.to);
  if (!type || !from || !to) return {};
  const bool fits = type->id == typeId::part || (!type->inputs.empty() && !type->outputs.empty());
  if (!fits) return insert(layerType, at.value_or(from->pos()));
  const NodeExtent extent = extentOfType(layerType);
  // In line with the wire where it goes straight down; where it was dropped beside.
  QPointF place = from->pos() + QPointF(0, from->sceneCard().height() + style::rankGap);
  const bool inLine = !at || std::abs(at->x() - from->pos().x()) < style::cardWidth / 2;
  if (!inLine) place = {snapped(at->x()), std::max(place.y(), snapped(at->y()))};
  if (inLine && at && to->pos().y() - place.y() >= extent.height + style::rankGap)
    place.setY(snapped(at->y()));
  Names names;
  (void)edit(
      tr("Insert %1").arg(titleOf(editor_.layers(), layerType)), [&](Project& project) -> Result<void> {
        Result<std::string> name = addNode(project.network, container(), layerType);
        if (!name) return name.error();
        names = {*name};
        this->place(project, *name, place);
        if (room && to->pos().y() > from->pos().y())
          makeRoom(project, *to, to->pos().y(), place.y() + extent.height + style::rankGap - to->pos().y());
        return insertOnWire(project.network, container(), *name, wire);
      });
  return names;
}

std::optional<Port> CanvasEdits::freeInput(const std::string& node) const {
  const NodeItem* item = scene_.node(node);
  if (!item) return {};
  const int count = item->face().inputs;
  for (int i = 0; i < count; ++i)
    if (!scene_.view().graph.wireInto(node, i)) return Port{node, true, i};
  if (item->face().variadic) return Port{node, true, count};
  if (count == 1) return Port{node, true, 0};
  return {};
}

QString CanvasEdits::refusal(const Port& output, const Port& input,
                             const std::optional<Wire>& instead) const {
  if (output.node == input.node) return tr("A layer cannot read its own output.");
  NetworkSpec trial = editor_.project().network;
  if (!editableGraph(trial, scene_.view())) return {};
  if (instead) (void)bypath::disconnect(trial, container(), instead->to, instead->toPort);
  const Result<void> wired =
      bypath::connect(trial, container(), {output.node, output.index, input.node, input.index});
  if (!wired) return QString::fromStdString(wired.error().message);

  // A shape that does not fit is refused, unless a fix for it will be offered or other wires are still
  // missing.
  const Graph* graph = graphAt(trial, container());
  const NodeItem* reader = scene_.node(input.node);
  for (int i = 0; i < reader->face().inputs; ++i)
    if (!graph->wireInto(input.node, i)) return {};
  const std::string path = scene_.pathOf(input.node);
  const auto wrong = [&](const CheckedNetwork& checked, const NetworkSpec& network) {
    std::vector<Diagnostic> list;
    for (const Diagnostic& d : checked.diagnostics)
      if (d.severity == Severity::error && drawnPath(network, d.path) == path) list.push_back(d);
    return list;
  };
  const std::vector<Diagnostic> old = wrong(editor_.checked(), editor_.project().network);
  for (const Diagnostic& d : wrong(check(trial, editor_.layers()), trial)) {
    const bool known =
        std::any_of(old.begin(), old.end(), [&](const Diagnostic& o) { return o.message == d.message; });
    if (!known && d.fixes.empty()) return QString::fromStdString(d.message);
  }
  return {};
}

void CanvasEdits::connect(const Port& output, const Port& input, const std::optional<Wire>& instead) {
  (void)edit(
      tr("Connect %1 to %2").arg(QString::fromStdString(output.node), QString::fromStdString(input.node)),
      [&](Project& project) -> Result<void> {
        const Wire wire{output.node, output.index, input.node, input.index};
        if (instead && *instead == wire) return {};
        if (instead) (void)bypath::disconnect(project.network, container(), instead->to, instead->toPort);
        return bypath::connect(project.network, container(), wire);
      });
}

void CanvasEdits::disconnect(const std::vector<Wire>& wires) {
  if (wires.empty()) return;
  (void)edit(tr("Disconnect"), [&](Project& project) -> Result<void> {
    for (const Wire& wire : wires)
      if (Result<void> done = bypath::disconnect(project.network, container(), wire.to, wire.toPort); !done)
        return done;
    return {};
  });
}

void CanvasEdits::remove(const Names& nodes, const std::vector<Wire>& wires) {
  if (nodes.empty()) return disconnect(wires);
  const QString title = nodes.size() == 1 ? tr("Delete %1").arg(QString::fromStdString(nodes[0]))
                                          : tr("Delete %1 layers").arg(nodes.size());
  (void)edit(title, [&](Project& project) -> Result<void> {
    for (const Wire& wire : wires)
      (void)bypath::disconnect(project.network, container(), wire.to, wire.toPort);
    return removeNodes(project.network, container(), nodes);
  });
}

void CanvasEdits::dissolve(const Names& nodes) {
  if (nodes.empty()) return;
  (void)edit(tr("Dissolve"), [&](Project& project) -> Result<void> {
    for (const std::string& name : nodes)
      if (Result<void> done = dissolveNode(project.network, container(), name); !done) return done;
    return {};
  });
}

void CanvasEdits::move(const Positions& positions, const QString& mergeKey) {
  (void)edit(
      tr("Move"),
      [&](Project& project) -> Result<void> {
        for (const auto& [name, at] : positions) place(project, name, at);
        return {};
      },
      mergeKey);
}

void CanvasEdits::layOut() {
  (void)edit(tr("Arrange"), [&](Project& project) -> Result<void> {
    const Graph& graph = scene_.view().graph;
    for (const auto& [name, at] : automaticLayout(graph, extentIn(graph, editor_.layers())))
      place(project, name, at);
    return {};
  });
}

void CanvasEdits::applyFix(const Fix& fix) {
  editor_.apply(QString::fromStdString(fix.label), [&](Project& project) {
    for (const auto& [name, at] : scene_.positions()) place(project, name, at);
    project.network = fix.apply(project.network);
    tidyPlaces(project);
  });
}

}  // namespace bypath
