// The lessons to choose from: a card each with its promise, its length and a tick once it is done. As many
// beside each other as fit; small ones with the title alone where there is little room.
//
//   auto* cards = new LessonCards;
//   connect(cards, &LessonCards::lessonRequested, flow, &LessonFlow::begin);   // with its id
#pragma once

#include <QWidget>
#include <vector>

class QAbstractButton;

namespace bypath {

class LessonCard;

class LessonCards : public QWidget {
  Q_OBJECT
 public:
  explicit LessonCards(QWidget* parent = nullptr);

  void refresh();  // what is done may have changed
  // Titles alone, with the promise as a tool tip.
  void setSmall(bool small);
  QAbstractButton* card(const QString& lessonId) const;
  void focusFirst();
  QSize minimumSizeHint() const override;

 Q_SIGNALS:
  void lessonRequested(const QString& id);

 protected:
  void resizeEvent(QResizeEvent* event) override;
  void showEvent(QShowEvent* event) override;

 private:
  void arrange();

  std::vector<LessonCard*> cards_;
  bool small_ = false;
};

}  // namespace bypath
