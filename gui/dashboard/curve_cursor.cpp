#include "gui/dashboard/curve_cursor.h"

#include "gui/dashboard/curve_view.h"

namespace bypath {

void shareCursor(const std::vector<CurveView*>& views) {
  for (CurveView* one : views)
    for (CurveView* other : views)
      if (one != other) QObject::connect(one, &CurveView::cursorMoved, other, &CurveView::showCursor);
}

}  // namespace bypath
