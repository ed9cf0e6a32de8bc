// What the colours of maps mean: the scale from its lowest to its highest number.
//
//   bar->setScale(maps.scale);
#pragma once

#include <QImage>
#include <QWidget>

#include "core/inspection/map_pictures.h"

namespace bypath {

// Three bytes a pixel, as core makes them.
QImage imageOfBytes(const std::vector<uint8_t>& bytes, int64_t width, int64_t height);

class MapScaleBar : public QWidget {
  Q_OBJECT
 public:
  explicit MapScaleBar(QWidget* parent = nullptr);
  void setScale(const MapScale& scale);
  void paint(QPainter& painter, const QRectF& place) const;
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override { return sizeHint(); }

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  MapScale scale_;
  QString from_, to_;
};

}  // namespace bypath
