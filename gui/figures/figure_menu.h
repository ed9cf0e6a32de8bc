// The entries of a menu that write a chart to a file that a person names: PNG, SVG, PDF, and the numbers.
//
//   addFigureActions(menu, "lengths", [this](const QString& path) { return exportTo(path); }, say);
#pragma once

#include <functional>
#include <QString>

#include "core/base/result.h"

class QMenu;

namespace bypath {

// `write` gets the path and `say` the sentence that tells what came of it; the menu keeps both.
void addFigureActions(QMenu& menu, const QString& name,
                      const std::function<Result<void>(const QString&)>& write,
                      const std::function<void(const QString&)>& say);

}  // namespace bypath
