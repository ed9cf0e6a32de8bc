// Pictures with a word below each, in as many lines as they need.
#pragma once

#include <QImage>
#include <QWidget>
#include <vector>

namespace bypath {

struct StripPicture {
  QImage image;  // null: an empty place
  QString caption;
  QString toolTip;
};

class PictureStrip : public QWidget {
  Q_OBJECT
 public:
  explicit PictureStrip(QWidget* parent = nullptr);
  void setPictures(std::vector<StripPicture> pictures);
  const std::vector<StripPicture>& pictures() const { return pictures_; }
  bool hasHeightForWidth() const override { return true; }
  int heightForWidth(int width) const override;
  QSize sizeHint() const override { return {280, heightForWidth(280)}; }
  QSize minimumSizeHint() const override { return {80, heightForWidth(std::max(80, width()))}; }

 protected:
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  bool event(QEvent* event) override;

 private:
  int tile() const;
  int columnsIn(int width) const;
  QRect place(int index) const;  // of the picture

  std::vector<StripPicture> pictures_;
};

}  // namespace bypath
