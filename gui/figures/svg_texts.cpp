#include "gui/figures/svg_texts.h"

#include <QApplication>
#include <QFontMetricsF>
#include <QXmlStreamReader>
#include <QXmlStreamWriter>

namespace bypath {

namespace {

QFont fontOf(const QXmlStreamAttributes& attributes) {
  QFont font = QApplication::font();
  font.setPixelSize(qMax(1, qRound(attributes.value(QLatin1String("font-size")).toDouble())));
  font.setWeight(QFont::Weight(attributes.value(QLatin1String("font-weight")).toInt()));
  return font;
}

}  // namespace

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
    writer.writeStartElement(QStringLiteral("text"));
    for (const QXmlStreamAttribute& attribute : attributes)
      if (attribute.name() == QLatin1String("font-family"))
        writer.writeAttribute(
            QStringLiteral("font-family"),
            attribute.value().toString() + QStringLiteral(", Helvetica, Arial, sans-serif"));
      else
        writer.writeAttribute(attribute);
    writer.writeAttribute(QStringLiteral("textLength"),
                          QString::number(QFontMetricsF(fontOf(attributes)).horizontalAdvance(text), 'f', 2));
    writer.writeAttribute(QStringLiteral("lengthAdjust"), QStringLiteral("spacingAndGlyphs"));
    writer.writeCharacters(text);
    writer.writeEndElement();
  }
  return reader.hasError() ? svg : out;
}

}  // namespace bypath
