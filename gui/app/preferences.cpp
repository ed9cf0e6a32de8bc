#include "gui/app/preferences.h"

#include <QFileInfo>
#include <QSettings>

namespace bypath {

namespace {

constexpr int mostRecent = 10;
constexpr char recentKey[] = "recentFiles";
constexpr char themeKey[] = "theme";
constexpr char minimapKey[] = "canvas/minimap";
constexpr char idleLandscapeKey[] = "inside/landscape-when-idle";

}  // namespace

QStringList recentFiles() {
  QStringList files = QSettings().value(QLatin1String(recentKey)).toStringList();
  files.removeIf([](const QString& path) { return !QFileInfo::exists(path); });
  return files;
}

void rememberFile(const QString& path) {
  QStringList files = recentFiles();
  const QString whole = QFileInfo(path).absoluteFilePath();
  files.removeAll(whole);
  files.prepend(whole);
  QSettings().setValue(QLatin1String(recentKey), files.mid(0, mostRecent));
}

ThemeChoice themePreference() {
  return themeChoiceFromName(QSettings().value(QLatin1String(themeKey)).toString());
}

void setThemePreference(ThemeChoice choice) {
  QSettings().setValue(QLatin1String(themeKey), themeChoiceName(choice));
}

QString themeChoiceName(ThemeChoice choice) {
  switch (choice) {
    case ThemeChoice::light:
      return QStringLiteral("light");
    case ThemeChoice::dark:
      return QStringLiteral("dark");
    case ThemeChoice::system:
      break;
  }
  return QStringLiteral("system");
}

ThemeChoice themeChoiceFromName(const QString& name) {
  if (name == QLatin1String("light")) return ThemeChoice::light;
  return name == QLatin1String("dark") ? ThemeChoice::dark : ThemeChoice::system;
}

bool minimapPreference() {
  return QSettings().value(QLatin1String(minimapKey), true).toBool();
}

void setMinimapPreference(bool shown) {
  QSettings().setValue(QLatin1String(minimapKey), shown);
}

bool idleLandscapePreference() {
  return QSettings().value(QLatin1String(idleLandscapeKey), false).toBool();
}

void setIdleLandscapePreference(bool wanted) {
  QSettings().setValue(QLatin1String(idleLandscapeKey), wanted);
}

}  // namespace bypath
