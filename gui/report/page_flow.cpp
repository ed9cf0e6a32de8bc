#include "gui/report/page_flow.h"

#include <algorithm>
#include <numeric>
#include <QApplication>
#include <QPageSize>
#include <QTextLayout>

#include "gui/report/report_text.h"
#include "gui/theme/theme.h"

namespace bypath {

namespace {

constexpr int pixelsPerInch = 96;
constexpr double pageWidth = 794, pageHeight = 1123;  // A4
constexpr double margin = 54, footHeight = 28;
constexpr double columnGap = 14, cellPadding = 3;
constexpr int wrapped = Qt::TextWordWrap | Qt::TextWrapAnywhere;

}  // namespace

PageFlow::PageFlow(QIODevice& device, const QString& title) : writer_(&device), title_(title), y_(margin) {
  writer_.setTitle(title);
  writer_.setCreator(QStringLiteral("Bypath"));
  writer_.setPageSize(QPageSize(QPageSize::A4));
  writer_.setPageMargins({});
  writer_.setResolution(pixelsPerInch);
  painter_.begin(&writer_);
  painter_.setRenderHint(QPainter::Antialiasing);
  painter_.setRenderHint(QPainter::SmoothPixmapTransform);
}

PageFlow::~PageFlow() {
  foot();
  painter_.end();
}

QFont PageFlow::fontOf(const TextLook& look) {
  QFont font = QApplication::font();
  font.setPixelSize(look.pixels);
  font.setWeight(look.bold ? QFont::DemiBold : QFont::Normal);
  font.setHintingPreference(QFont::PreferNoHinting);
  return font;
}

double PageFlow::width() const {
  return pageWidth - 2 * margin;
}
double PageFlow::bottom() const {
  return pageHeight - margin - footHeight;
}

void PageFlow::foot() {
  painter_.setFont(fontOf({.pixels = 9}));
  painter_.setPen(theme().textMuted);
  const QRectF place(margin, pageHeight - margin - 12, width(), 14);
  painter_.drawText(place, Qt::AlignLeft | Qt::AlignVCenter,
                    ReportText::tr("%1  ·  written by Bypath").arg(title_));
  painter_.drawText(place, Qt::AlignRight | Qt::AlignVCenter, QString::number(page_));
}

void PageFlow::nextPage() {
  foot();
  writer_.newPage();
  ++page_;
  y_ = margin;
}

void PageFlow::space(double height) {
  if (y_ > margin) y_ += height;
}

void PageFlow::keep(double height) {
  if (y_ > margin && y_ + height > bottom()) nextPage();
}

void PageFlow::line() {
  if (y_ <= margin) return;
  painter_.setPen(QPen(theme().border, 0.75));
  painter_.drawLine(QPointF(margin, y_), QPointF(margin + width(), y_));
}

void PageFlow::text(const QString& text, const TextLook& look) {
  for (const QString& paragraph : text.split(QLatin1Char('\n'))) {
    QTextLayout layout(paragraph, fontOf(look), &writer_);
    QTextOption option;
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    layout.setTextOption(option);
    layout.beginLayout();
    for (QTextLine one = layout.createLine(); one.isValid(); one = layout.createLine())
      one.setLineWidth(width());
    layout.endLayout();
    painter_.setPen(look.color.isValid() ? look.color : theme().text);
    for (int i = 0; i < layout.lineCount(); ++i) {
      const QTextLine one = layout.lineAt(i);
      keep(one.height());
      one.draw(&painter_, QPointF(margin, y_ - one.y()));
      y_ += one.height() * 1.15;
    }
  }
}

double PageFlow::heightOf(const Figure& figure) const {
  const double room = bottom() - margin - 60;  // with its caption
  const double scale = std::min({1.0, width() / figure.size.width(), room / figure.size.height()});
  return figure.size.height() * scale;
}

void PageFlow::picture(const Figure& figure) {
  const double height = heightOf(figure), scale = height / figure.size.height();
  keep(height);
  painter_.save();
  painter_.translate(margin + (width() - figure.size.width() * scale) / 2, y_);
  painter_.scale(scale, scale);
  painter_.setClipRect(QRect({}, figure.size));
  figure.paint(painter_);
  painter_.restore();
  y_ += height;
}

void PageFlow::facts(const std::vector<ReportFact>& facts) {
  const TextLook small{.pixels = 9, .color = theme().textMuted}, large{.pixels = 15, .bold = true};
  const QFontMetricsF names(fontOf(small), &writer_), values(fontOf(large), &writer_);
  const double height = names.height() + values.height() + 4;
  double x = margin;
  keep(height);
  for (const ReportFact& fact : facts) {
    const double wide = std::max(names.horizontalAdvance(fact.name), values.horizontalAdvance(fact.value));
    if (x > margin && x + wide > margin + width()) {
      x = margin;
      y_ += height + 8;
      keep(height);
    }
    painter_.setFont(fontOf(small));
    painter_.setPen(small.color);
    painter_.drawText(QPointF(x, y_ + names.ascent()), fact.name);
    painter_.setFont(fontOf(large));
    painter_.setPen(theme().text);
    painter_.drawText(QPointF(x, y_ + names.height() + 2 + values.ascent()), fact.value);
    x += wide + 28;
  }
  y_ += height;
}

// As wide as the widest text; what is missing is taken from the widest, what is left is shared out.
std::vector<double> PageFlow::columnsOf(const ReportTable& table) const {
  const QFontMetricsF metrics(fontOf({.pixels = 10, .bold = true}), &writer_);
  std::vector<double> columns;
  for (qsizetype i = 0; i < table.header.size(); ++i) {
    double widest = metrics.horizontalAdvance(table.header[i]);
    for (const std::vector<ReportCell>& cells : table.rows)
      if (static_cast<size_t>(i) < cells.size())
        widest = std::max(widest, metrics.horizontalAdvance(cells[static_cast<size_t>(i)].text));
    columns.push_back(widest + 2);
  }
  const double gaps = columnGap * static_cast<double>(columns.size() - 1);
  const double spare = width() - gaps - std::accumulate(columns.begin(), columns.end(), 0.0);
  if (spare < 0)
    *std::ranges::max_element(columns) += spare;
  else if (!table.narrow)
    for (double& column : columns) column += spare / static_cast<double>(columns.size());
  return columns;
}

double PageFlow::heightOf(const Row& row, const std::vector<double>& columns) const {
  const QFontMetricsF metrics(fontOf(row.look), &writer_);
  double height = metrics.height();
  for (size_t i = 0; i < std::min(row.cells.size(), columns.size()); ++i)
    height = std::max(
        height,
        metrics.boundingRect(QRectF(0, 0, columns[i], pageHeight), wrapped, row.cells[i].text).height());
  return height + 2 * cellPadding;
}

void PageFlow::draw(const Row& row, const std::vector<double>& columns) {
  const double height = heightOf(row, columns);
  double x = margin;
  for (size_t i = 0; i < std::min(row.cells.size(), columns.size()); ++i) {
    TextLook look = row.look;
    look.bold = look.bold || row.cells[i].strong;
    painter_.setFont(fontOf(look));
    painter_.setPen(look.color.isValid() ? look.color : theme().text);
    const bool right = i < row.right.size() && row.right[i];
    painter_.drawText(QRectF(x, y_ + cellPadding, columns[i], height - 2 * cellPadding),
                      wrapped | (right ? Qt::AlignRight : Qt::AlignLeft), row.cells[i].text);
    x += columns[i] + columnGap;
  }
  y_ += height;
  painter_.setPen(QPen(theme().border, 0.5));
  painter_.drawLine(QPointF(margin, y_), QPointF(x - columnGap, y_));
}

void PageFlow::table(const ReportTable& table) {
  const std::vector<double> columns = columnsOf(table);
  std::vector<ReportCell> titles;
  for (const QString& title : table.header) titles.push_back({title, true});
  const Row header{titles, {.pixels = 10, .color = theme().textMuted}, table.right};
  const double headerHeight = heightOf(header, columns);
  bool first = true;
  for (const std::vector<ReportCell>& cells : table.rows) {
    const Row row{cells, {.pixels = 10}, table.right};
    const double needed = heightOf(row, columns);
    const bool full = y_ + needed + (first ? headerHeight : 0) > bottom();
    if (full && y_ > margin) nextPage();
    if (first || full) draw(header, columns);
    draw(row, columns);
    first = false;
  }
}

}  // namespace bypath
