// Loss landscapes as maps of colours side by side, on one scale, with lines of equal loss, a legend, and the
// selected point read out. A ring marks the network itself; hatched points have no finite loss.
//
//   map->setMaps({{tr("step 200 of 7"), landscape}, {tr("step 200 of 8"), twin}});
#pragma once

#include <optional>
#include <vector>

#include "core/inspection/landscape.h"
#include "gui/inspector/readable_chart.h"

namespace bypath {

struct MapPicture {
  QString title;
  Landscape landscape;  // a grid
};

class LandscapeMap : public ReadableChart {
  Q_OBJECT
 public:
  explicit LandscapeMap(QWidget* parent = nullptr);

  void setMaps(std::vector<MapPicture> maps);
  const std::vector<MapPicture>& maps() const { return maps_; }
  void setLogarithmic(bool logarithmic);  // the colours, by powers
  bool logarithmic() const { return logarithmic_; }
  // One point on the widget; row 0 is the lowest.
  QRectF cell(size_t map, size_t row, size_t column) const;
  QColor colorOf(double loss) const;
  QSize minimumSizeHint() const override { return {260, 130}; }

 protected:
  int count() const override;
  int indexAt(const QPointF& position) const override;
  QString readingOf(int index) const override;
  void paint(QPainter& painter, bool marks) const override;
  QByteArray csv() const override;
  int moved(int key) const override;

 private:
  struct Place {
    size_t map, row, column;
  };
  Place placeOf(int index) const;
  int indexOf(const Place& place) const;
  QRectF slot(size_t map) const;
  QRectF square(size_t map) const;
  double legendWidth() const;
  void paintMap(QPainter& painter, size_t map) const;
  void paintContours(QPainter& painter, size_t map) const;
  void paintAxes(QPainter& painter, size_t map) const;
  void paintLegend(QPainter& painter) const;
  void paintSelected(QPainter& painter) const;

  std::vector<MapPicture> maps_;
  std::optional<ValueRange> range_;
  bool logarithmic_ = true;
};

}  // namespace bypath
