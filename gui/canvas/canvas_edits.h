// Every edit a hand can make in the open container, as undoable steps on the document. The positions one sees
// are written down with each step, so that nothing moves that nobody moved.
#pragma once

#include <optional>
#include <QCoreApplication>
#include <QString>

#include "gui/canvas/network_scene.h"

namespace bypath {

class CanvasEdits {
  Q_DECLARE_TR_FUNCTIONS(bypath::CanvasEdits)

 public:
  CanvasEdits(DocumentEditor& editor, NetworkScene& scene) : editor_(editor), scene_(scene) {}

  // Each returns the names to select afterwards.
  using Names = std::vector<std::string>;

  // A new layer at a place; wired to `port` of another node (an output feeds it, an input is fed by it).
  Names insert(const std::string& layerType, QPointF at, const std::optional<Port>& port = {});
  // After a node: into its only outgoing wire, or as a new end below it.
  Names insertAfter(const std::string& layerType, const std::string& node);
  // Into a wire; what stands below moves down if there is no room.
  Names splice(const std::string& layerType, const Wire& wire, std::optional<QPointF> at, bool makeRoom);

  // Why a wire from this output to that input cannot be; empty when it can. `instead` is a wire that would
  // go.
  QString refusal(const Port& output, const Port& input, const std::optional<Wire>& instead = {}) const;
  void connect(const Port& output, const Port& input, const std::optional<Wire>& instead = {});
  void disconnect(const std::vector<Wire>& wires);
  // An input for a new wire: the first free one, a new one of a layer with any number, else the only one.
  std::optional<Port> freeInput(const std::string& node) const;

  void remove(const Names& nodes, const std::vector<Wire>& wires);
  void dissolve(const Names& nodes);  // removes them and wires their readers to what they read
  void move(const Positions& positions, const QString& mergeKey = {});
  void layOut();
  Result<void> rename(const std::string& node, const std::string& name);
  Result<Names> group(const Names& nodes);
  Result<Names> ungroup(const Names& parts);
  void applyFix(const Fix& fix);

  // canvas_blocks.cpp: residual blocks and repeats.
  Result<void> mute(const Names& nodes);  // or unmute
  // Of the residual blocks among the nodes; their order goes with the row (project_edits.h).
  Result<void> setChoice(const Names& nodes, const std::string& key, const std::string& value);
  Result<void> setRepeat(const Names& nodes, int64_t count);
  Result<Names> unroll(const std::string& node);
  Result<void> makePlainTwin();  // of the whole network

  // Clipboard: the nodes, the wires among them and their places, as a project's text.
  QString copy(const Names& nodes) const;
  Result<Names> paste(const QString& text, std::optional<QPointF> at, const QString& title);
  Names duplicate(const Names& nodes, QPointF shift);
  // A piece saved to the palette (own_blocks.h); a single node is wired to `port`, or put into `wire`.
  Result<Names> insertPiece(const QString& text, const QString& title, QPointF at,
                            const std::optional<Port>& port = {}, const std::optional<Wire>& wire = {});

 private:
  using Change = std::function<Result<void>(Project&)>;

  // One undo step, or none and the reason. Before the change the container gets a graph of its own and every
  // node its visible position; after it, positions of nodes that are gone go too.
  Result<void> edit(const QString& title, const Change& change, const QString& mergeKey = {});
  const std::string& container() const { return scene_.view().path; }
  void place(Project& project, const std::string& node, QPointF at) const;
  // In the column `first` stands in, moves everything from the height `from` on down.
  void makeRoom(Project& project, const NodeItem& first, double from, double by) const;
  // Of a new layer that reads a node: a residual block after another is its next stage.
  Attributes startOf(const std::string& layerType, const std::string& after) const;
  Result<Project> pieceOf(const QString& text) const;
  // Its corner comes to `at`, on the grid; names that are taken get a number.
  Names addPiece(Project& project, const Project& piece, QPointF at) const;
  NodeExtent extentOfType(const std::string& layerType) const;
  QPointF freePlace(QPointF at, const NodeExtent& extent) const;

  DocumentEditor& editor_;
  NetworkScene& scene_;
};

}  // namespace bypath
