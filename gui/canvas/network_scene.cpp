#include "gui/canvas/network_scene.h"

#include <algorithm>
#include <cmath>
#include <QPainter>
#include <set>
#include <tuple>
#include <unordered_map>

#include "core/network/paths.h"
#include "gui/canvas/canvas_style.h"
#include "gui/canvas/diagnostic_item.h"
#include "gui/document/texts.h"
#include "gui/theme/theme.h"

namespace bypath {

namespace {

constexpr double margin = 4000;  // one can pan this far beyond the outermost node

}  // namespace

NetworkScene::NetworkScene(DocumentEditor& editor, QObject* parent)
    : QGraphicsScene(parent), editor_(editor) {
  reconcile();
}

NetworkScene::~NetworkScene() {
  // Items go one by one: no selectionChanged() may reach half a scene.
  blockSignals(true);
}

void NetworkScene::open(const std::string& container) {
  {
    const QSignalBlocker quiet(this);  // a selection goes with its items; the caller tells of the new one
    for (const auto& [name, item] : nodes_) delete item;
    for (WireItem* item : wires_) delete item;
  }
  nodes_.clear();
  wires_.clear();
  view_.path = container;
  reconcile();
}

void NetworkScene::reconcile() {
  QSignalBlocker quiet(this);
  view_ = viewContainer(editor_.project().network, editor_.layers(), editor_.checked(), view_.path);
  reconcileNodes();
  reconcileWires();
  route(nullptr);
  paintMarks();
  QRectF bounds;
  for (const auto& [name, item] : nodes_) bounds |= item->sceneCard();
  quiet.unblock();
  setSceneRect(bounds.adjusted(-margin, -margin, margin, margin));  // the view hears how far it can go now
  Q_EMIT arranged();
}

const NodeFacts* NetworkScene::facts(const std::string& name) const {
  return factsOf(editor_.checked(), pathOf(name));
}

void NetworkScene::reconcileNodes() {
  const LayerCatalog& layers = editor_.layers();
  std::set<std::string_view> names;
  for (const Node& n : view_.graph.nodes) names.insert(n.name);
  for (auto it = nodes_.begin(); it != nodes_.end();) {
    if (names.contains(it->first)) {
      ++it;
      continue;
    }
    delete it->second;
    it = nodes_.erase(it);
  }
  Positions known;
  for (const Node& node : view_.graph.nodes) {
    const auto& layout = editor_.project().layout;
    if (const auto at = layout.find(pathOf(node.name)); at != layout.end())
      known[node.name] = {at->second.x, at->second.y};
  }
  // The copies of a repeated layer tell the same thing once.
  std::map<std::string, std::vector<Diagnostic>> diagnostics;
  for (const Diagnostic& d : editor_.checked().diagnostics) {
    auto& told = diagnostics[drawnPath(editor_.project().network, d.path)];
    if (std::none_of(told.begin(), told.end(),
                     [&](const Diagnostic& other) { return other.message == d.message; }))
      told.push_back(d);
  }
  std::vector<NodeFace> faces;
  for (const Node& node : view_.graph.nodes) {
    const LayerType* type = layers.find(node.type);
    faces.push_back(nodeFace(node, type, view_.graph));
    addFacts(faces.back(), facts(node.name), diagnostics[pathOf(node.name)], type);
  }
  arrange(faces, std::move(known));
  for (size_t i = 0; i < faces.size(); ++i) {
    const std::string& name = view_.graph.nodes[i].name;
    NodeItem*& item = nodes_[name];
    if (!item) {
      item = new NodeItem(faces[i]);
      addItem(item);
    } else {
      item->setFace(faces[i]);
    }
    item->setPos(arranged_.places.at(name));
  }
}

void NetworkScene::arrange(const std::vector<NodeFace>& faces, Positions known) {
  Arrangement wanted{
      .names = {}, .extents = {}, .wires = view_.graph.wires, .known = std::move(known), .places = {}};
  for (const NodeFace& face : faces) {
    wanted.names.push_back(face.name.toStdString());
    wanted.extents.push_back(extentOf(face));
  }
  if (wanted.names == arranged_.names && wanted.extents == arranged_.extents &&
      wanted.wires == arranged_.wires && wanted.known == arranged_.known)
    return;
  std::unordered_map<std::string_view, NodeExtent> extents;
  for (size_t i = 0; i < wanted.names.size(); ++i) extents[wanted.names[i]] = wanted.extents[i];
  const auto extent = [&](const Node& node) { return extents.at(node.name); };
  wanted.places = completeLayout(view_.graph, extent, wanted.known);
  arranged_ = std::move(wanted);
}

void NetworkScene::reconcileWires() {
  using Key = std::tuple<std::string, int, std::string, int>;
  const auto keyOf = [](const Wire& w) { return Key(w.to, w.toPort, w.from, w.fromPort); };
  std::multimap<Key, WireItem*> old;
  for (WireItem* item : wires_) old.emplace(keyOf(item->wire()), item);
  wires_.clear();
  std::map<std::string, std::pair<std::vector<bool>, std::vector<bool>>> wired;
  const auto mark = [](std::vector<bool>& ports, int index) {
    if (ports.size() <= size_t(index)) ports.resize(size_t(index) + 1);
    ports[size_t(index)] = true;
  };
  for (const Wire& wire : view_.graph.wires) {
    if (!node(wire.from) || !node(wire.to) || wire.fromPort < 0 || wire.toPort < 0) continue;
    WireItem* item;
    if (const auto same = old.find(keyOf(wire)); same != old.end()) {
      item = same->second;
      old.erase(same);
    } else {
      item = new WireItem(wire);
      addItem(item);
    }
    wires_.push_back(item);
    mark(wired[wire.from].second, wire.fromPort);
    mark(wired[wire.to].first, wire.toPort);
  }
  for (const auto& [key, item] : old) delete item;
  for (const auto& [name, item] : nodes_) item->setWired(wired[name].first, wired[name].second);

  for (WireItem* item : wires_) {
    const Wire& wire = item->wire();
    const NodeFacts* from = facts(wire.from);
    QString label;
    if (from && size_t(wire.fromPort) < from->outputs.size() &&
        from->outputs[size_t(wire.fromPort)].rank() > 0)
      label = shapeText(from->outputs[size_t(wire.fromPort)]);
    const NodeItem* to = node(wire.to);
    const auto& inputs = wired[wire.to].first;
    const bool complete = int(std::count(inputs.begin(), inputs.end(), true)) >= to->face().inputs;
    item->setLabel(label, to->face().hasError() && complete && to->face().inputs > 1 && !label.isEmpty());
  }
}

void NetworkScene::route(const Positions* moved) {
  std::vector<WireItem*> concerned;
  std::vector<WireEnds> ends;
  std::vector<QRectF> cards;
  for (WireItem* item : wires_) {
    const Wire& w = item->wire();
    if (moved && !moved->contains(w.from) && !moved->contains(w.to)) continue;
    const NodeItem *from = node(w.from), *to = node(w.to);
    concerned.push_back(item);
    ends.push_back({from->portPoint(false, std::min(w.fromPort, std::max(0, from->face().outputs - 1))),
                    to->portPoint(true, std::min(w.toPort, std::max(0, to->face().inputs - 1)))});
  }
  for (const auto& [name, item] : nodes_) cards.push_back(item->sceneCard().adjusted(1, 1, -1, -1));
  for (const auto& [name, item] : nodes_) item->diagnostic()->settle(cards);
  // Most edits move nothing.
  if (ends != routed_.ends || cards != routed_.cards) routed_ = {ends, cards, routeWires(ends, cards)};
  for (size_t i = 0; i < concerned.size(); ++i) concerned[i]->setWay(routed_.ways[i]);
}

NodeItem* NetworkScene::node(const std::string& name) const {
  const auto found = nodes_.find(name);
  return found == nodes_.end() ? nullptr : found->second;
}

NodeItem* NetworkScene::nodeAt(QPointF scene) const {
  for (QGraphicsItem* item : items(scene))
    if (auto* n = qgraphicsitem_cast<NodeItem*>(item)) return n;
  return nullptr;
}

WireItem* NetworkScene::wireAt(QPointF scene) const {
  for (QGraphicsItem* item : items(scene))
    if (auto* w = qgraphicsitem_cast<WireItem*>(item)) return w;
  return nullptr;
}

std::optional<Port> NetworkScene::portAt(QPointF scene) const {
  const double reach = style::portReach;
  for (QGraphicsItem* item : items(QRectF(scene - QPointF(reach, reach), QSizeF(2 * reach, 2 * reach))))
    if (auto* n = qgraphicsitem_cast<NodeItem*>(item))
      if (auto port = n->portAt(scene)) return port;
  return {};
}

std::vector<NodeItem*> NetworkScene::nodes() const {
  std::vector<NodeItem*> list;
  for (const auto& [name, item] : nodes_) list.push_back(item);
  return list;
}

std::vector<std::string> NetworkScene::selectedNodes() const {
  std::vector<std::string> names;
  for (const Node& n : view_.graph.nodes)
    if (const NodeItem* item = node(n.name); item && item->isSelected()) names.push_back(n.name);
  return names;
}

std::vector<Wire> NetworkScene::selectedWires() const {
  std::vector<Wire> list;
  for (const WireItem* item : wires_)
    if (item->isSelected()) list.push_back(item->wire());
  return list;
}

void NetworkScene::selectNodes(const std::vector<std::string>& names) {
  {
    const QSignalBlocker blocked(this);
    clearSelection();
    for (const std::string& name : names)
      if (NodeItem* item = node(name)) item->setSelected(true);
  }
  Q_EMIT selectionChanged();
}

std::string NetworkScene::pathOf(const std::string& name) const {
  return joinPath(view_.path, name);
}

QString NetworkScene::portText(const Port& port) const {
  const NodeItem* item = node(port.node);
  if (!item) return {};
  const QStringList& names = port.input ? item->face().inputNames : item->face().outputNames;
  QString name = names.value(port.index, port.input ? tr("Further input") : tr("Output"));
  const NodeFacts* known = facts(port.node);
  if (!known) return name;
  const std::vector<Shape>& shapes = port.input ? known->inputs : known->outputs;
  if (size_t(port.index) >= shapes.size() || shapes[size_t(port.index)].rank() == 0) return name;
  return name + ", " + shapeText(shapes[size_t(port.index)]);
}

Positions NetworkScene::positions() const {
  Positions list;
  for (const auto& [name, item] : nodes_) list[name] = item->pos();
  return list;
}

void NetworkScene::preview(const Positions& places) {
  for (const auto& [name, at] : places)
    if (NodeItem* item = node(name)) item->setPos(at);
  route(&places);
  Q_EMIT arranged();
}

void NetworkScene::drawBackground(QPainter* painter, const QRectF& rect) {
  const Theme& t = theme();
  painter->fillRect(rect, t.canvas);
  const double zoom = painter->worldTransform().m11();
  const double step = style::grid * 2;
  if (zoom < 0.45) return;
  painter->setRenderHint(QPainter::Antialiasing, false);
  painter->setPen(QPen(t.canvasGrid, 2 / zoom, Qt::SolidLine, Qt::SquareCap));
  std::vector<QPointF> dots;
  const auto first = [&](double at) { return static_cast<int>(std::floor(at / step)); };
  for (int column = first(rect.left()); column * step <= rect.right(); ++column)
    for (int row = first(rect.top()); row * step <= rect.bottom(); ++row)
      dots.emplace_back(column * step, row * step);
  painter->drawPoints(dots.data(), int(dots.size()));
}

QString NetworkScene::dump() const {
  QStringList lines;
  lines << "container " + QString::fromStdString(view_.path.empty() ? "/" : view_.path) +
               (view_.generated ? " generated" : "");
  for (const Node& n : view_.graph.nodes) {
    const NodeItem* item = node(n.name);
    QString line = QString("node %1 %2 at %3,%4").arg(item->face().name, QString::fromStdString(n.type));
    line = line.arg(item->pos().x()).arg(item->pos().y());
    if (!item->face().detail.isEmpty()) line += " \"" + item->face().detail + '"';
    if (item->face().repeat > 1) line += QString(" x%1").arg(item->face().repeat);
    if (item->face().hasArc()) line += " arc";
    if (item->isSelected()) line += " selected";
    if (item->face().hasError()) line += " error";
    if (!item->findings().empty()) line += QString(" findings=%1").arg(item->findings().size());
    lines << line;
  }
  for (const WireItem* item : wires_) {
    const Wire& w = item->wire();
    QString line = QString("wire %1:%2 -> %3:%4").arg(QString::fromStdString(w.from)).arg(w.fromPort);
    line = line.arg(QString::fromStdString(w.to)).arg(w.toPort);
    if (!item->label().isEmpty()) line += ' ' + item->label();
    if (item->isSelected()) line += " selected";
    lines << line;
  }
  return lines.join('\n');
}

}  // namespace bypath
