// A line above the content for what went wrong or is worth knowing, with at most two things to do about it.
// Stays until it is closed or another message takes its place.
#pragma once

#include <array>
#include <functional>
#include <QFrame>
#include <vector>

class QLabel;
class QPushButton;

namespace bypath {

enum class MessageKind { info, warning, error };

struct MessageAction {
  QString text;  // a verb
  std::function<void()> act;
};

class MessageBar : public QFrame {
  Q_OBJECT
 public:
  explicit MessageBar(QWidget* parent = nullptr);
  void say(MessageKind kind, const QString& sentence, const QString& action = {},
           std::function<void()> act = {});
  // The first of two actions is the one that is recommended.
  void say(MessageKind kind, const QString& sentence, std::vector<MessageAction> actions);
  void dismiss();
  QString text() const;  // empty when nothing is said

 Q_SIGNALS:
  void closed();  // by the person, without any of the actions

 private:
  void tint();

  MessageKind kind_ = MessageKind::info;
  std::vector<MessageAction> actions_;
  QLabel* icon_;
  QLabel* text_;
  std::array<QPushButton*, 2> buttons_;
};

}  // namespace bypath
