// The program's style sheet (resources/theme.qss) with a theme's colours filled in.
#pragma once

#include <QColor>
#include <QString>

namespace bypath {

struct Theme;

// `share` of b in a: 0 is a, 1 is b.
QColor blend(const QColor& a, const QColor& b, double share);
QString styleSheetFor(const Theme& theme);

}  // namespace bypath
