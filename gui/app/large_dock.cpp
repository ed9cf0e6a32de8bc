#include "gui/app/large_dock.h"

#include <QAction>
#include <QDockWidget>
#include <QMainWindow>

namespace bypath {

namespace {

constexpr int usual = 328;

}  // namespace

LargeDock::LargeDock(QMainWindow& window, QDockWidget& dock, QAction& action)
    : QObject(&window), window_(window), dock_(dock), before_(usual) {
  connect(&action, &QAction::toggled, this, &LargeDock::set);
  connect(&dock_, &QDockWidget::visibilityChanged, &action, [this, &action] {
    if (dock_.isHidden()) action.setChecked(false);
  });
}

void LargeDock::set(bool large) {
  if (large) {
    dock_.show();
    before_ = dock_.height();
  }
  // More than there is room for: the window keeps what the canvas needs at least.
  window_.resizeDocks({&dock_}, {large ? window_.height() : before_}, Qt::Vertical);
}

}  // namespace bypath
