// One training image as it is, and as a run sees it in some epochs: made by the loader that training uses,
// from the same seed. With augmentation switched off it shows what augmentation would do.
#pragma once

#include <memory>
#include <QWidget>

#include "gui/data/data_use.h"

class QCheckBox;
class QLabel;
class QPushButton;
class QSlider;

namespace bypath {

class PictureStrip;

class AugmentationPreview : public QWidget {
  Q_OBJECT
 public:
  static constexpr int epochsShown = 7, epochsCompact = 3;

  explicit AugmentationPreview(QWidget* parent = nullptr);
  void setData(const std::shared_ptr<const DataSet>& set, const DataUse& use);
  void clear();
  void showImage(int64_t image);  // -1: none
  void setCompact(bool compact);  // fewer epochs, on one line

  PictureStrip* strip() const { return strip_; }
  QSlider* slider() const { return slider_; }
  QCheckBox* box() const { return box_; }
  QPushButton* shuffleButton() const { return shuffle_; }

 Q_SIGNALS:
  void augmentChosen(bool on);  // by a person

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  void draw();
  void shuffle();

  std::shared_ptr<const DataSet> set_;
  std::unique_ptr<BatchLoader> loader_;
  int64_t image_ = -1;
  bool compact_ = false;
  QCheckBox* box_;
  QLabel* words_;
  PictureStrip* strip_;
  QSlider* slider_;
  QPushButton* shuffle_;
};

}  // namespace bypath
