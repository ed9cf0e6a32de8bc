#include "gui/dashboard/curve_export.h"

#include <map>
#include <QBuffer>
#include <QFileInfo>
#include <QImage>
#include <QPageSize>
#include <QPainter>
#include <QPdfWriter>
#include <QSvgGenerator>

#include "core/base/atomic_file.h"
#include "gui/dashboard/curve_view.h"
#include "gui/theme/theme.h"

namespace bypath {

namespace {

QByteArray asPng(CurveView& view) {
  constexpr int scale = 2;
  QImage image(view.size() * scale, QImage::Format_RGB32);
  image.fill(theme().panel);
  QPainter painter(&image);
  painter.setRenderHint(QPainter::Antialiasing);
  view.render(&painter);
  painter.end();
  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  image.save(&buffer, "PNG");
  return bytes;
}

QByteArray asSvg(CurveView& view, const QString& title) {
  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  QSvgGenerator generator;
  generator.setOutputDevice(&buffer);
  generator.setSize(view.size());
  generator.setViewBox(QRect(QPoint(), view.size()));
  generator.setTitle(title);
  QPainter painter(&generator);
  view.render(&painter);
  painter.end();
  return bytes;
}

QByteArray asPdf(CurveView& view, const QString& title) {
  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  QPdfWriter writer(&buffer);
  writer.setTitle(title);
  writer.setPageSize(QPageSize(QSizeF(view.size()) * 0.75, QPageSize::Point));
  writer.setPageMargins({});
  QPainter painter(&writer);
  view.render(&painter);
  painter.end();
  return bytes;
}

QByteArray asCsv(const CurveView& view) {
  std::map<double, std::vector<QString>> rows;
  QByteArray header = "step";
  size_t columns = 0;
  for (const DrawnCurve& curve : view.drawn()) {
    if (curve.name.isEmpty()) continue;
    header += ",\"" + QString(curve.name).replace(QLatin1Char('"'), QStringLiteral("\"\"")).toUtf8() + '"';
    for (const QPointF& p : curve.points) {
      std::vector<QString>& row = rows[p.x()];
      row.resize(columns + 1);
      row[columns] = QString::number(p.y(), 'g', 17);
    }
    ++columns;
  }
  QByteArray text = header + '\n';
  for (auto& [step, row] : rows) {
    row.resize(columns);
    text += QByteArray::number(qRound64(step));
    for (const QString& cell : row) text += ',' + cell.toUtf8();
    text += '\n';
  }
  return text;
}

}  // namespace

Result<void> exportCurves(CurveView& view, const QString& title, const QString& path) {
  const QString ending = QFileInfo(path).suffix().toLower();
  QByteArray bytes;
  if (ending == QLatin1String("png"))
    bytes = asPng(view);
  else if (ending == QLatin1String("svg"))
    bytes = asSvg(view, title);
  else if (ending == QLatin1String("pdf"))
    bytes = asPdf(view, title);
  else if (ending == QLatin1String("csv"))
    bytes = asCsv(view);
  else
    return Error{ErrorKind::usage, "cannot tell the format of " + path.toStdString() +
                                       ": end the name in .png, .svg, .pdf or .csv"};
  return writeFileAtomically(path.toStdString(),
                             std::string_view(bytes.constData(), static_cast<size_t>(bytes.size())));
}

}  // namespace bypath
