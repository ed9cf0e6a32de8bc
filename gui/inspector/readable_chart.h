// A chart one of whose parts is selected and read out: by the mouse over it, or with the arrow keys. What is
// painted can be saved as a figure. A chart says what its parts are and how they look.
//
//   connect(bars, &ReadableChart::selectedChanged, page, [=] { page->setReading(bars->reading()); });
//   bars->exportTo("paths.svg", tr("Lengths"));
#pragma once

#include <QWidget>

#include "core/base/result.h"

namespace bypath {

class ReadableChart : public QWidget {
  Q_OBJECT
 public:
  explicit ReadableChart(QWidget* parent = nullptr);

  void select(int index);  // -1: none
  int selected() const { return selected_; }
  QString reading() const;  // of what is selected; empty without
  // The ending of the path chooses: .png, .svg, .pdf, .csv.
  Result<void> exportTo(const QString& path, const QString& title) const;

  QSize sizeHint() const override { return {480, 180}; }
  QSize minimumSizeHint() const override { return {200, 90}; }

 Q_SIGNALS:
  void selectedChanged(int index);
  void activated(int index);  // clicked, or Enter

 protected:
  virtual int count() const = 0;
  virtual int indexAt(const QPointF& position) const = 0;  // -1: none there
  virtual QString readingOf(int index) const = 0;
  virtual void paint(QPainter& painter, bool marks) const = 0;  // marks: what is selected
  virtual QByteArray csv() const = 0;
  // Where a key leads from what is selected (-1: nothing is); nothing for other keys.
  virtual int moved(int key) const;
  static constexpr int notMoved = -2;

  void forgetSelection();  // the parts are others now
  void setCursorOver(Qt::CursorShape shape) { over_ = shape; }

  void paintEvent(QPaintEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  bool event(QEvent* event) override;  // the tooltip

 private:
  Qt::CursorShape over_ = Qt::CrossCursor;
  int selected_ = -1;
};

}  // namespace bypath
