#include "gui/dashboard/figure_file.h"

#include <QBuffer>
#include <QFileInfo>
#include <QImage>
#include <QPageSize>
#include <QPainter>
#include <QPdfWriter>
#include <QSvgGenerator>

#include "core/base/atomic_file.h"
#include "gui/theme/theme.h"

namespace bypath {

namespace {

QByteArray asPng(const Figure& figure) {
  constexpr int scale = 2;
  QImage image(figure.size * scale, QImage::Format_RGB32);
  image.setDevicePixelRatio(scale);
  image.fill(theme().panel);
  QPainter painter(&image);
  painter.setRenderHint(QPainter::Antialiasing);
  figure.paint(painter);
  painter.end();
  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  image.save(&buffer, "PNG");
  return bytes;
}

QByteArray asSvg(const Figure& figure) {
  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  QSvgGenerator generator;
  generator.setOutputDevice(&buffer);
  generator.setSize(figure.size);
  generator.setViewBox(QRect(QPoint(), figure.size));
  generator.setTitle(figure.title);
  QPainter painter(&generator);
  figure.paint(painter);
  painter.end();
  return bytes;
}

QByteArray asPdf(const Figure& figure) {
  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  QPdfWriter writer(&buffer);
  writer.setTitle(figure.title);
  writer.setPageSize(QPageSize(QSizeF(figure.size) * 0.75, QPageSize::Point));
  writer.setPageMargins({});
  constexpr int screen = 96;  // dots an inch: what is painted has the measures it has on screen
  writer.setResolution(screen);
  QPainter painter(&writer);
  figure.paint(painter);
  painter.end();
  return bytes;
}

}  // namespace

QByteArray csvText(const QString& text) {
  return '"' + QString(text).replace(QLatin1Char('"'), QStringLiteral("\"\"")).toUtf8() + '"';
}

Result<void> writeFigure(const Figure& figure, const QString& path) {
  const QString ending = QFileInfo(path).suffix().toLower();
  QByteArray bytes;
  if (ending == QLatin1String("png"))
    bytes = asPng(figure);
  else if (ending == QLatin1String("svg"))
    bytes = asSvg(figure);
  else if (ending == QLatin1String("pdf"))
    bytes = asPdf(figure);
  else if (ending == QLatin1String("csv"))
    bytes = figure.csv();
  else
    return Error{ErrorKind::usage, "cannot tell the format of " + path.toStdString() +
                                       ": end the name in .png, .svg, .pdf or .csv"};
  return writeFileAtomically(path.toStdString(),
                             std::string_view(bytes.constData(), static_cast<size_t>(bytes.size())));
}

}  // namespace bypath
