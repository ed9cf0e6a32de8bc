#include "gui/theme/style_sheet.h"

#include <map>
#include <QDir>
#include <QFile>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QTemporaryDir>

#include "gui/theme/theme.h"

namespace bypath {

namespace {

// A style sheet takes pictures only by file name: tinted icons are written once a theme into a folder that
// goes away with the program.
QString tintedFile(const QString& icon, const QColor& color) {
  static const QTemporaryDir folder;
  QString target = folder.filePath(icon + QLatin1Char('-') + color.name().mid(1) + QStringLiteral(".svg"));
  if (!QFile::exists(target)) {
    QFile source(QStringLiteral(":/bypath/icons/%1.svg").arg(icon));
    QFile out(target);
    if (source.open(QIODevice::ReadOnly) && out.open(QIODevice::WriteOnly))
      out.write(source.readAll().replace("#000000", color.name().toLatin1()));
  }
  return target;
}

}  // namespace

QColor blend(const QColor& a, const QColor& b, double share) {
  const auto mix = [&](double x, double y) { return static_cast<float>(x + (y - x) * share); };
  return QColor::fromRgbF(mix(a.redF(), b.redF()), mix(a.greenF(), b.greenF()), mix(a.blueF(), b.blueF()));
}

QString styleSheetFor(const Theme& t) {
  const std::map<QString, QString> values{
      {QStringLiteral("window"), t.window.name()},
      {QStringLiteral("panel"), t.panel.name()},
      {QStringLiteral("panelRaised"), t.panelRaised.name()},
      {QStringLiteral("field"), t.dark ? t.window.name() : t.panel.name()},
      {QStringLiteral("border"), t.border.name()},
      {QStringLiteral("borderStrong"), blend(t.border, t.text, 0.28).name()},
      {QStringLiteral("scroll"), blend(t.border, t.text, 0.08).name()},
      {QStringLiteral("text"), t.text.name()},
      {QStringLiteral("textMuted"), t.textMuted.name()},
      {QStringLiteral("textDisabled"), blend(t.textMuted, t.panel, 0.45).name()},
      {QStringLiteral("accent"), t.accent.name()},
      {QStringLiteral("accentText"), t.accentText.name()},
      {QStringLiteral("accentHover"), blend(t.accent, t.text, 0.15).name()},
      {QStringLiteral("accentSoft"), blend(t.panel, t.accent, t.dark ? 0.28 : 0.14).name()},
      {QStringLiteral("hover"), blend(t.panelRaised, t.text, 0.06).name()},
      {QStringLiteral("error"), t.error.name()},
      {QStringLiteral("chevronDown"), tintedFile(QStringLiteral("chevron-down"), t.textMuted)},
      {QStringLiteral("chevronUp"), tintedFile(QStringLiteral("chevron-up"), t.textMuted)},
      {QStringLiteral("check"), tintedFile(QStringLiteral("check"), t.accentText)}};
  QFile file(QStringLiteral(":/bypath/theme.qss"));
  if (!file.open(QIODevice::ReadOnly)) return {};
  const QString source = QString::fromUtf8(file.readAll());

  static const QRegularExpression token(QStringLiteral("@([A-Za-z]+)"));
  QString out;
  qsizetype end = 0;
  for (auto match = token.globalMatch(source); match.hasNext();) {
    const QRegularExpressionMatch m = match.next();
    out += source.mid(end, m.capturedStart() - end);
    const auto value = values.find(m.captured(1));
    out += value == values.end() ? m.captured(0) : value->second;
    end = m.capturedEnd();
  }
  return out + source.mid(end);
}

}  // namespace bypath
