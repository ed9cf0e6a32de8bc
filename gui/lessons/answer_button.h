// One answer to a question: a button whose text may take several lines, with a mark once it was chosen.
//
//   auto* answer = new AnswerButton(tr("Because it overfits"));  answer->setMark(AnswerButton::Mark::wrong);
#pragma once

#include <QAbstractButton>

namespace bypath {

class AnswerButton : public QAbstractButton {
  Q_OBJECT
 public:
  enum class Mark { none, right, wrong };

  explicit AnswerButton(const QString& text, QWidget* parent = nullptr);
  void setMark(Mark mark);
  Mark mark() const { return mark_; }
  bool hasHeightForWidth() const override { return true; }
  int heightForWidth(int width) const override;
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  Mark mark_ = Mark::none;
};

}  // namespace bypath
