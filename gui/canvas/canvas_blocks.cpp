// Edits of residual blocks and repeats.
#include <algorithm>

#include "core/network/edit.h"
#include "core/network/edit_blocks.h"
#include "core/network/paths.h"
#include "core/network/type_ids.h"
#include "gui/canvas/canvas_edits.h"
#include "gui/canvas/canvas_style.h"
#include "gui/document/project_edits.h"

namespace bypath {

namespace {

bool isMuted(const Node& node) {
  const auto set = node.attributes.find("muted");
  return set != node.attributes.end() && set->second == AttributeValue(true);
}

}  // namespace

Result<void> CanvasEdits::mute(const Names& nodes) {
  std::vector<const Node*> blocks;
  for (const std::string& name : nodes)
    if (const Node* node = scene_.view().graph.find(name); node && node->type == typeId::residualBlock)
      blocks.push_back(node);
  if (blocks.empty())
    return Error{
        ErrorKind::data,
        tr("Select a residual block to mute it: its shortcut stays, its branch is left out.").toStdString()};
  // Several become what the first is not.
  const bool mute = !isMuted(*blocks.front());
  return edit(mute ? tr("Mute") : tr("Unmute"), [&](Project& project) -> Result<void> {
    for (const Node* block : blocks)
      if (Result<void> done = setAttribute(project.network, container(), block->name, "muted",
                                           AttributeValue(mute), editor_.layers());
          !done)
        return done;
    return {};
  });
}

Result<void> CanvasEdits::setChoice(const Names& nodes, const std::string& key, const std::string& value) {
  return edit(tr("Change the %1").arg(QString::fromStdString(key)), [&](Project& project) -> Result<void> {
    for (const std::string& name : nodes) {
      const Node* node = scene_.view().graph.find(name);
      if (!node || node->type != typeId::residualBlock) continue;
      if (Result<void> done =
              setInProject(project, scene_.view(), name, key, AttributeValue(value), editor_.layers());
          !done)
        return done;
    }
    return {};
  });
}

Result<void> CanvasEdits::setRepeat(const Names& nodes, int64_t count) {
  return edit(tr("Change the repeat count"), [&](Project& project) -> Result<void> {
    for (const std::string& node : nodes)
      if (Result<void> done = setAttribute(project.network, container(), node, "repeat",
                                           AttributeValue(count), editor_.layers());
          !done)
        return done;
    return {};
  });
}

Attributes CanvasEdits::startOf(const std::string& layerType, const std::string& after) const {
  const Node* block = scene_.view().graph.find(after);
  if (!block || layerType != typeId::residualBlock || block->type != layerType) return {};
  const NodeFacts* facts = factsOf(editor_.checked(), scene_.pathOf(after));
  return nextStage(*block, facts && facts->outputs.size() == 1 ? facts->outputs[0] : Shape());
}

Result<CanvasEdits::Names> CanvasEdits::unroll(const std::string& node) {
  Names names;
  const Result<void> done =
      edit(tr("Unroll %1").arg(QString::fromStdString(node)), [&](Project& project) -> Result<void> {
        Result<Names> copies = bypath::unroll(project.network, container(), node);
        if (!copies) return copies.error();
        names = std::move(*copies);
        const NodeItem* item = scene_.node(node);
        const double step = item->sceneCard().height() + style::rankGap;
        makeRoom(project, *item, item->sceneCard().bottom(), step * static_cast<double>(names.size() - 1));
        for (size_t i = 1; i < names.size(); ++i) {
          // What is drawn inside each copy lies as it lay inside the one they come from.
          copyPlaces(project, joinPath(container(), node), joinPath(container(), names[i]));
          place(project, names[i], item->pos() + QPointF(0, step * static_cast<double>(i)));
        }
        return {};
      });
  if (!done) return done.error();
  return names;
}

Result<void> CanvasEdits::makePlainTwin() {
  return edit(tr("Make the plain twin"), [&](Project& project) -> Result<void> {
    if (removeShortcuts(project.network) > 0) return {};
    return Error{ErrorKind::data,
                 tr("There is no residual block here whose shortcut could be left out.").toStdString()};
  });
}

}  // namespace bypath
