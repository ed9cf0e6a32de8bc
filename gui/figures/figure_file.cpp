#include "gui/figures/figure_file.h"

#include <algorithm>
#include <cmath>
#include <QApplication>
#include <QBuffer>
#include <QFileInfo>
#include <QImage>
#include <QPageSize>
#include <QPainter>
#include <QPdfWriter>
#include <QSvgGenerator>

#include "core/base/atomic_file.h"
#include "gui/figures/svg_texts.h"
#include "gui/theme/theme.h"

namespace bypath {

namespace {

constexpr int pixelsPerInch = 96;
constexpr double pngScale = 2;
constexpr double mostPixels = 80e6;
constexpr double longestSide = 32000;                         // a QImage's painter counts in 16 bits
constexpr double longestPage = 14400.0 / 72 * pixelsPerInch;  // as the PDF format has it
constexpr int margin = 12;                                    // around the texts

QFont textFont(int pixels, QFont::Weight weight) {
  QFont font = QApplication::font();
  font.setPixelSize(pixels);
  font.setWeight(weight);
  return font;
}

// A figure with its texts around it.
class Sheet {
 public:
  explicit Sheet(const Figure& figure) : figure_(figure) {
    ground_ = figure.ground.isValid() ? figure.ground : theme().panel;
    if (!figure.titled || figure.title.isEmpty()) return;
    const QStringList lines = figure.title.split(QLatin1Char('\n'), Qt::SkipEmptyParts);
    above_ = lines.value(0);
    below_ = lines.mid(1).join(QStringLiteral("  ·  "));
    top_ = heightOf(above_, heading());
    bottom_ = heightOf(below_, small());
  }

  QString title() const { return figure_.title.section(QLatin1Char('\n'), 0, 0); }
  QString description() const {
    const QString rest = figure_.title.section(QLatin1Char('\n'), 1);
    return rest.isEmpty() ? QStringLiteral("Drawn with Bypath")
                          : QStringLiteral("%1. Drawn with Bypath").arg(rest);
  }
  QSize size() const { return figure_.size + QSize(0, top_ + bottom_); }

  // The painter's unit is a pixel on screen.
  void paint(QPainter& painter) const {
    painter.fillRect(QRect({}, size()), ground_);
    painter.setRenderHint(QPainter::Antialiasing);
    write(painter, above_, heading(), theme().text, margin);
    write(painter, below_, small(), theme().textMuted, top_ + figure_.size.height());
    painter.translate(0, top_);
    figure_.paint(painter);
  }

 private:
  static QFont heading() { return textFont(14, QFont::DemiBold); }
  static QFont small() { return textFont(11, QFont::Normal); }
  int room() const { return figure_.size.width() - 2 * margin; }

  int heightOf(const QString& text, const QFont& font) const {
    if (text.isEmpty()) return 0;
    const QRect needed =
        QFontMetrics(font).boundingRect(QRect(0, 0, room(), longestSide), Qt::TextWordWrap, text);
    return needed.height() + 2 * margin;
  }
  void write(QPainter& painter, const QString& text, const QFont& font, const QColor& colour, int top) const {
    if (text.isEmpty()) return;
    painter.setFont(font);
    painter.setPen(colour);
    const int height = heightOf(text, font);
    painter.drawText(QRect(margin, top, room(), height), Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap,
                     text);
  }

  const Figure& figure_;
  QColor ground_;
  QString above_, below_;
  int top_ = 0, bottom_ = 0;
};

QByteArray asPng(const Sheet& sheet) {
  const double width = sheet.size().width(), height = sheet.size().height();
  const double scale =
      std::min({pngScale, longestSide / std::max(width, height), std::sqrt(mostPixels / (width * height))});
  QImage image((QSizeF(sheet.size()) * scale).toSize(), QImage::Format_RGB32);
  if (image.isNull()) return {};
  image.setText(QStringLiteral("Title"), sheet.title());
  image.setText(QStringLiteral("Description"), sheet.description());
  QPainter painter(&image);
  painter.scale(scale, scale);
  sheet.paint(painter);
  painter.end();
  // Not before: fonts measured in points would be scaled twice.
  constexpr double metresPerInch = 0.0254;
  image.setDotsPerMeterX(qRound(pixelsPerInch * scale / metresPerInch));
  image.setDotsPerMeterY(image.dotsPerMeterX());
  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  image.save(&buffer, "PNG");
  return bytes;
}

QByteArray asSvg(const Sheet& sheet) {
  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  QSvgGenerator generator;
  generator.setOutputDevice(&buffer);
  generator.setResolution(pixelsPerInch);
  generator.setSize(sheet.size());
  generator.setViewBox(QRect({}, sheet.size()));
  generator.setTitle(sheet.title());
  generator.setDescription(sheet.description());
  QPainter painter(&generator);
  sheet.paint(painter);
  painter.end();
  return withFixedTexts(bytes);
}

QByteArray asPdf(const Sheet& sheet) {
  const double scale = std::min(1.0, longestPage / std::max(sheet.size().width(), sheet.size().height()));
  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  QPdfWriter writer(&buffer);
  writer.setTitle(sheet.title());
  writer.setCreator(QStringLiteral("Bypath"));
  constexpr double pointsPerInch = 72;
  writer.setPageSize(QPageSize(QSizeF(sheet.size()) * scale * pointsPerInch / pixelsPerInch, QPageSize::Point,
                               QString(), QPageSize::ExactMatch));
  writer.setPageMargins({});
  writer.setResolution(pixelsPerInch);  // fonts measured in points have the size that they have on screen
  QPainter painter(&writer);
  painter.scale(scale, scale);
  sheet.paint(painter);
  painter.end();
  return bytes;
}

}  // namespace

QByteArray svgOf(const Figure& figure) {
  return asSvg(Sheet(figure));
}

QByteArray csvText(const QString& text) {
  return '"' + QString(text).replace(QLatin1Char('"'), QStringLiteral("\"\"")).toUtf8() + '"';
}

Result<void> writeFigure(const Figure& figure, const QString& path) {
  const QString ending = QFileInfo(path).suffix().toLower();
  const bool numbers = ending == QLatin1String("csv") && figure.csv;
  QByteArray (*const write)(const Sheet&) = ending == QLatin1String("svg")   ? asSvg
                                            : ending == QLatin1String("pdf") ? asPdf
                                            : ending == QLatin1String("png") ? asPng
                                                                             : nullptr;
  if (!write && !numbers)
    return Error{ErrorKind::usage, "Cannot tell the format of " + path.toStdString() + ": end the name in " +
                                       (figure.csv ? ".png, .svg, .pdf or .csv" : ".svg, .pdf or .png")};
  const QByteArray bytes = numbers ? figure.csv() : write(Sheet(figure));
  if (bytes.isEmpty() && !numbers)
    return Error{ErrorKind::resources, "There is no memory for a picture of this size: choose .svg or .pdf"};
  return writeFileAtomically(path.toStdString(),
                             std::string_view(bytes.constData(), static_cast<size_t>(bytes.size())));
}

}  // namespace bypath
