// Pictures in lines that wrap, each with a few words below it; one is selected, by a click or the arrow keys.
//
//   cards->setCards({{image, {"cat 3 %", "dog 96 %"}, tr("Image 12: ...")}}, 64);
//   column->addWidget(PictureCards::scrolled(cards));
#pragma once

#include <QImage>
#include <QStringList>
#include <QWidget>
#include <vector>

class QScrollArea;

namespace bypath {

struct PictureCard {
  QImage image;
  QStringList lines;  // below it
  QString reading;    // what is read out of it
};

class PictureCards : public QWidget {
  Q_OBJECT
 public:
  explicit PictureCards(QWidget* parent = nullptr);
  // In an area that scrolls, and follows what is selected.
  static QScrollArea* scrolled(PictureCards* cards);

  // `tile` is how wide a picture is shown; all have the proportions of the first.
  void setCards(std::vector<PictureCard> cards, int tile);
  const std::vector<PictureCard>& cards() const { return cards_; }
  void select(int index);  // -1: none
  int selected() const { return selected_; }
  QRect place(int index) const;  // of a card with its words
  // All of them, for a figure: as wide as the widget.
  void paint(QPainter& painter) const;

  bool hasHeightForWidth() const override { return true; }
  int heightForWidth(int width) const override;
  QSize sizeHint() const override { return {240, heightForWidth(240)}; }

 Q_SIGNALS:
  void selectedChanged(int index);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  bool event(QEvent* event) override;  // the tooltip

 private:
  int columns(int width) const;
  QSize cardSize() const;
  int indexAt(const QPoint& position) const;
  void paintCard(QPainter& painter, int index) const;

  std::vector<PictureCard> cards_;
  QSize tile_;
  int wordsWidth_ = 0;
  int selected_ = -1;
};

}  // namespace bypath
