#include "gui/inspector/unravelled_view.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <QPainter>

#include "gui/figures/figure_file.h"
#include "gui/inspector/value_axis.h"
#include "gui/theme/theme.h"

namespace bypath {

namespace {

constexpr double left = 62, right = 8, gap = 14;
constexpr double tracksShare = 0.62, normShare = 0.17;  // of the width; the shares take the rest

QString percent(double share) {
  return UnravelledView::tr("%1 %").arg(axisText(share * 100));
}

// Shorter: to a tenth.
QString endText(double share) {
  return percent(std::round(share * 1000) / 1000);
}

// "a, b and c"
QString listed(QStringList names) {
  const QString last = names.takeLast();
  return names.isEmpty() ? last : UnravelledView::tr("%1 and %2").arg(names.join(QStringLiteral(", ")), last);
}

}  // namespace

UnravelledView::UnravelledView(QWidget* parent) : ReadableChart(parent) {
  setAccessibleName(tr("Every path of the gradient"));
}

void UnravelledView::setPaths(const Unravelled& found) {
  found_ = found;
  nothing_.clear();
  most_ = least_ = strongest_ = 0;
  for (const GradientPath& one : found_.paths) {
    most_ = std::max(most_, one.share);
    least_ = std::min(least_, one.share);
    strongest_ = std::max(strongest_, one.norm);
  }
  sort();
}

void UnravelledView::setNothing(const QString& why) {
  setPaths({});
  nothing_ = why;
}

void UnravelledView::sortBy(Order order) {
  order_ = order;
  sort();
}

void UnravelledView::sort() {
  rows_.resize(found_.paths.size());
  std::iota(rows_.begin(), rows_.end(), size_t{0});
  const std::vector<GradientPath>& all = found_.paths;
  std::ranges::stable_sort(rows_, [&](size_t a, size_t b) {
    switch (order_) {
      case Order::length:
        return all[a].length < all[b].length;
      case Order::share:
        return all[a].share > all[b].share;
      case Order::norm:
        return all[a].norm > all[b].norm;
    }
    return false;
  });
  forgetSelection();
}

const GradientPath& UnravelledView::path(int row) const {
  return found_.paths[rows_[static_cast<size_t>(row)]];
}

QRectF UnravelledView::rows() const {
  const double line = fontMetrics().height();
  return QRectF(rect()).adjusted(left, line + 8, -right, -line - 8);
}

double UnravelledView::tracksEnd() const {
  return rows().left() + rows().width() * tracksShare;
}

QRectF UnravelledView::bars(bool share) const {
  const QRectF all = rows();
  const double middle = tracksEnd() + all.width() * normShare;
  return share ? QRectF(middle + gap, all.top(), all.right() - middle - gap, all.height())
               : QRectF(tracksEnd() + gap, all.top(), middle - tracksEnd() - gap, all.height());
}

QRectF UnravelledView::row(int row) const {
  const QRectF all = rows();
  const double height = all.height() / count();
  return {all.left(), all.top() + row * height, all.width(), height};
}

QRectF UnravelledView::box(int row, int block) const {
  const QRectF all = this->row(row);
  const double pitch = (tracksEnd() - all.left()) / static_cast<double>(found_.blocks.size());
  constexpr double share = 0.5, most = 22;
  const double width = std::min(pitch * share, 96.0),
               height = std::min(std::max(all.height() * 0.72, all.height() - 5), most);
  return {all.left() + (block + 0.5) * pitch - width / 2, all.center().y() - height / 2, width, height};
}

QRectF UnravelledView::bar(int row, bool share) const {
  const QRectF room = bars(share), all = this->row(row);
  const double low = share ? least_ : 0, high = share ? most_ : strongest_;
  const double span = high > low ? high - low : 1;
  const auto x = [&](double value) { return room.left() + (value - low) / span * room.width(); };
  const double from = x(0), to = x(share ? path(row).share : path(row).norm);
  constexpr double most = 18;
  const double height = std::min(std::max(all.height() * 0.7, all.height() - 4), most);
  return {std::min(from, to), all.center().y() - height / 2, std::max(std::abs(to - from), 0.5), height};
}

int UnravelledView::indexAt(const QPointF& position) const {
  const QRectF all = rows();
  if (count() == 0 || !all.contains(position)) return -1;
  return std::clamp(static_cast<int>((position.y() - all.top()) / all.height() * count()), 0, count() - 1);
}

QString UnravelledView::readingOf(int index) const {
  const GradientPath& one = path(index);
  QStringList taken, passed;
  for (size_t i = 0; i < found_.blocks.size(); ++i)
    (one.goesThrough(i) ? taken : passed) << QString::fromStdString(found_.blocks[i]);
  const QString way = taken.isEmpty()    ? tr("Through the shortcuts alone")
                      : passed.isEmpty() ? tr("Through all %1 branches").arg(taken.size())
                      : taken.size() > passed.size() + 1
                          ? tr("Through all branches but %1").arg(listed(passed))
                          : tr("Through %1").arg(listed(taken));
  return tr("%1: %2 of the gradient, norm %3.").arg(way, percent(one.share), axisText(one.norm));
}

int UnravelledView::moved(int key) const {
  if (key == Qt::Key_Down) return ReadableChart::moved(Qt::Key_Right);
  if (key == Qt::Key_Up) return ReadableChart::moved(Qt::Key_Left);
  return ReadableChart::moved(key);
}

void UnravelledView::paint(QPainter& painter, bool marks) const {
  painter.setFont(font());
  if (count() == 0) {
    painter.setPen(theme().textMuted);
    painter.drawText(QRectF(rect()).adjusted(16, 0, -16, 0), Qt::AlignCenter | Qt::TextWordWrap, nothing_);
    return;
  }
  const bool marked = marks && selected() >= 0;
  if (marked) {
    QColor band = theme().text;
    band.setAlphaF(0.12F);
    painter.fillRect(row(selected()).adjusted(-left + 4, -1, 0, 1), band);
  }
  paintHeads(painter, marked);
  paintLengths(painter);
  for (int i = 0; i < count(); ++i) {
    paintTrack(painter, i);
    paintBars(painter, i);
  }
  painter.setPen(QPen(theme().border, 1));
  for (const bool share : {false, true}) {
    const QRectF room = bars(share);
    const double x =
        share && most_ > least_ ? room.left() - least_ / (most_ - least_) * room.width() : room.left();
    painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom()));
  }
  paintLegend(painter);
}

// Names of the blocks above their columns, those of the selected path marked; and of the bars, with their
// ends.
void UnravelledView::paintHeads(QPainter& painter, bool marked) const {
  const Theme& t = theme();
  const double line = QFontMetricsF(font()).height();
  const double pitch = (tracksEnd() - rows().left()) / static_cast<double>(found_.blocks.size());
  QFont bold = font();
  bold.setBold(true);
  for (int block = 0; block < static_cast<int>(found_.blocks.size()); ++block) {
    const bool taken = marked && path(selected()).goesThrough(static_cast<size_t>(block));
    const QRectF column(rows().left() + block * pitch, rows().top(), pitch, rows().height());
    if (taken) {
      QColor band = t.branch;
      band.setAlphaF(0.12F);
      const double width = box(0, block).width() + 12;
      painter.fillRect(QRectF(column.center().x() - width / 2, 2, width, column.bottom() - 2), band);
    }
    painter.setFont(taken ? bold : font());
    painter.setPen(taken ? t.text : t.textMuted);
    const QString name = QString::fromStdString(found_.blocks[static_cast<size_t>(block)]);
    painter.drawText(QRectF(column.left(), 3, pitch, line), Qt::AlignCenter,
                     QFontMetricsF(painter.font()).elidedText(name, Qt::ElideLeft, pitch - 4));
  }
  painter.setFont(font());
  painter.setPen(t.textMuted);
  painter.drawText(QRectF(4, 3, left - 14, line), Qt::AlignRight,
                   order_ == Order::length ? tr("branches") : tr("path"));
  constexpr double worthSaying = -0.0005;
  const QString shares = least_ < worthSaying ? tr("share, %1 to %2").arg(endText(least_), endText(most_))
                                              : tr("share, to %1").arg(endText(most_));
  for (const bool share : {false, true}) {
    const QRectF room = bars(share);
    const QString text = share ? shares : tr("norm, to %1").arg(axisText(strongest_));
    painter.drawText(QRectF(room.left(), 3, room.width(), line), Qt::AlignLeft,
                     QFontMetricsF(font()).elidedText(text, Qt::ElideRight, room.width()));
  }
}

// By length, a number and a line for each; otherwise the place in the order, where there is room.
void UnravelledView::paintLengths(QPainter& painter) const {
  const Theme& t = theme();
  const double line = QFontMetricsF(font()).height();
  const auto number = [&](double middle, int value) {
    painter.setPen(t.textMuted);
    painter.drawText(QRectF(4, middle - line / 2, left - 14, line), Qt::AlignRight | Qt::AlignVCenter,
                     QString::number(value));
  };
  if (order_ != Order::length) {
    double free = 0;
    for (int i = 0; i < count(); ++i) {
      const double middle = row(i).center().y();
      if (middle - line / 2 < free) continue;
      number(middle, i + 1);
      free = middle + line / 2 + line * 0.4;
    }
    return;
  }
  double free = 0;
  for (int first = 0; first < count();) {
    int last = first;
    while (last + 1 < count() && path(last + 1).length == path(first).length) ++last;
    const double middle = (row(first).top() + row(last).bottom()) / 2;
    if (middle - line / 2 >= free - line * 0.4) {
      number(middle, path(first).length);
      free = middle + line / 2;
    }
    painter.setPen(QPen(t.border, 1));
    if (first > 0)
      painter.drawLine(QPointF(rows().left(), row(first).top()), QPointF(rows().right(), row(first).top()));
    first = last + 1;
  }
}

void UnravelledView::paintTrack(QPainter& painter, int index) const {
  const Theme& t = theme();
  const QRectF all = row(index);
  const GradientPath& one = path(index);
  const double strength = strongest_ > 0 ? std::sqrt(one.norm / strongest_) : 0;
  constexpr double faint = 0.22;
  const auto alpha = static_cast<float>(faint + (1 - faint) * strength);
  QColor way = t.shortcut, branch = t.branch;
  way.setAlphaF(alpha);
  branch.setAlphaF(alpha);
  constexpr double thinnest = 0.8, widest = 4;
  painter.setPen(QPen(way, std::clamp(all.height() * 0.3, thinnest, widest) * (0.4 + 0.6 * strength),
                      Qt::SolidLine, Qt::FlatCap));
  double from = all.left();
  for (int block = 0; block < static_cast<int>(found_.blocks.size()); ++block) {
    if (!one.goesThrough(static_cast<size_t>(block))) continue;
    const QRectF taken = box(index, block);
    painter.drawLine(QPointF(from, all.center().y()), QPointF(taken.left(), all.center().y()));
    painter.fillRect(taken, branch);
    from = taken.right();
  }
  painter.drawLine(QPointF(from, all.center().y()), QPointF(tracksEnd(), all.center().y()));
}

void UnravelledView::paintBars(QPainter& painter, int index) const {
  const Theme& t = theme();
  for (const bool share : {false, true}) {
    QColor fill = t.accent;
    if (share && path(index).share < 0) fill.setAlphaF(0.5F);
    painter.fillRect(bar(index, share), fill);
  }
}

void UnravelledView::paintLegend(QPainter& painter) const {
  const Theme& t = theme();
  const QFontMetricsF metrics(font());
  const double middle = height() - metrics.height() / 2 - 3;
  double x = rows().left();
  const auto word = [&](const QString& text) {
    painter.setPen(t.text);
    painter.drawText(QPointF(x, middle + metrics.ascent() / 2 - 1), text);
    x += metrics.horizontalAdvance(text) + 18;
  };
  painter.fillRect(QRectF(x, middle - 5, 14, 10), t.branch);
  x += 20;
  word(tr("through a branch"));
  painter.setPen(QPen(t.shortcut, 2.5));
  painter.drawLine(QPointF(x, middle), QPointF(x + 18, middle));
  x += 24;
  word(tr("past it"));
  painter.setPen(t.textMuted);
  const QString text = tr("image at the left, loss at the right; the stronger, the larger the norm");
  painter.drawText(QPointF(x, middle + metrics.ascent() / 2 - 1),
                   metrics.elidedText(text, Qt::ElideRight, rows().right() - x));
}

QByteArray UnravelledView::csv() const {
  QByteArray text;
  for (const std::string& block : found_.blocks) text += csvText(QString::fromStdString(block)) + ',';
  text += "length,norm,share\n";
  for (int i = 0; i < count(); ++i) {
    const GradientPath& one = path(i);
    for (size_t block = 0; block < found_.blocks.size(); ++block)
      text += one.goesThrough(block) ? "1," : "0,";
    text += QByteArray::number(one.length) + ',' + QByteArray::number(one.norm, 'g', 17) + ',' +
            QByteArray::number(one.share, 'g', 17) + '\n';
  }
  return text;
}

}  // namespace bypath
