// What a CanvasWidget is made of; private to its two source files.
#pragma once

#include <QLineEdit>

#include "gui/canvas/breadcrumb.h"
#include "gui/canvas/canvas_edits.h"
#include "gui/canvas/canvas_view.h"
#include "gui/canvas/network_view.h"
#include "gui/canvas/search_menu.h"

namespace bypath {

struct CanvasWidget::State {
  State(CanvasWidget& owner, DocumentEditor& documentEditor);

  // Where one is.
  void reconcile();
  void openContainer(const std::string& path);
  void openNode(const std::string& name);
  void leave();
  void selectionMoved();

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
  void finishRename(bool keep);
  void groupSelected();
  void ungroupSelected();
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
  QLineEdit* nameLine;
  std::string renaming;
  std::vector<QAction*> nodeActions;  // of a node's menu; nullptr is a separator
};

}  // namespace bypath
