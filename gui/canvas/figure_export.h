// The open container as a figure for print: all of it, in the light theme on white, without selection, hover
// or grid, whatever the window shows of it.
#pragma once

#include <QString>

#include "core/base/result.h"
#include "gui/figures/figure_file.h"

namespace bypath {

class NetworkScene;

// The same as a figure for pages, while a PaperTheme lives. Errors: nothing is drawn. `shown` must outlive
// it.
Result<Figure> networkFigure(const NetworkScene& shown);

// The ending of the path chooses: .svg; .pdf, its one page cut to the figure; .png, twice the size on screen
// (less where that would be more than 80 million pixels).
Result<void> exportFigure(const NetworkScene& shown, const QString& path);

}  // namespace bypath
