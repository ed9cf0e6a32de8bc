#include "gui/canvas/figure_export.h"

#include <algorithm>
#include <cmath>
#include <QBuffer>
#include <QFileInfo>
#include <QImage>
#include <QPageSize>
#include <QPainter>
#include <QPdfWriter>
#include <QStyleOptionGraphicsItem>
#include <QSvgGenerator>
#include <QXmlStreamReader>
#include <QXmlStreamWriter>

#include "core/base/atomic_file.h"
#include "gui/canvas/canvas_style.h"
#include "gui/canvas/network_scene.h"
#include "gui/theme/theme.h"

namespace bypath {

namespace {

constexpr double margin = 8;  // around what the items may paint on
constexpr int pixelsPerInch = 96;
constexpr double pngScale = 2;
constexpr double mostPixels = 80e6;
constexpr double longestSide = 32000;                         // a QImage's painter counts in 16 bits
constexpr double longestPage = 14400.0 / 72 * pixelsPerInch;  // as the PDF format has it

// A second scene of the same document, so that neither pointer, selection nor a running drag is in the
// figure, and so that the gradients' colours are those of paper.
class Figure {
 public:
  explicit Figure(const NetworkScene& shown) : scene_(shown.editor()) {
    scene_.open(shown.view().path);
    scene_.showFlowOf(shown);
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
    painter.fillRect(QRect({}, size_), Qt::white);
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

QByteArray asPng(const Figure& figure) {
  const double width = figure.size().width(), height = figure.size().height();
  const double scale =
      std::min({pngScale, longestSide / std::max(width, height), std::sqrt(mostPixels / (width * height))});
  QImage image((QSizeF(figure.size()) * scale).toSize(), QImage::Format_RGB32);
  if (image.isNull()) return {};
  image.fill(Qt::white);
  image.setDotsPerMeterX(qRound(pixelsPerInch * scale / 0.0254));
  image.setDotsPerMeterY(image.dotsPerMeterX());
  QPainter painter(&image);
  painter.scale(scale, scale);
  figure.paint(painter);
  painter.end();
  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  image.save(&buffer, "PNG");
  return bytes;
}

// Readers without our font take another one: every text is told how long it was drawn, so that it stays
// inside its card there, too.
QByteArray withFixedTexts(const QByteArray& svg) {
  QByteArray out;
  QXmlStreamReader reader(svg);
  reader.setNamespaceProcessing(false);  // names stay as they are written
  QXmlStreamWriter writer(&out);
  while (!reader.atEnd()) {
    reader.readNext();
    if (!reader.isStartElement() || reader.name() != QLatin1String("text")) {
      if (!reader.atEnd() || reader.isEndDocument()) writer.writeCurrentToken(reader);
      continue;
    }
    const QXmlStreamAttributes attributes = reader.attributes();
    const QString text = reader.readElementText();
    const QFont font = canvasFont(attributes.value(QLatin1String("font-size")).toDouble(),
                                  QFont::Weight(attributes.value(QLatin1String("font-weight")).toInt()));
    writer.writeStartElement(QStringLiteral("text"));
    for (const QXmlStreamAttribute& attribute : attributes)
      if (attribute.name() == QLatin1String("font-family"))
        writer.writeAttribute(
            QStringLiteral("font-family"),
            attribute.value().toString() + QStringLiteral(", Helvetica, Arial, sans-serif"));
      else
        writer.writeAttribute(attribute);
    writer.writeAttribute(QStringLiteral("textLength"),
                          QString::number(QFontMetricsF(font).horizontalAdvance(text), 'f', 2));
    writer.writeAttribute(QStringLiteral("lengthAdjust"), QStringLiteral("spacingAndGlyphs"));
    writer.writeCharacters(text);
    writer.writeEndElement();
  }
  return reader.hasError() ? svg : out;
}

QByteArray asSvg(const Figure& figure) {
  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  QSvgGenerator generator;
  generator.setOutputDevice(&buffer);
  generator.setResolution(pixelsPerInch);
  generator.setSize(figure.size());
  generator.setViewBox(QRect({}, figure.size()));
  generator.setTitle(figure.title());
  generator.setDescription(QStringLiteral("Drawn with Bypath"));
  QPainter painter(&generator);
  figure.paint(painter);
  painter.end();
  return withFixedTexts(bytes);
}

QByteArray asPdf(const Figure& figure) {
  const double scale = std::min(1.0, longestPage / std::max(figure.size().width(), figure.size().height()));
  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  QPdfWriter writer(&buffer);
  writer.setTitle(figure.title());
  writer.setCreator(QStringLiteral("Bypath"));
  writer.setPageSize(QPageSize(QSizeF(figure.size()) * scale * 72 / pixelsPerInch, QPageSize::Point,
                               QString(), QPageSize::ExactMatch));
  writer.setPageMargins({});
  QPainter painter(&writer);
  const double dots = scale * writer.resolution() / pixelsPerInch;
  painter.scale(dots, dots);
  figure.paint(painter);
  painter.end();
  return bytes;
}

}  // namespace

Result<void> exportFigure(const NetworkScene& shown, const QString& path) {
  const QString ending = QFileInfo(path).suffix().toLower();
  QByteArray (*const write)(const Figure&) = ending == QLatin1String("svg")   ? asSvg
                                             : ending == QLatin1String("pdf") ? asPdf
                                             : ending == QLatin1String("png") ? asPng
                                                                              : nullptr;
  if (!write)
    return Error{ErrorKind::usage,
                 "Cannot tell the format of " + path.toStdString() + ": end the name in .svg, .pdf or .png"};
  const PaperTheme paper;
  const Figure figure(shown);
  if (figure.empty()) return Error{ErrorKind::usage, "There is nothing on the canvas to make a figure of"};
  const QByteArray bytes = write(figure);
  if (bytes.isEmpty())
    return Error{ErrorKind::resources, "There is no memory for a picture of this size: choose .svg or .pdf"};
  return writeFileAtomically(path.toStdString(),
                             std::string_view(bytes.constData(), static_cast<size_t>(bytes.size())));
}

}  // namespace bypath
