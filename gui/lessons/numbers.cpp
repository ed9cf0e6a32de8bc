#include "gui/lessons/numbers.h"

#include <cmath>
#include <optional>
#include <QRegularExpression>
#include <QStringList>

#include "gui/document/texts.h"

namespace bypath {

namespace {

QString numberText(const QString& name, double value) {
  constexpr int percent = 100, many = 1000, some = 20;
  if (name.endsWith(QLatin1String("accuracy"))) return QString::number(percent * value, 'f', 1);
  if (value == std::floor(value) && std::abs(value) >= some) return countText(value);
  if (std::abs(value) >= many) return countText(std::round(value));
  return QString::number(value, 'f', std::abs(value) >= some ? 1 : 3);
}

std::optional<QString> filled(const QString& paragraph, const LessonNumbers& numbers) {
  static const QRegularExpression place(QStringLiteral("\\{([a-z0-9_.]+)\\}"));
  QString out;
  qsizetype end = 0;
  for (auto match = place.globalMatch(paragraph); match.hasNext();) {
    const QRegularExpressionMatch m = match.next();
    const auto known = numbers.find(m.captured(1).toStdString());
    if (known == numbers.end()) return std::nullopt;
    out += paragraph.mid(end, m.capturedStart() - end) + numberText(m.captured(1), known->second);
    end = m.capturedEnd();
  }
  return out + paragraph.mid(end);
}

}  // namespace

QString withNumbers(const QString& text, const LessonNumbers& numbers) {
  QStringList shown;
  for (const QString& paragraph : text.split(QStringLiteral("\n\n")))
    if (const auto whole = filled(paragraph, numbers)) shown << *whole;
  return shown.join(QStringLiteral("\n\n"));
}

}  // namespace bypath
