#include "gui/report/report_figures.h"

#include <algorithm>
#include <memory>
#include <QApplication>
#include <QChart>
#include <QGraphicsLayout>
#include <QPainter>

#include "gui/canvas/figure_export.h"
#include "gui/canvas/network_picture.h"
#include "gui/dashboard/curve_view.h"
#include "gui/dashboard/depth_bars.h"
#include "gui/dashboard/frame_image.h"
#include "gui/report/report_text.h"
#include "gui/theme/theme.h"

namespace bypath {

namespace {

constexpr QSize chartSize{720, 250}, barsSize{720, 230};
constexpr int tile = 72, gap = 8, tilesInRow = 9, labelHeight = 28;
constexpr int sharper = 4;  // pixels of a file for one of the image, so that readers do not blur them

struct Tile {
  QImage image;
  QString label{}, second{};
  bool bad = false;
};

QFont labelFont() {
  QFont font = QApplication::font();
  font.setPixelSize(10);
  return font;
}

void paintTile(QPainter& painter, const Tile& one, const QPoint& corner) {
  const QImage image = one.image.scaled(one.image.size() * sharper);
  const QSize fitting = image.size().scaled(tile, tile, Qt::KeepAspectRatio);
  const QRect place(corner + QPoint((tile - fitting.width()) / 2, 0), fitting);
  painter.drawImage(place, image);
  painter.setPen(QPen(theme().border, 1));
  painter.setBrush(Qt::NoBrush);
  painter.drawRect(QRectF(place).adjusted(-0.5, -0.5, 0.5, 0.5));
  if (one.label.isEmpty()) return;
  painter.setFont(labelFont());
  const QFontMetrics metrics(labelFont());
  const QRect text(corner.x() - gap / 2, corner.y() + tile + 2, tile + gap, metrics.height());
  painter.setPen(one.bad ? theme().error : theme().text);
  painter.drawText(text, Qt::AlignCenter, metrics.elidedText(one.label, Qt::ElideRight, text.width()));
  painter.setPen(theme().textMuted);
  painter.drawText(text.translated(0, metrics.height()), Qt::AlignCenter,
                   metrics.elidedText(one.second, Qt::ElideRight, text.width()));
}

// Rows of tiles from the left.
Figure tileFigure(std::vector<Tile> tiles, int columns) {
  const bool labelled = std::ranges::any_of(tiles, [](const Tile& one) { return !one.label.isEmpty(); });
  const int height = tile + gap + (labelled ? labelHeight : 0);
  const int rows = (static_cast<int>(tiles.size()) + columns - 1) / columns;
  return {.size = QSize(columns * (tile + gap), rows * height),
          .title = {},
          .paint =
              [tiles = std::move(tiles), columns, height](QPainter& painter) {
                for (size_t i = 0; i < tiles.size(); ++i) {
                  const int at = static_cast<int>(i);
                  paintTile(painter, tiles[i],
                            QPoint(at % columns * (tile + gap) + gap / 2, at / columns * height + 1));
                }
              },
          .titled = false,
          .ground = Qt::white};
}

std::vector<Tile> tilesOf(const std::vector<FrameImage>& images, size_t most) {
  std::vector<Tile> tiles;
  for (size_t i = 0; i < std::min(images.size(), most); ++i)
    if (QImage image = toImage(images[i]); !image.isNull()) tiles.push_back({std::move(image)});
  return tiles;
}

std::optional<Figure> barsFigure(const QStringList& paths, const std::vector<BarSeries>& series) {
  if (paths.isEmpty()) return {};
  const auto bars = std::make_shared<DepthBars>();
  bars->resize(barsSize);
  bars->setBars(paths, series);
  Figure figure = bars->figure();
  figure.paint = [bars, paint = std::move(figure.paint)](QPainter& painter) { paint(painter); };
  figure.csv = {};
  figure.titled = false;
  figure.ground = Qt::white;
  return figure;
}

QString className(const InspectionFrame& frame, int number) {
  const auto index = static_cast<size_t>(number);
  return index < frame.classes.size() ? QString::fromStdString(frame.classes[index])
                                      : QString::number(number);
}

// Lets the chart place its axes, which otherwise happens when the window is next idle.
void settle(CurveView& view) {
  for (int i = 0; i < 2; ++i) {
    QCoreApplication::sendPostedEvents(&view);
    QCoreApplication::sendPostedEvents(view.chart());
    view.chart()->layout()->activate();
  }
}

}  // namespace

std::optional<Figure> networkFigureOf(const RunRecord& record, const LayerCatalog& layers) {
  if (!record.project) return {};
  const auto picture = std::make_shared<NetworkPicture>(layers);
  picture->setProject(*record.project);
  if (record.lastLook) picture->showFlow(*record.lastLook);
  Result<Figure> figure = networkFigure(picture->network());
  if (!figure) return {};
  figure->paint = [picture, paint = std::move(figure->paint)](QPainter& painter) { paint(painter); };
  return *figure;
}

std::optional<Figure> curveFigureOf(const RunCurves& curves, const std::string& quantity) {
  const CurvePoints &training = curves.points(quantity), &validation = curves.points("val_" + quantity);
  // A single point is a number, not a curve.
  if (training.size() < 2 && validation.size() < 2) return {};
  std::vector<DrawnCurve> drawn;
  if (!training.empty())
    drawn.push_back({validation.empty() ? quantityTitle(quantity) : ReportText::tr("training"), training,
                     theme().series[0], false, false});
  if (!validation.empty())
    drawn.push_back({ReportText::tr("validation"), validation, theme().series[1], true, true});
  const auto view = std::make_shared<CurveView>();
  view->setAttribute(Qt::WA_DontShowOnScreen);
  view->resize(chartSize);
  view->show();  // for its layout; nobody sees it
  view->draw(drawn, curves.marks(), false);
  settle(*view);
  return Figure{
      .size = chartSize,
      .title = {},
      .paint =
          [view](QPainter& painter) { view->render(&painter, QRectF(QPointF(), chartSize), view->rect()); },
      .titled = false,
      .ground = Qt::white};
}

std::optional<Figure> layerGradientFigure(const ProbeRecord& record) {
  QStringList paths;
  BarSeries norms{ReportText::tr("gradient norm, step %1").arg(record.step), &Theme::accent, {}};
  for (const LayerGradient& layer : record.layers) {
    paths << QString::fromStdString(layer.path);
    norms.values.push_back(layer.norm);
  }
  return barsFigure(paths, {norms});
}

std::optional<Figure> shortcutFigure(const ProbeRecord& record) {
  QStringList paths;
  BarSeries shortcut{ReportText::tr("through the shortcut"), &Theme::shortcut, {}};
  BarSeries branch{ReportText::tr("through the branch"), &Theme::branch, {}};
  for (const ShortcutFlow& flow : record.shortcuts) {
    paths << QString::fromStdString(flow.path);
    shortcut.values.push_back(flow.shortcutNorm);
    branch.values.push_back(flow.branchNorm);
  }
  return barsFigure(paths, {shortcut, branch});
}

std::optional<Figure> predictionFigure(const InspectionFrame& frame) {
  std::vector<Tile> tiles;
  for (const FramePrediction& one : frame.predictions) {
    QImage image = toImage(one.image);
    if (image.isNull()) continue;
    const bool right = one.label == one.predicted;
    const auto predicted = static_cast<size_t>(one.predicted);
    const double share = predicted < one.probabilities.size() ? one.probabilities[predicted] : 0;
    tiles.push_back({std::move(image), className(frame, one.predicted),
                     right ? ReportText::tr("%1 %").arg(100 * share, 0, 'f', 0)
                           : ReportText::tr("is %1").arg(className(frame, one.label)),
                     !right});
  }
  if (tiles.empty()) return {};
  return tileFigure(std::move(tiles), 8);
}

std::optional<Figure> reconstructionFigure(const InspectionFrame& frame) {
  std::vector<Tile> tiles = tilesOf(frame.originals, tilesInRow);
  std::vector<Tile> made = tilesOf(frame.reconstructions, tilesInRow);
  if (tiles.empty() || tiles.size() != made.size()) return {};
  const int columns = static_cast<int>(tiles.size());
  tiles.insert(tiles.end(), std::make_move_iterator(made.begin()), std::make_move_iterator(made.end()));
  return tileFigure(std::move(tiles), columns);
}

std::optional<Figure> sampleFigure(const InspectionFrame& frame) {
  std::vector<Tile> tiles = tilesOf(frame.samples, 16);
  if (tiles.empty()) return {};
  return tileFigure(std::move(tiles), 8);
}

}  // namespace bypath
