#include "gui/document/texts.h"

#include <QLocale>

namespace bypath {

QString shapeText(const Shape& shape) {
  if (shape.rank() == 0) return QStringLiteral("?");
  return QString::fromStdString(shape.text()).replace('x', QChar(0x00D7));
}

QString countText(double count) {
  return QLocale(QLocale::English).toString(qint64(count));
}

QString shortCountText(double count) {
  static const struct {
    double unit;
    const char* letter;
  } units[] = {{1e12, " T"}, {1e9, " G"}, {1e6, " M"}, {1e3, " k"}};
  for (const auto& u : units) {
    if (count < u.unit) continue;
    const double share = count / u.unit;
    return QString::number(share, 'f', share < 10 ? 2 : share < 100 ? 1 : 0) + u.letter;
  }
  return QString::number(count);
}

}  // namespace bypath
