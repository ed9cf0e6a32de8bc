// The unravelled view of a residual network (Veit 2016, figure 1): a row for each path of the gradient, from
// the image to the loss, with a box for every branch it goes through; the stronger, the larger its gradient.
// Beside it stand its norm and its share of the whole as bars.
//
//   view->setPaths(*unravelled);
//   view->sortBy(UnravelledView::Order::share);
#pragma once

#include "core/inspection/unravelled.h"
#include "gui/inspector/readable_chart.h"

namespace bypath {

class UnravelledView : public ReadableChart {
  Q_OBJECT
 public:
  enum class Order { length, share, norm };
  explicit UnravelledView(QWidget* parent = nullptr);

  void setPaths(const Unravelled& found);
  void setNothing(const QString& why);  // in place of the picture
  const QString& nothing() const { return nothing_; }
  void sortBy(Order order);
  const GradientPath& path(int row) const;  // in the order shown
  QRectF row(int row) const;                // from the image to the end of the bars
  QRectF box(int row, int block) const;     // of a block's branch

 protected:
  int count() const override { return static_cast<int>(rows_.size()); }
  int indexAt(const QPointF& position) const override;
  QString readingOf(int index) const override;
  void paint(QPainter& painter, bool marks) const override;
  QByteArray csv() const override;
  int moved(int key) const override;

 private:
  void sort();
  QRectF rows() const;
  double tracksEnd() const;
  QRectF bars(bool share) const;  // the column of the one or the other
  QRectF bar(int row, bool share) const;
  void paintHeads(QPainter& painter, bool marks) const;
  void paintLengths(QPainter& painter) const;
  void paintTrack(QPainter& painter, int row) const;
  void paintBars(QPainter& painter, int row) const;
  void paintLegend(QPainter& painter) const;

  Unravelled found_;
  std::vector<size_t> rows_;  // of found_.paths
  Order order_ = Order::length;
  double most_ = 0, least_ = 0, strongest_ = 0;  // shares, least_ not above 0; norm
  QString nothing_;
};

}  // namespace bypath
