// Which keys call which command: the usual ones, or those that a person chose over them, remembered in the
// settings under "keys/<id>". Windows have one each; what is chosen in one counts in all.
//
//   KeyBindings bindings;
//   bindings.add("file", tr("File"), {actions.open, actions.save});  // keys chosen before are given to them
//   if (bindings.holder(key, command) < 0) bindings.assign(command, key);
#pragma once

#include <QKeySequence>
#include <QObject>
#include <vector>

class QAction;
class QKeyEvent;

namespace bypath {

class KeyBindings : public QObject {
  Q_OBJECT
 public:
  struct Command {
    QString id;     // "file/save"
    QString group;  // as shown
    QString title;
    QAction* action;
    QList<QKeySequence> usual;
    QString tip;  // without its key; empty where the tool tip is not ours
  };
  explicit KeyBindings(QObject* parent = nullptr);
  ~KeyBindings() override;

  // An action without an object name takes its id from its text. The keys they have now are the usual ones.
  void add(const QString& groupId, const QString& group, const QList<QAction*>& actions);

  const std::vector<Command>& commands() const { return commands_; }
  int find(const QString& id) const;  // -1: there is none
  QList<QKeySequence> keys(int command) const;
  QString keyText(const QString& id) const;  // its first key, as a menu writes it
  bool isChanged(int command) const;
  bool anyChanged() const;
  // Another command that this key calls at present; -1: none.
  int holder(const QKeySequence& key, int besides) const;

  // The command's only key from now on, or none with an empty one. Whoever had it loses it.
  void assign(int command, const QKeySequence& key);
  // The usual keys again; whoever had one of them loses it.
  void reset(int command);
  void resetAll();

 Q_SIGNALS:
  void changed();

 private:
  void load();
  void tell();
  void set(int command, const QList<QKeySequence>& keys);
  void takeFromOthers(int command, const QList<QKeySequence>& keys);
  void showInTip(int command);

  std::vector<Command> commands_;
};

// What was pressed, as a shortcut is written; empty for a modifier alone.
QKeySequence pressedKey(const QKeyEvent& event);

}  // namespace bypath
