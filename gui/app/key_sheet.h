// All keys of the program, to look up and to change: click a row and press its new keys. What the mouse does
// is listed with them.
#pragma once

#include <QDialog>
#include <QKeySequence>

class QLabel;
class QLineEdit;
class QPushButton;
class QTreeWidget;
class QTreeWidgetItem;

namespace bypath {

class KeyBindings;

class KeySheet : public QDialog {
  Q_OBJECT
 public:
  explicit KeySheet(KeyBindings& bindings, QWidget* parent = nullptr);

  QTreeWidget* list() const { return list_; }
  QTreeWidgetItem* row(int command) const;  // of KeyBindings::commands()
  QString message() const;                  // what the line below the list says

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;
  void showEvent(QShowEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  // Listening: the next key is the row's. Taken: that key is another command's, and a person decides.
  enum class State { rest, listening, taken };

  void fill();
  void refresh();  // keys, marks and buttons; the rows stay
  void filter();
  void listen(QTreeWidgetItem* row);
  void hear(const QKeyEvent& event);
  void give(const QKeySequence& key);
  void rest(const QString& message = {});
  void resetCurrent();
  int current() const;  // command of the current row; -1: none
  QWidget* makeFoot();

  KeyBindings& bindings_;
  QLineEdit* search_;
  QTreeWidget* list_;
  QLabel* message_;
  QPushButton *noKey_, *take_, *leave_, *reset_, *resetAll_;
  State state_ = State::rest;
  int command_ = -1;      // that is listening
  QKeySequence pending_;  // that is taken
};

}  // namespace bypath
