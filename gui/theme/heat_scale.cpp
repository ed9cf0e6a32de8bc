#include "gui/theme/heat_scale.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "gui/theme/theme.h"

namespace bypath {

namespace {

constexpr std::array<QRgb, 10> stops = {0x440154, 0x482878, 0x3e4a89, 0x31688e, 0x26828e,
                                        0x1f9e89, 0x35b779, 0x6ece58, 0xb5de2b, 0xfde725};

int between(int from, int to, double share) {
  return static_cast<int>(std::lround(from + (to - from) * share));
}

}  // namespace

QColor heatColor(double share) {
  const double at = std::clamp(share, 0.0, 1.0) * static_cast<double>(stops.size() - 1);
  const size_t first = std::min(static_cast<size_t>(at), stops.size() - 2);
  const QColor a(stops[first]), b(stops[first + 1]);
  const double part = at - static_cast<double>(first);
  return {between(a.red(), b.red(), part), between(a.green(), b.green(), part),
          between(a.blue(), b.blue(), part)};
}

QColor heatInk(double share) {
  constexpr double bright = 0.6;
  return share < bright ? QColor(Qt::white) : QColor(Qt::black);
}

QColor noHeatColor() {
  return theme().panelRaised;
}

}  // namespace bypath
