// The items of one container, reconciled with the document by node name. Holds no network of its own.
#pragma once

#include <map>
#include <memory>
#include <QGraphicsScene>

#include "gui/canvas/node_item.h"
#include "gui/canvas/wire_item.h"
#include "gui/canvas/wire_route.h"
#include "gui/document/container_view.h"
#include "gui/document/document.h"

namespace bypath {

class NetworkScene : public QGraphicsScene {
  Q_OBJECT
 public:
  explicit NetworkScene(DocumentEditor& editor, QObject* parent = nullptr);
  ~NetworkScene() override;

  // Neither tells of a selection that changes with the items; the caller does.
  void open(const std::string& container);
  void reconcile();
  const ContainerView& view() const { return view_; }
  DocumentEditor& editor() const { return editor_; }

  NodeItem* node(const std::string& name) const;
  NodeItem* nodeAt(QPointF scene) const;  // its card
  WireItem* wireAt(QPointF scene) const;
  std::optional<Port> portAt(QPointF scene) const;
  const std::vector<WireItem*>& wires() const { return wires_; }
  std::vector<NodeItem*> nodes() const;

  std::vector<std::string> selectedNodes() const;  // in the graph's order
  std::vector<Wire> selectedWires() const;
  void selectNodes(const std::vector<std::string>& names);
  std::string pathOf(const std::string& name) const;
  const NodeFacts* facts(const std::string& name) const;  // nullptr: not known
  QString portText(const Port& port) const;               // its name and the shape it carries

  Positions positions() const;
  // Shows nodes elsewhere while they are dragged; the document is told at the end.
  void preview(const Positions& positions);
  void showFlow(const ProbeRecord& record);
  void showFindings(const std::vector<Finding>& findings);
  void showMarksOf(const NetworkScene& other);  // flow and findings
  QString dump() const;

 Q_SIGNALS:
  void arranged();  // nodes or wires came, went or moved

 protected:
  void drawBackground(QPainter* painter, const QRectF& rect) override;

 private:
  void reconcileNodes();
  // Finds a place for each node, unless nothing that matters to it has changed.
  void arrange(const std::vector<NodeFace>& faces, Positions known);
  void reconcileWires();
  void route(const Positions* moved);  // all wires, or those of the nodes that move
  void paintMarks();
  void paintFindings();
  void paintFlow();
  void paintShortcut(const std::string& join, const DrawnFlow& flow);

  DocumentEditor& editor_;
  ContainerView view_;
  std::map<std::string, NodeItem*> nodes_;
  std::vector<WireItem*> wires_;
  std::map<std::string, DrawnFlow> flows_;
  DrawnFindings findings_;
  struct Arrangement {
    std::vector<std::string> names;
    std::vector<NodeExtent> extents;
    std::vector<Wire> wires;
    Positions known, places;  // by the document; all
  };
  Arrangement arranged_;  // of the last reconcile()
  struct Routing {
    std::vector<WireEnds> ends;
    std::vector<QRectF> cards;
    std::vector<WireWay> ways;
  };
  Routing routed_;  // the last one
};

}  // namespace bypath
