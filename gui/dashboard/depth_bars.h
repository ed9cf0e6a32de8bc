// Bars in order of depth, the input on the left, on a logarithmic axis: one or several values for every layer
// or block. From a handful to thousands: narrower than a pixel, bars that share a pixel are drawn as their
// tallest.
//
//   bars->setBars({"stem/conv", "stage1/block1"}, {{tr("shortcut"), &Theme::shortcut, {0.3, 0.1}}, ...});
#pragma once

#include <QStringList>
#include <QWidget>
#include <vector>

#include "core/base/result.h"
#include "gui/figures/figure_file.h"
#include "gui/theme/theme.h"

namespace bypath {

struct BarSeries {
  QString name;
  QColor Theme::*role;
  std::vector<double> values;  // one a path; not negative
};

class DepthBars : public QWidget {
  Q_OBJECT
 public:
  explicit DepthBars(QWidget* parent = nullptr);

  void setBars(const QStringList& paths, const std::vector<BarSeries>& series);
  const QStringList& paths() const { return paths_; }
  const std::vector<BarSeries>& series() const { return series_; }
  // Height in pixels of a bar as drawn; 0 for a value of 0. For tests.
  double barHeight(int index, int series) const;
  // A picture of them, or their numbers; a right click offers it.
  Result<void> exportTo(const QString& path) const;
  // The bars alone, at the size of the widget, which must outlive it.
  Figure figure() const;
  // What the tooltip at that place says; empty outside the bars.
  QString textAt(const QPoint& position) const;

  QSize sizeHint() const override { return {480, 180}; }
  QSize minimumSizeHint() const override { return {200, 90}; }

 Q_SIGNALS:
  void activated(const QString& path);     // a bar was clicked
  void exported(const QString& sentence);  // what came of it

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void contextMenuEvent(QContextMenuEvent* event) override;

 private:
  void paint(QPainter& painter) const;
  QByteArray csv() const;
  QRectF plot() const;
  double pitch() const;
  int indexAt(const QPoint& position) const;
  double top(double value, const QRectF& plot) const;
  void paintAxis(QPainter& painter, const QRectF& plot) const;
  void paintBars(QPainter& painter, const QRectF& plot) const;
  void paintNames(QPainter& painter, const QRectF& plot) const;

  QStringList paths_;
  std::vector<BarSeries> series_;
  int lowest_ = -1;  // powers of ten at the ends of the axis
  int highest_ = 0;
  int hover_ = -1;
};

}  // namespace bypath
