// What a CanvasWidget is made of; private to its two source files.
#pragma once

#include <QLineEdit>

#include "gui/canvas/breadcrumb.h"
#include "gui/canvas/canvas_edits.h"
#include "gui/canvas/canvas_view.h"
#include "gui/canvas/network_view.h"
#include "gui/canvas/search_menu.h"

class QMenu;

namespace bypath {

struct CanvasWidget::State {
  State(CanvasWidget& owner, DocumentEditor& documentEditor);

  // Where one is.
  void reconcile();
  void openContainer(const std::string& path);
  void openNode(const std::string& name);
  void leave();
  void nameWhatToDo();

  // canvas_actions.cpp: what keys and menus do.
  void addActions();
  void openMenu(const std::string& node, QPoint global);
  void searchLayer(QPointF at, const std::optional<Port>& port);
  void addAtCursor();
  void connectSelected();
  void findLayer();
  void dissolveSelected();
  void duplicateSelected();
  void copySelected();
  void cutSelected();
  void paste();
  void selectEverything();
  void clear();
  void nudge(double dx, double dy);
  void walk(bool down);        // selects the neighbour along a wire
  void walkAside(bool right);  // selects the nearest node beside
  void selectStream(bool down);
  void openSelected();
  void renameSelected();
  void groupSelected();
  void ungroupSelected();
  // canvas_block_actions.cpp
  void muteSelected();
  std::vector<std::string> selectedBlocks() const;
  // The choices of a residual block's attribute ("order", "shortcut") as pictures.
  void chooseForSelected(const std::string& key);
  void unrollSelected();
  void saveSelectedToPalette();
  void insertOwn(const std::string& name, QPointF at, const std::optional<Port>& port,
                 const std::optional<Wire>& wire);
  void repeatSelected();
  void editRepeat(const std::vector<std::string>& nodes);
  // `title` says to a screen reader what is typed.
  void editInPlace(const QRectF& place, const QString& title, const QString& text,
                   std::function<void(const QString&)> commit);
  void finishLine(bool keep);
  std::optional<std::string> single() const;
  void insertLayer(const std::string& type);
  void say(const std::string& sentence, const std::string& node = {});
  QPoint global(QPointF scene) const;

  CanvasWidget& widget;
  DocumentEditor& editor;
  NetworkScene scene;
  CanvasEdits edits;
  NetworkView* view;
  Breadcrumb* breadcrumb;
  SearchMenu* search;
  QLineEdit* line;                                 // edits a name or a number where it stands
  std::function<void(const QString&)> commitLine;  // while it is open
  QList<QAction*> blockActions;                    // of a residual block's menu
  std::vector<QAction*> nodeActions;               // of a node's menu; nullptr is a separator
};

}  // namespace bypath
