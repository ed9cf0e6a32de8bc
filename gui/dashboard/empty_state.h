// What stands where nothing is to be seen yet: what will be here, and what to do for it.
#pragma once

#include <QWidget>

class QLabel;
class QPushButton;

namespace bypath {

class EmptyState : public QWidget {
  Q_OBJECT
 public:
  EmptyState(const QString& icon, const QString& title, const QString& text, QWidget* parent = nullptr);
  void setText(const QString& title, const QString& text);
  // A button that does what the text says.
  QPushButton* offer(const QString& label);

 private:
  void tint();

  QString icon_;
  QLabel* picture_;
  QLabel* title_;
  QLabel* text_;
};

}  // namespace bypath
