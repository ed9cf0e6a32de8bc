// Colours for how high a value lies between the least and the greatest: from dark to bright, evenly to the
// eye and told apart by the colour-blind (viridis; Smith & van der Walt 2015). The same in light and dark.
//
//   painter.fillRect(cell, heatColor(share));  painter.setPen(heatInk(share));
#pragma once

#include <QColor>

namespace bypath {

QColor heatColor(double share);  // 0 to 1
QColor heatInk(double share);    // lines on it
// Both as pictures show them where there is no value.
QColor noHeatColor();

}  // namespace bypath
