// Points of several kinds in a plane, each kind with a colour and a shape of its own. One point is selected,
// by the mouse near it or the left and right keys, and its picture drawn beside it; the up and down keys, or
// a click in the legend, lift one kind above the others.
//
//   scatter->setPoints(points, names, {tr("axis 1"), tr("axis 2")});
//   scatter->setPicture([=](int point) { return image(point); });
#pragma once

#include <functional>
#include <QImage>
#include <QPixmap>
#include <QStringList>
#include <QWidget>
#include <vector>

#include "core/base/result.h"

namespace bypath {

struct ScatterPoint {
  double x = 0, y = 0;
  int kind = 0;  // index of its name
};

class ScatterView : public QWidget {
  Q_OBJECT
 public:
  explicit ScatterView(QWidget* parent = nullptr);
  // `axes`: what x and y are called. Points that are no numbers are not drawn.
  void setPoints(std::vector<ScatterPoint> points, const QStringList& kinds, const QStringList& axes);
  void setPicture(std::function<QImage(int)> picture);
  const std::vector<ScatterPoint>& points() const { return points_; }

  void select(int index);  // -1: none
  int selected() const { return selected_; }
  void highlight(int kind);  // -1: all alike
  int highlighted() const { return highlighted_; }
  QPointF place(int index) const;
  QRectF legendEntry(int kind) const;
  // The ending of the path chooses: .png, .svg, .pdf, .csv.
  Result<void> exportTo(const QString& path, const QString& title) const;

  QSize sizeHint() const override { return {480, 240}; }
  QSize minimumSizeHint() const override { return {220, 120}; }

 Q_SIGNALS:
  void selectedChanged(int index);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  QRectF plot() const;
  double legendWidth() const;
  int legendLines() const;
  int legendColumns() const;
  int nearest(const QPointF& position) const;
  int kindAt(const QPointF& position) const;
  bool isDrawn(int index) const;
  void renew();
  void paint(QPainter& painter) const;
  void paintAxes(QPainter& painter) const;
  void paintLegend(QPainter& painter) const;
  void paintPicture(QPainter& painter) const;
  QByteArray csv() const;

  std::vector<ScatterPoint> points_;
  QStringList kinds_, axes_;
  std::function<QImage(int)> picture_;
  double left_ = -1, right_ = 1, bottom_ = -1, top_ = 1;  // what the plot shows
  QPixmap drawn_;                                         // everything but the selection
  int selected_ = -1, highlighted_ = -1;
};

}  // namespace bypath
