// Every command of the window, once: text, key and icon here, menus and the tool bar made from them. What
// they do is connected in main_window_wiring.cpp.
#pragma once

#include <QAction>
#include <QActionGroup>
#include <QMenu>
#include <QObject>

class QMainWindow;
class QToolBar;
class QUndoStack;

namespace bypath {

class Actions : public QObject {
  Q_OBJECT
 public:
  // The window owns them.
  Actions(QMainWindow& window, QUndoStack& undo);

  QAction *start, *newEmpty, *open, *save, *saveAs, *saveWeights, *quit;
  QAction *undo, *redo, *remove;
  QAction *zoomAll, *layout, *themeSystem, *themeLight, *themeDark, *palette, *inspector, *dashboard;
  QAction *train, *pause, *step, *stop;
  QAction *keys, *manual, *about;
  QMenu* recent;

  // All commands with their keys, for the sheet of keys.
  QList<QAction*> list() const;

 private:
  QAction* make(const QString& text, const QString& icon = {}, const QKeySequence& key = {},
                const QString& tip = {});
  void makeFile();
  void makeEdit(QUndoStack& stack);
  void makeView();
  void makeTrain();
  void makeHelp();
  void makeToolBar();

  QMainWindow& window_;
};

}  // namespace bypath
