#include "gui/lessons/question_box.h"

#include <QLabel>
#include <QVBoxLayout>

#include "gui/lessons/answer_button.h"

namespace bypath {

QuestionBox::QuestionBox(QWidget* parent)
    : QFrame(parent), text_(new QLabel), column_(new QVBoxLayout(this)), reply_(new QLabel) {
  setProperty("role", "card");
  for (QLabel* label : {text_, reply_}) {
    label->setWordWrap(true);
    label->setTextFormat(Qt::MarkdownText);
  }
  column_->setContentsMargins(12, 10, 12, 12);
  column_->setSpacing(8);
  column_->addWidget(text_);
  column_->addWidget(reply_);
}

void QuestionBox::ask(const LessonQuestion& question) {
  question_ = question;
  for (AnswerButton* answer : answers_) answer->deleteLater();
  answers_.clear();
  text_->setText(question.text);
  for (size_t i = 0; i < question.answers.size(); ++i) {
    auto* answer = new AnswerButton(question.answers[i].text);
    column_->insertWidget(column_->count() - 1, answer);
    answers_ << answer;
    connect(answer, &QAbstractButton::clicked, this, [this, i] { choose(i); });
  }
  reply_->clear();
  reply_->hide();
}

void QuestionBox::choose(size_t answer) {
  const LessonAnswer& chosen = question_.answers[answer];
  for (qsizetype i = 0; i < answers_.size(); ++i)
    answers_[i]->setMark(i != qsizetype(answer) ? AnswerButton::Mark::none
                         : chosen.right         ? AnswerButton::Mark::right
                                                : AnswerButton::Mark::wrong);
  reply_->setText((chosen.right ? tr("**Right.** %1") : tr("**Not quite.** %1")).arg(chosen.why));
  reply_->show();
  Q_EMIT answered(chosen.right);
}

QString QuestionBox::reply() const {
  return reply_->text();
}

}  // namespace bypath
