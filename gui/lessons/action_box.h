// The one thing that a step asks for: what to do, a button that does it and says where the command is
// otherwise, how far it has come, and a tick once it is done.
//
//   box->ask(step.action->text, {tr("Train"), tr("In the menu Train, or Ctrl+Enter")});
//   box->setDone(true);
#pragma once

#include <QFrame>

class QLabel;
class QPushButton;

namespace bypath {

// A command as a person finds it.
struct CommandWords {
  QString label;  // of the button; empty: there is none
  QString where;  // the menu and the key
};

class ActionBox : public QFrame {
  Q_OBJECT
 public:
  explicit ActionBox(QWidget* parent = nullptr);

  void ask(const QString& text, const CommandWords& words);
  void setDone(bool done);
  bool isDone() const { return done_; }
  void setCommandEnabled(bool enabled);
  void setProgress(const QString& text);
  QPushButton* button() const { return button_; }
  QString progressText() const;

 Q_SIGNALS:
  void pressed();

 private:
  void tint();

  bool done_ = false;
  QLabel* sign_;
  QLabel* head_;
  QLabel* text_;
  QPushButton* button_;
  QLabel* where_;
  QLabel* progress_;
};

}  // namespace bypath
