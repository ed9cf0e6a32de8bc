// A line above the content for what went wrong or is worth knowing, with at most one thing to do about it.
// Stays until it is closed or another message takes its place.
#pragma once

#include <functional>
#include <QFrame>

class QLabel;
class QPushButton;

namespace bypath {

enum class MessageKind { info, warning, error };

class MessageBar : public QFrame {
  Q_OBJECT
 public:
  explicit MessageBar(QWidget* parent = nullptr);
  void say(MessageKind kind, const QString& sentence, const QString& action = {},
           std::function<void()> act = {});
  void dismiss();
  QString text() const;  // empty when nothing is said

 private:
  void tint();

  MessageKind kind_ = MessageKind::info;
  std::function<void()> act_;
  QLabel* icon_;
  QLabel* text_;
  QPushButton* button_;
};

}  // namespace bypath
