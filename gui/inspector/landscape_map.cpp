#include "gui/inspector/landscape_map.h"

#include <algorithm>
#include <cmath>
#include <QPainter>

#include "gui/inspector/contours.h"
#include "gui/inspector/value_axis.h"
#include "gui/theme/heat_scale.h"
#include "gui/theme/theme.h"

namespace bypath {

namespace {

constexpr int contours = 10;
constexpr double gap = 18, barWidth = 12;

double pixel(double from, double side, size_t step, size_t steps) {
  return std::round(from + side * static_cast<double>(step) / static_cast<double>(steps));
}

}  // namespace

LandscapeMap::LandscapeMap(QWidget* parent) : ReadableChart(parent) {}

void LandscapeMap::setMaps(std::vector<MapPicture> maps) {
  maps_ = std::move(maps);
  std::vector<const std::vector<double>*> losses;
  losses.reserve(maps_.size());
  for (const MapPicture& one : maps_) losses.push_back(&one.landscape.loss);
  range_ = rangeOf(losses);
  forgetSelection();
}

void LandscapeMap::setLogarithmic(bool logarithmic) {
  logarithmic_ = logarithmic;
  update();
}

QColor LandscapeMap::colorOf(double loss) const {
  return std::isfinite(loss) && range_ ? heatColor(range_->share(loss, logarithmic_)) : noHeatColor();
}

int LandscapeMap::count() const {
  size_t points = 0;
  for (const MapPicture& one : maps_) points += one.landscape.loss.size();
  return static_cast<int>(points);
}

// All maps have as many points.
LandscapeMap::Place LandscapeMap::placeOf(int index) const {
  const size_t columns = maps_[0].landscape.columns(), each = columns * columns;
  const auto i = static_cast<size_t>(index);
  return {.map = i / each, .row = i % each / columns, .column = i % columns};
}

int LandscapeMap::indexOf(const Place& place) const {
  const size_t columns = maps_[0].landscape.columns();
  return static_cast<int>((place.map * columns + place.row) * columns + place.column);
}

double LandscapeMap::legendWidth() const {
  return QFontMetricsF(font()).horizontalAdvance(QStringLiteral("1.23e+10")) + barWidth + 8;
}

// What a map has for itself, its title and its numbers; the legend stands behind the last.
QRectF LandscapeMap::slot(size_t map) const {
  constexpr double widest = 300;
  const auto n = static_cast<double>(maps_.size());
  const double each = std::min((width() - legendWidth() - gap) / n, std::max<double>(widest, height()));
  const double left = std::max(0.0, (width() - n * each - legendWidth() - gap) / 2);
  return {left + static_cast<double>(map) * each, 0, each, static_cast<double>(height())};
}

QRectF LandscapeMap::square(size_t map) const {
  const QFontMetricsF metrics(font());
  const double numbers = metrics.horizontalAdvance(QStringLiteral("−0.25")) + 6;
  const double above = std::round(metrics.height() + 6), below = metrics.height() + 4;
  const QRectF room = slot(map);
  const double side =
      std::max(10.0, std::floor(std::min(room.height() - above - below, room.width() - numbers - gap)));
  return {std::round(room.left() + numbers + (room.width() - numbers - side) / 2), above, side, side};
}

QRectF LandscapeMap::cell(size_t map, size_t row, size_t column) const {
  const QRectF area = square(map);
  const size_t n = maps_[map].landscape.columns();
  const double left = pixel(area.left(), area.width(), column, n),
               right = pixel(area.left(), area.width(), column + 1, n),
               top = pixel(area.top(), area.height(), n - 1 - row, n),
               bottom = pixel(area.top(), area.height(), n - row, n);
  return {left, top, right - left, bottom - top};
}

int LandscapeMap::indexAt(const QPointF& position) const {
  for (size_t map = 0; map < maps_.size(); ++map) {
    const QRectF area = square(map);
    if (!area.contains(position)) continue;
    const auto n = static_cast<double>(maps_[map].landscape.columns());
    const auto step = [n](double share) { return static_cast<size_t>(std::clamp(share * n, 0.0, n - 1)); };
    return indexOf({.map = map,
                    .row = step((area.bottom() - position.y()) / area.height()),
                    .column = step((position.x() - area.left()) / area.width())});
  }
  return -1;
}

QString LandscapeMap::readingOf(int index) const {
  const auto [map, row, column] = placeOf(index);
  const MapPicture& one = maps_[map];
  const double loss = one.landscape.at(one.landscape.loss, row, column);
  QString text = tr("%1, alpha %2, beta %3: ")
                     .arg(one.title, axisText(one.landscape.axis[column]), axisText(one.landscape.axis[row]));
  if (!std::isfinite(loss)) return text + tr("no finite loss.");
  text += tr("loss %1").arg(QString::number(loss, 'g', 4));
  if (!one.landscape.accuracy.empty())
    if (const double accuracy = one.landscape.at(one.landscape.accuracy, row, column);
        std::isfinite(accuracy))
      text += tr(", accuracy %1\u00a0%").arg(accuracy * 100, 0, 'f', 1);
  return text + QLatin1Char('.');
}

int LandscapeMap::moved(int key) const {
  const size_t last = maps_[0].landscape.columns() - 1;
  Place place = selected() < 0 ? Place{0, last / 2, last / 2} : placeOf(selected());
  switch (key) {
    case Qt::Key_Home:
      place = {place.map, last / 2, last / 2};
      break;
    case Qt::Key_Up:
      if (selected() >= 0) place.row = std::min(place.row + 1, last);
      break;
    case Qt::Key_Down:
      if (selected() >= 0 && place.row > 0) --place.row;
      break;
    case Qt::Key_Right:
      if (selected() < 0) break;
      if (place.column < last)
        ++place.column;
      else if (place.map + 1 < maps_.size())
        place = {place.map + 1, place.row, 0};
      break;
    case Qt::Key_Left:
      if (selected() < 0) break;
      if (place.column > 0)
        --place.column;
      else if (place.map > 0)
        place = {place.map - 1, place.row, last};
      break;
    default:
      return notMoved;
  }
  return indexOf(place);
}

void LandscapeMap::paint(QPainter& painter, bool marks) const {
  if (maps_.empty()) return;
  painter.setFont(font());
  for (size_t map = 0; map < maps_.size(); ++map) {
    paintMap(painter, map);
    paintContours(painter, map);
    paintAxes(painter, map);
  }
  if (range_) paintLegend(painter);
  if (marks && selected() >= 0) paintSelected(painter);
}

void LandscapeMap::paintMap(QPainter& painter, size_t map) const {
  const Landscape& one = maps_[map].landscape;
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing, false);
  for (size_t row = 0; row < one.rows(); ++row)
    for (size_t column = 0; column < one.columns(); ++column) {
      const double loss = one.at(one.loss, row, column);
      painter.fillRect(cell(map, row, column), colorOf(loss));
      if (!std::isfinite(loss))
        painter.fillRect(cell(map, row, column), QBrush(theme().textMuted, Qt::BDiagPattern));
    }
  painter.restore();
}

void LandscapeMap::paintContours(QPainter& painter, size_t map) const {
  if (!range_) return;
  const Landscape& one = maps_[map].landscape;
  std::vector<double> shares;
  shares.reserve(one.loss.size());
  for (const double loss : one.loss)
    shares.push_back(std::isfinite(loss) ? range_->share(loss, logarithmic_) : loss);
  const QRectF area = square(map);
  const double pitch = area.width() / static_cast<double>(one.columns());
  const auto onMap = [&](const QPointF& at) {
    return QPointF(area.left() + (at.x() + 0.5) * pitch, area.bottom() - (at.y() + 0.5) * pitch);
  };
  for (int level = 1; level < contours; ++level) {
    const double share = static_cast<double>(level) / contours;
    QColor ink = heatInk(share);
    ink.setAlphaF(0.55F);
    painter.setPen(QPen(ink, 1));
    for (const QLineF& piece : contourLines({shares, static_cast<int>(one.columns())}, share))
      painter.drawLine(onMap(piece.p1()), onMap(piece.p2()));
  }
}

void LandscapeMap::paintAxes(QPainter& painter, size_t map) const {
  const Theme& t = theme();
  const QFontMetricsF metrics(font());
  const QRectF area = square(map);
  const std::vector<double>& axis = maps_[map].landscape.axis;
  painter.setBrush(Qt::NoBrush);
  painter.setPen(QPen(t.border, 1));
  painter.drawRect(area.adjusted(-0.5, -0.5, 0.5, 0.5));
  // The network itself: seen on any colour.
  for (const auto& [color, width] : {std::pair{QColor(Qt::black), 3.0}, std::pair{QColor(Qt::white), 1.5}}) {
    painter.setPen(QPen(color, width));
    painter.drawEllipse(area.center(), 4, 4);
  }
  painter.setPen(t.text);
  const QRectF room = slot(map);
  const QString title = metrics.elidedText(maps_[map].title, Qt::ElideMiddle, room.width() - gap);
  const double half = std::min(metrics.horizontalAdvance(title) / 2 + 1, room.width() / 2);
  const double middle = std::clamp(area.center().x(), room.left() + half, room.right() - half);
  painter.drawText(QRectF(middle - half, 2, 2 * half, metrics.height()), Qt::AlignCenter, title);
  painter.setPen(t.textMuted);
  const QString ends[] = {axisText(axis.front()), QStringLiteral("0"), axisText(axis.back())};
  const Qt::Alignment across[] = {Qt::AlignLeft, Qt::AlignHCenter, Qt::AlignRight};
  const Qt::Alignment upright[] = {Qt::AlignBottom, Qt::AlignVCenter, Qt::AlignTop};
  for (int i = 0; i < 3; ++i) {
    painter.drawText(QRectF(area.left(), area.bottom() + 3, area.width(), metrics.height()),
                     across[i] | Qt::AlignVCenter, ends[i]);
    painter.drawText(QRectF(area.left() - 66, area.top(), 60, area.height()), Qt::AlignRight | upright[i],
                     ends[i]);
  }
}

void LandscapeMap::paintLegend(QPainter& painter) const {
  const Theme& t = theme();
  const QFontMetricsF metrics(font());
  const QRectF last = square(maps_.size() - 1);
  const QRectF bar(slot(maps_.size() - 1).right() + gap, last.top(), barWidth, last.height());
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing, false);
  const int steps = std::max(1, static_cast<int>(bar.height()));
  for (int i = 0; i < steps; ++i)
    painter.fillRect(QRectF(bar.left(), bar.top() + i, bar.width(), 1), heatColor(1 - (i + 0.5) / steps));
  painter.restore();
  painter.setPen(t.text);
  painter.drawText(QPointF(bar.left(), 2 + metrics.ascent()), tr("loss"));
  painter.setPen(t.textMuted);
  const int numbers = std::clamp(static_cast<int>(bar.height() / (metrics.height() * 2)), 1, 4);
  for (int i = 0; i <= numbers; ++i) {
    const double share = static_cast<double>(i) / numbers;
    const double middle = std::clamp(bar.bottom() - share * bar.height(), bar.top() + metrics.height() / 2,
                                     bar.bottom() - metrics.height() / 2);
    painter.drawText(QRectF(bar.right() + 5, middle - metrics.height() / 2, 120, metrics.height()),
                     Qt::AlignLeft | Qt::AlignVCenter, axisText(range_->value(share, logarithmic_)));
  }
}

void LandscapeMap::paintSelected(QPainter& painter) const {
  const auto [map, row, column] = placeOf(selected());
  const QRectF at = cell(map, row, column);
  painter.setBrush(Qt::NoBrush);
  painter.setPen(QPen(Qt::black, 3));
  painter.drawRect(at);
  painter.setPen(QPen(Qt::white, 1.5));
  painter.drawRect(at);
}

QByteArray LandscapeMap::csv() const {
  std::vector<NamedLandscape> all;
  all.reserve(maps_.size());
  for (const MapPicture& one : maps_) all.push_back({one.title.toStdString(), &one.landscape});
  return QByteArray::fromStdString(landscapeCsv(all));
}

}  // namespace bypath
