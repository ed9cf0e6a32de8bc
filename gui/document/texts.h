// Shapes and counts as a person reads them.
#pragma once

#include <QString>

#include "core/network/check.h"

namespace bypath {

QString shapeText(const Shape& shape);  // "32×32×16"; "?" while it is not known
QString countText(double count);        // "269,722"
QString shortCountText(double count);   // "40.6 M"

}  // namespace bypath
