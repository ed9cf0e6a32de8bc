// What the network makes of pictures: predictions of a classifier, reconstructions and samples of a VAE.
#pragma once

#include <QStackedWidget>

#include "core/training/feed.h"

class QLabel;

namespace bypath {

class ImageGrid;
class PredictionsView;

class PicturesPage : public QStackedWidget {
  Q_OBJECT
 public:
  explicit PicturesPage(QWidget* parent = nullptr);
  void setFrame(const InspectionFrame& frame);
  PredictionsView* predictions() const { return predictions_; }
  ImageGrid* grid() const { return grid_; }

 private:
  QWidget* empty_;
  QWidget* classifier_;
  QWidget* generator_;
  QLabel* score_;
  PredictionsView* predictions_;
  ImageGrid* grid_;
};

}  // namespace bypath
