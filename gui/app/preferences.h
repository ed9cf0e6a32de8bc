// What the program remembers between two starts, beside the window's geometry.
#pragma once

#include <QStringList>

#include "gui/theme/theme.h"

namespace bypath {

// Newest first, at most ten, those that still exist.
QStringList recentFiles();
void rememberFile(const QString& path);

ThemeChoice themePreference();
void setThemePreference(ThemeChoice choice);
QString themeChoiceName(ThemeChoice choice);  // "system", "light", "dark"
// Any other text is `system`.
ThemeChoice themeChoiceFromName(const QString& name);

bool minimapPreference();  // shown unless told otherwise
void setMinimapPreference(bool shown);

bool idleLandscapePreference();  // not unless told so
void setIdleLandscapePreference(bool wanted);

}  // namespace bypath
