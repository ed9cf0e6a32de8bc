// Of which run a widget shows something: said once of the widget around, known to every figure within.
//
//   setRunOf(*dashboard, "2026-11-21-resnet-1");
//   writeFigure({size(), titleWithRun(tr("Loss"), *this), ...}, path);
#pragma once

#include <QString>

class QWidget;

namespace bypath {

void setRunOf(QWidget& around, const QString& run);
// A figure's title, and below it the run; the title alone where no run is known.
QString titleWithRun(const QString& title, const QWidget& shown);

}  // namespace bypath
