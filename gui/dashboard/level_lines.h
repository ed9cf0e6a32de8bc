// Quiet horizontal lines to read a chart by: what a perfect copy costs, what the mean image costs. Where a
// line lies too far from the curves to be drawn without squashing them, the caption names it.
//
//   const LevelScale scale = scaleWith(low, high, levels, toAxis);   // the axis, wider by what is near
//   drawLevels(painter, plot, levels, toPixel, isBusy);
#pragma once

#include <functional>
#include <map>
#include <QRectF>
#include <QString>
#include <string>
#include <vector>

class QPainter;

namespace bypath {

struct LevelLine {
  QString name;  // "perfect copy"
  double value = 0;
};
using LevelLines = std::vector<LevelLine>;
using LevelsByQuantity = std::map<std::string, LevelLines, std::less<>>;

// "1,685.0", "0.103"
QString levelNumber(double value);
// The lines in one sentence, those outside `low` to `high` named as such. Empty without lines.
QString levelSentence(const LevelLines& levels, double low, double high);

// The ends of an axis that shows `low` to `high` and every line that makes it at most 1.6 times as long.
// `place` is where a value lies on that axis; a value without a place (the logarithm of 0) is no number.
struct LevelScale {
  double low = 0, high = 1;
};
LevelScale scaleWith(double low, double high, const LevelLines& levels,
                     const std::function<double(double)>& place);

// Draws those within the plot, each with its label at the right end. `height` is the y of a value. A label
// never stands on another one and, where there is room elsewhere, on nothing that `busy` calls so.
void drawLevels(QPainter& painter, const QRectF& plot, const LevelLines& levels,
                const std::function<double(double)>& height, const std::function<bool(QRectF)>& busy);

}  // namespace bypath
