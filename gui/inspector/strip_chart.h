// A quantity over depth and time as colours: depth down, steps across, one cursor for all strips that are
// shown side by side. Rows that would be too thin scroll with the wheel.
//
//   chart->setStrip(stripOf(quantity, records), quantity);
//   connect(chart, &StripChart::scrubbed, dashboard, &Dashboard::scrubTo);
#pragma once

#include <optional>
#include <QImage>

#include "gui/inspector/readable_chart.h"
#include "gui/inspector/strip.h"

namespace bypath {

// Ends of a colour scale; on a logarithmic one, powers of ten.
struct StripRange {
  double low = 0, high = 1;
};
// Of what is finite (and above 0, where logarithmic) in all of them; nothing where nothing is.
std::optional<StripRange> rangeOf(const std::vector<const Strip*>& strips, bool logarithmic);

class StripChart : public ReadableChart {
  Q_OBJECT
 public:
  explicit StripChart(QWidget* parent = nullptr);

  // A range of others that are shown on the same scale, or none: its own.
  void setStrip(Strip strip, const StripQuantity& quantity, std::optional<StripRange> range = {});
  const Strip& strip() const { return strip_; }
  // Beside another strip of the same rows the names may be left to that one.
  void setNamesShown(bool shown);
  // The step of the cursor; none: no cursor.
  void setCursorStep(std::optional<int64_t> step);
  std::optional<int64_t> cursorStep() const { return cursor_; }
  QRectF cell(size_t row, size_t column) const;
  int firstRow() const { return firstRow_; }
  int rowsInSight() const;

 Q_SIGNALS:
  void scrubbed(qint64 step);                // pressed or dragged to
  void layerRequested(const QString& path);  // double-clicked, or Enter

 protected:
  int count() const override;
  int indexAt(const QPointF& position) const override;
  QString readingOf(int index) const override;
  void paint(QPainter& painter, bool marks) const override;
  QByteArray csv() const override;
  int moved(int key) const override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;

 private:
  double namesWidth() const;
  QRectF plot() const;
  double rowHeight() const;
  double x(size_t column) const;  // its left edge
  size_t columnAt(double x) const;
  void scrollTo(int row);
  double share(double value) const;
  void draw();  // image_
  void paintRows(QPainter& painter) const;
  void paintSteps(QPainter& painter) const;
  void paintLegend(QPainter& painter) const;

  Strip strip_;
  StripQuantity quantity_;
  std::optional<StripRange> range_;
  std::optional<int64_t> cursor_;
  QImage image_;  // a pixel a value
  int firstRow_ = 0;
  bool namesShown_ = true;
};

}  // namespace bypath
