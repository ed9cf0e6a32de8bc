// A chart as a file: a picture with its legend, or the numbers behind it.
#pragma once

#include <QString>

#include "core/base/result.h"

namespace bypath {

class CurveView;

// The ending of the path chooses: .png (twice the size on screen), .svg, .pdf, .csv (step and one column a
// curve).
Result<void> exportCurves(CurveView& view, const QString& title, const QString& path);

}  // namespace bypath
