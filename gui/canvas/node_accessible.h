// A node of the canvas as a screen reader hears it: name, shapes, wires, problems; it can be selected, opened
// and mended. Part of canvas_accessible.h.
#pragma once

#include <QAccessible>
#include <QCoreApplication>
#include <QPointer>
#include <string>

namespace bypath {

class NetworkView;
class NodeItem;

class NodeAccessible : public QAccessibleInterface, public QAccessibleActionInterface {
  Q_DECLARE_TR_FUNCTIONS(bypath::NodeAccessible)

 public:
  NodeAccessible(QObject* view, std::string container, std::string name);

  const std::string& name() const { return name_; }
  // Sends ObjectDestroyed. Listeners skip events of invalid interfaces, so this one counts as valid
  // meanwhile.
  void sayGoodbye();

  bool isValid() const override;
  QObject* object() const override { return nullptr; }
  QWindow* window() const override;
  QAccessibleInterface* parent() const override;
  QAccessibleInterface* child(int) const override { return nullptr; }
  QAccessibleInterface* childAt(int, int) const override { return nullptr; }
  int childCount() const override { return 0; }
  int indexOfChild(const QAccessibleInterface*) const override { return -1; }
  QString text(QAccessible::Text kind) const override;
  void setText(QAccessible::Text, const QString&) override {}
  QRect rect() const override;
  QAccessible::Role role() const override { return QAccessible::ListItem; }
  QAccessible::State state() const override;
  void* interface_cast(QAccessible::InterfaceType type) override;

  // Press selects; "Open" goes inside, where there is an inside; "Fix0" and on are the buttons beside the
  // node.
  QStringList actionNames() const override;
  QString localizedActionName(const QString& action) const override;
  QString localizedActionDescription(const QString& action) const override;
  void doAction(const QString& action) override;
  QStringList keyBindingsForAction(const QString&) const override { return {}; }

 private:
  NetworkView* view() const;
  NodeItem* item() const;  // nullptr while the node is gone, or another container open
  bool opens() const;
  QString fixLabel(const QString& action) const;  // empty: no such fix

  QPointer<QObject> view_;
  std::string container_, name_;
  bool leaving_ = false;
};

}  // namespace bypath
