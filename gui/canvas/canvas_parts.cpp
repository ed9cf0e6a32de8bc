// Edits that give nodes another name or container: rename, group, dissolve a part, copy and paste.
#include <algorithm>
#include <cmath>

#include "core/network/edit.h"
#include "core/network/paths.h"
#include "core/network/type_ids.h"
#include "gui/canvas/canvas_edits.h"
#include "gui/canvas/canvas_style.h"
#include "gui/document/project_edits.h"

namespace bypath {

namespace {

std::string withoutNumber(std::string name) {
  while (!name.empty() && name.back() >= '0' && name.back() <= '9') name.pop_back();
  return name.empty() ? "layer" : name;
}

QPointF cornerOf(const Project& piece) {
  QPointF corner(1e300, 1e300);
  for (const Node& node : piece.network.graph.nodes) {
    const auto place = piece.layout.find(node.name);
    const Position at = place == piece.layout.end() ? Position() : place->second;
    corner = {std::min(corner.x(), at.x), std::min(corner.y(), at.y)};
  }
  return corner;
}

}  // namespace

Result<void> CanvasEdits::rename(const std::string& node, const std::string& name) {
  if (node == name) return {};
  return edit(tr("Rename %1").arg(QString::fromStdString(node)), [&](Project& project) -> Result<void> {
    return renameInProject(project, scene_.view(), node, name);
  });
}

Result<CanvasEdits::Names> CanvasEdits::group(const Names& nodes) {
  Names names;
  const Result<void> done = edit(tr("Group into a part"), [&](Project& project) -> Result<void> {
    Result<std::string> part = groupIntoPart(project.network, container(), nodes);
    if (!part) return part.error();
    const std::string path = joinPath(container(), *part);
    QPointF corner(1e300, 1e300);
    for (const std::string& name : nodes) {
      const QPointF at = scene_.node(name)->pos();
      corner = {std::min(corner.x(), at.x()), std::min(corner.y(), at.y())};
      movePlaces(project, joinPath(container(), name), joinPath(path, name));
    }
    project.layout[path] = {corner.x(), corner.y()};
    names = {*part};
    return {};
  });
  if (!done) return done.error();
  return names;
}

Result<CanvasEdits::Names> CanvasEdits::ungroup(const Names& parts) {
  Names names;
  const Result<void> done = edit(tr("Dissolve the part"), [&](Project& project) -> Result<void> {
    for (const std::string& name : parts) {
      const Graph before = *graphAt(project.network, container());
      const Node part = *before.find(name);
      if (Result<void> open = bypath::ungroup(project.network, container(), name); !open) return open;
      const Graph& after = *graphAt(project.network, container());
      Graph inner;
      for (const Node& node : after.nodes)
        if (!before.find(node.name)) inner.nodes.push_back(node);
      for (const Wire& wire : after.wires)
        if (inner.find(wire.from) && inner.find(wire.to)) inner.wires.push_back(wire);
      const NodeItem* item = scene_.node(name);
      const auto extent = extentIn(after, editor_.layers());
      const Positions places = layeredLayout(inner, extent);
      QPointF corner(1e300, 0);
      double height = 0;
      for (const Node& node : inner.nodes) {
        corner.setX(std::min(corner.x(), places.at(node.name).x()));
        height = std::max(height, places.at(node.name).y() + extent(node).height);
        names.push_back(node.name);
      }
      makeRoom(project, *item, item->sceneCard().bottom(), height - item->sceneCard().height());
      for (const auto& [inside, at] : places) place(project, inside, item->pos() + at - corner);
    }
    return {};
  });
  if (!done) return done.error();
  return names;
}

QString CanvasEdits::copy(const Names& nodes) const {
  Project piece;
  const Graph& graph = scene_.view().graph;
  const auto chosen = [&](const std::string& name) {
    return std::find(nodes.begin(), nodes.end(), name) != nodes.end();
  };
  for (const Node& node : graph.nodes) {
    if (!chosen(node.name)) continue;
    piece.network.graph.nodes.push_back(node);
    const QPointF at = scene_.node(node.name)->pos();
    piece.layout[node.name] = {at.x(), at.y()};
    const std::string inside = scene_.pathOf(node.name) + "/";
    for (const auto& [path, place] : editor_.project().layout)
      if (path.compare(0, inside.size(), inside) == 0)
        piece.layout[node.name + "/" + path.substr(inside.size())] = place;
  }
  for (const Wire& wire : graph.wires)
    if (chosen(wire.from) && chosen(wire.to)) piece.network.graph.wires.push_back(wire);
  return QString::fromStdString(projectText(piece));
}

Result<Project> CanvasEdits::pieceOf(const QString& text) const {
  Result<Project> read = projectFromText(text.toStdString(), tr("the clipboard").toStdString());
  if (read && read->network.graph.nodes.empty())
    return Error{ErrorKind::data, tr("The clipboard holds no layers; copy some first.").toStdString()};
  return read;
}

CanvasEdits::Names CanvasEdits::addPiece(Project& project, const Project& piece, QPointF at) const {
  const QPointF away = at - cornerOf(piece);
  const QPointF shift(std::round(away.x() / style::grid) * style::grid,
                      std::round(away.y() / style::grid) * style::grid);
  Names names;
  std::map<std::string, std::string> renamed;
  Graph& graph = *graphAt(project.network, container());
  for (Node node : piece.network.graph.nodes) {
    const std::string old = node.name;
    if (graph.find(old)) node.name = freeName(graph, withoutNumber(old));
    renamed[old] = node.name;
    names.push_back(node.name);
    for (const auto& [path, place] : piece.layout) {
      if (firstSegment(path) != old) continue;
      const std::string rest = path.substr(old.size());
      project.layout[joinPath(container(), node.name) + rest] =
          rest.empty() ? Position{place.x + shift.x(), place.y + shift.y()} : place;
    }
    graph.nodes.push_back(std::move(node));
  }
  for (Wire wire : piece.network.graph.wires) {
    if (!renamed.count(wire.from) || !renamed.count(wire.to)) continue;
    wire.from = renamed[wire.from];
    wire.to = renamed[wire.to];
    graph.wires.push_back(wire);
  }
  return names;
}

Result<CanvasEdits::Names> CanvasEdits::paste(const QString& text, std::optional<QPointF> at,
                                              const QString& title) {
  const Result<Project> piece = pieceOf(text);
  if (!piece) return piece.error();
  Names names;
  const Result<void> done = edit(title, [&](Project& project) -> Result<void> {
    names = addPiece(project, *piece, at.value_or(cornerOf(*piece) + QPointF(2, 2) * style::grid));
    return {};
  });
  if (!done) return done.error();
  return names;
}

Result<CanvasEdits::Names> CanvasEdits::insertPiece(const QString& text, const QString& title, QPointF at,
                                                    const std::optional<Port>& port,
                                                    const std::optional<Wire>& wire) {
  const Result<Project> piece = pieceOf(text);
  if (!piece) return piece.error();
  Names names;
  const Result<void> done = edit(title, [&](Project& project) -> Result<void> {
    names = addPiece(project, *piece, at);
    if (names.size() != 1) return {};
    if (wire) return insertOnWire(project.network, container(), names[0], *wire);
    if (!port) return {};
    return bypath::connect(project.network, container(),
                           port->input ? Wire{names[0], 0, port->node, port->index}
                                       : Wire{port->node, port->index, names[0], 0});
  });
  if (!done) return done.error();
  return names;
}

CanvasEdits::Names CanvasEdits::duplicate(const Names& nodes, QPointF shift) {
  if (nodes.empty()) return {};
  QPointF corner(1e300, 1e300);
  for (const std::string& name : nodes) {
    const QPointF at = scene_.node(name)->pos();
    corner = {std::min(corner.x(), at.x()), std::min(corner.y(), at.y())};
  }
  const Result<Names> names = paste(copy(nodes), corner + shift, tr("Duplicate"));
  return names ? *names : Names{};
}

}  // namespace bypath
