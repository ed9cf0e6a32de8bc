// What a classifier says about images that it was not trained on: the image, its label, the three likeliest
// classes.
#pragma once

#include <QImage>
#include <QWidget>
#include <vector>

#include "core/training/feed.h"

namespace bypath {

class PredictionsView : public QWidget {
  Q_OBJECT
 public:
  explicit PredictionsView(QWidget* parent = nullptr);
  void setPredictions(const std::vector<FramePrediction>& predictions,
                      const std::vector<std::string>& classes);
  int count() const { return static_cast<int>(cards_.size()); }
  int correct() const;
  bool hasHeightForWidth() const override { return true; }
  int heightForWidth(int width) const override;
  QSize sizeHint() const override { return {480, heightForWidth(480)}; }

 protected:
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  struct Guess {
    QString name;
    double probability = 0;
    bool right = false;
  };
  struct Card {
    QImage image;
    QString label;
    bool right = false;
    std::vector<Guess> guesses;  // likeliest first
  };
  int columns(int width) const;
  void paintCard(QPainter& painter, const QRect& frame, const Card& card) const;

  std::vector<Card> cards_;
};

}  // namespace bypath
