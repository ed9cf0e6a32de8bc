// Gives a dock at the bottom nearly the whole height of its window while an action is checked, and what it
// had before when it no longer is.
//
//   new LargeDock(*this, *dashboardDock_, *actions_->largeDashboard);
#pragma once

#include <QObject>

class QAction;
class QDockWidget;
class QMainWindow;

namespace bypath {

class LargeDock : public QObject {
  Q_OBJECT
 public:
  // All live as long as the window, which owns this.
  LargeDock(QMainWindow& window, QDockWidget& dock, QAction& action);

 private:
  void set(bool large);

  QMainWindow& window_;
  QDockWidget& dock_;
  int before_;  // its height
};

}  // namespace bypath
