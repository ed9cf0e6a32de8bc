// One cursor for several charts: where the mouse is in one of them, the others show the same step, so that
// twins are read side by side.
//
//   shareCursor({loss->view(), accuracy->view()});
#pragma once

#include <vector>

namespace bypath {

class CurveView;

void shareCursor(const std::vector<CurveView*>& views);

}  // namespace bypath
