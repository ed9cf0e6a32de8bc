#include "gui/canvas/figure_export.h"

#include <cmath>
#include <memory>
#include <QPainter>
#include <QStyleOptionGraphicsItem>

#include "gui/canvas/network_scene.h"
#include "gui/figures/figure_file.h"
#include "gui/theme/theme.h"

namespace bypath {

namespace {

constexpr double margin = 8;  // around what the items may paint on

// A second scene of the same document, so that neither pointer, selection nor a running drag is in the
// figure, and so that the gradients' colours are those of paper.
class Drawing {
 public:
  explicit Drawing(const NetworkScene& shown) : scene_(shown.editor()) {
    scene_.open(shown.view().path);
    scene_.showMarksOf(shown);
    QRectF ink;
    for (const QGraphicsItem* item : scene_.items())
      if (item->isVisible()) ink |= item->sceneBoundingRect();
    ink.adjust(-margin, -margin, margin, margin);
    // Pages are counted in whole points, four pixels to three of them.
    const auto whole = [](double length) { return int(std::ceil(length / 4)) * 4; };
    size_ = QSize(whole(ink.width()), whole(ink.height()));
    corner_ = ink.center() - QPointF(size_.width(), size_.height()) / 2;
  }

  bool empty() const { return scene_.nodes().empty(); }
  QSize size() const { return size_; }
  QString title() const {
    QString title = QString::fromStdString(scene_.editor().project().network.name);
    if (!scene_.view().path.empty()) title += ": " + QString::fromStdString(scene_.view().path);
    return title;
  }

  // The painter's unit is a pixel at 100 %.
  void paint(QPainter& painter) const {
    painter.translate(-corner_);
    QStyleOptionGraphicsItem plain;  // neither selected nor under the pointer
    for (QGraphicsItem* item : scene_.items(Qt::AscendingOrder)) {
      if (!item->isVisible()) continue;
      painter.save();
      painter.translate(item->scenePos());
      item->paint(&painter, &plain, nullptr);
      painter.restore();
    }
  }

 private:
  NetworkScene scene_;
  QSize size_;
  QPointF corner_;
};

}  // namespace

Result<Figure> networkFigure(const NetworkScene& shown) {
  const auto drawing = std::make_shared<const Drawing>(shown);
  if (drawing->empty()) return Error{ErrorKind::usage, "There is nothing on the canvas to make a figure of"};
  return Figure{.size = drawing->size(),
                .title = drawing->title(),
                .paint = [drawing](QPainter& painter) { drawing->paint(painter); },
                .titled = false,
                .ground = Qt::white};
}

Result<void> exportFigure(const NetworkScene& shown, const QString& path) {
  const PaperTheme paper;
  const Result<Figure> figure = networkFigure(shown);
  if (!figure) return figure.error();
  return writeFigure(*figure, path);
}

}  // namespace bypath
