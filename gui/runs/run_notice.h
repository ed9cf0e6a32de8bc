// A line within the panel of runs: what was done, what went wrong, or a question with its answers as buttons.
//
//   notice->ask(tr("Delete this run?"), tr("Delete"), [=] { ... }, tr("Keep"));
//   notice->say(tr("Copied."));
#pragma once

#include <functional>
#include <QFrame>

class QLabel;
class QPushButton;

namespace bypath {

class RunNotice : public QFrame {
  Q_OBJECT
 public:
  explicit RunNotice(QWidget* parent = nullptr);
  // Goes by itself after a while.
  void say(const QString& sentence);
  void complain(const QString& sentence);
  // Takes the focus, on the answer that changes nothing; Escape gives it, too.
  void ask(const QString& question, const QString& doIt, std::function<void()> act, const QString& leaveIt);
  void dismiss();
  QString text() const;
  QPushButton* doButton() const { return do_; }
  QPushButton* leaveButton() const { return leave_; }

 Q_SIGNALS:
  void answered();  // the focus goes back to where it was

 protected:
  void keyPressEvent(QKeyEvent* event) override;

 private:
  void put(const QString& sentence, bool bad);
  void tint();

  QLabel* text_;
  QPushButton* do_;
  QPushButton* leave_;
  std::function<void()> act_;
  bool bad_ = false;
  int turn_ = 0;  // counts what is said, so that only the last of it goes by itself
};

}  // namespace bypath
