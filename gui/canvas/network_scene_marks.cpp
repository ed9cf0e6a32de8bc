// What a run has shown of the network, laid over its drawing: the gradient's two ways, and what ails a node.
#include <algorithm>

#include "gui/canvas/network_scene.h"
#include "gui/theme/theme.h"

namespace bypath {

void NetworkScene::showFlow(const ProbeRecord& record) {
  flows_ = drawnFlows(record, editor_.project().network);
  paintFlow();
}

void NetworkScene::showFindings(const std::vector<Finding>& findings) {
  findings_ = drawnFindings(findings, editor_.project().network);
  paintFindings();
}

void NetworkScene::showMarksOf(const NetworkScene& other) {
  flows_ = other.flows_;
  findings_ = other.findings_;
  paintMarks();
}

void NetworkScene::paintMarks() {
  paintFlow();
  paintFindings();
}

void NetworkScene::paintFindings() {
  for (const auto& [name, item] : nodes_) item->setFindings(findingsIn(findings_, pathOf(name)));
}

void NetworkScene::paintFlow() {
  for (WireItem* wire : wires_) {
    wire->setFlow({}, 0);
    wire->setToolTip({});
  }
  for (const auto& [name, item] : nodes_) {
    const auto flow = flows_.find(pathOf(name));
    const bool known = flow != flows_.end();
    item->setFlow(known && item->face().isResidual() ? std::optional(flow->second) : std::nullopt);
    if (known && !item->face().isResidual()) paintShortcut(name, flow->second);
  }
}

// Of the ways into a hand-drawn Add the longest is the branch; each is painted back to the fork it comes
// from.
void NetworkScene::paintShortcut(const std::string& join, const DrawnFlow& flow) {
  struct Way {
    std::vector<WireItem*> wires;
  };
  std::vector<Way> ways;
  for (WireItem* last : wires_) {
    if (last->wire().to != join) continue;
    Way way{{last}};
    for (;;) {
      const std::string& from = way.wires.back()->wire().from;
      WireItem* before = nullptr;
      int in = 0, out = 0;
      for (WireItem* w : wires_) {
        if (w->wire().from == from) ++out;
        if (w->wire().to == from) ++in, before = w;
      }
      if (in != 1 || out != 1 || way.wires.size() > wires_.size()) break;
      way.wires.push_back(before);
    }
    ways.push_back(way);
  }
  if (ways.size() < 2) return;
  const auto longest = std::max_element(
      ways.begin(), ways.end(), [](const Way& a, const Way& b) { return a.wires.size() < b.wires.size(); });
  const Theme& t = theme();
  for (auto way = ways.begin(); way != ways.end(); ++way) {
    const bool branch = way == longest;
    for (WireItem* w : way->wires) {
      w->setFlow(branch ? t.branch : t.shortcut, branch ? flow.branchWidth : flow.shortcutWidth);
      w->setToolTip(flow.toolTip());
    }
  }
}

}  // namespace bypath
