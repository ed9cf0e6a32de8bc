// One of many images, chosen by a click, the arrow keys or its number: as many as there is room for, and the
// wheel brings the others.
//
//   chooser->setImages(data->test.size(), [=](int64_t i) { return ...; });
//   connect(chooser, &ImageChooser::chosenChanged, ...);
#pragma once

#include <functional>
#include <QImage>
#include <QWidget>

class QSpinBox;

namespace bypath {

class ImageStrip;

class ImageChooser : public QWidget {
  Q_OBJECT
 public:
  explicit ImageChooser(const QString& label, QWidget* parent = nullptr);
  void setImages(qint64 count, std::function<QImage(qint64)> image);
  qint64 chosen() const;
  void choose(qint64 image);
  ImageStrip* strip() const { return strip_; }
  QSpinBox* number() const { return number_; }

 Q_SIGNALS:
  void chosenChanged(qint64 image);

 private:
  QSpinBox* number_;
  ImageStrip* strip_;
};

// The images of a chooser, without the number.
class ImageStrip : public QWidget {
  Q_OBJECT
 public:
  explicit ImageStrip(QWidget* parent = nullptr);
  void setImages(qint64 count, std::function<QImage(qint64)> image);
  void choose(qint64 image);
  QRect place(qint64 image) const;  // empty when it is out of sight
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override { return {120, sizeHint().height()}; }

 Q_SIGNALS:
  void chosen(qint64 image);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void focusInEvent(QFocusEvent* event) override;
  void focusOutEvent(QFocusEvent* event) override;

 private:
  qint64 fitting() const;
  void scrollTo(qint64 first);
  void bringIntoSight();

  qint64 count_ = 0, first_ = 0, chosen_ = 0;
  std::function<QImage(qint64)> image_;
};

}  // namespace bypath
