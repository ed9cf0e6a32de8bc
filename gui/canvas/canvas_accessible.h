// The canvas as a screen reader sees it: a list whose items are the nodes of the open container, in the
// graph's order, and after them what lies over the canvas: the viewport with the line that one types a name
// into, and the overview. Made by Qt when an assistive technology asks; canvas_announcer.h tells of what
// changes.
//
// List and ListItem, not Canvas and Graphic: Orca and NVDA read an item's name, state and place among the
// others ("conv1, Convolution, 2 of 9"), follow its selection and focus, and offer its actions. A graphic
// would be read as a picture, without any of these.
//
//   QAccessibleInterface* list = QAccessible::queryAccessibleInterface(view);
//   list->child(0)->text(QAccessible::Name);  // "input, Input"
#pragma once

#include <map>
#include <QAccessibleWidget>
#include <QCoreApplication>
#include <string>
#include <vector>

namespace bypath {

class NetworkView;

class CanvasAccessible : public QAccessibleWidget {
  Q_DECLARE_TR_FUNCTIONS(bypath::CanvasAccessible)

 public:
  static void install();  // once; further calls do nothing
  static CanvasAccessible* of(NetworkView& view);

  explicit CanvasAccessible(NetworkView* view);

  QString text(QAccessible::Text kind) const override;
  QAccessible::State state() const override;
  int childCount() const override;
  QAccessibleInterface* child(int index) const override;
  int indexOfChild(const QAccessibleInterface* child) const override;
  QAccessibleInterface* childAt(int x, int y) const override;
  QAccessibleInterface* focusChild() const override;

  // A node of the open container. It has no pointer to what is drawn: it finds the node by its name, is
  // invalid while there is none, and valid again when undo brings it back or its container is opened.
  QAccessibleInterface* node(const std::string& name) const;
  // Tells of a node that has just gone, if anybody has asked for it.
  void sayGoodbye(const std::string& container, const std::string& name) const;

 protected:
  ~CanvasAccessible() override;

 private:
  NetworkView* view() const;               // nullptr while it is being destroyed
  std::vector<QWidget*> overlays() const;  // the last children

  // By path. An entry stays when its node goes, so that it has the same id when undo brings the node back.
  mutable std::map<std::string, QAccessible::Id> nodes_;
};

}  // namespace bypath
