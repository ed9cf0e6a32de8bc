// Every command of the window, once: text, key and icon here, menus and the tool bar made from them. What
// they do is connected in main_window_wiring.cpp.
#pragma once

#include <QAction>
#include <QActionGroup>
#include <QMenu>
#include <QObject>
#include <vector>

class QMainWindow;
class QToolBar;
class QUndoStack;

namespace bypath {

class Actions : public QObject {
  Q_OBJECT
 public:
  // The window owns them.
  Actions(QMainWindow& window, QUndoStack& undo);

  QAction *start, *newEmpty, *newWindow, *open, *save, *saveAs, *saveWeights, *exportModel, *importModel,
      *figure, *closeWindow, *quit, *openRun;
  QAction *undo, *redo, *remove, *twin;
  QAction *zoomAll, *layout, *themeSystem, *themeLight, *themeDark, *palette, *lesson, *inspector, *dashboard,
      *largeDashboard, *minimap;
  QAction *trainTwin, *grow, *queueAdd, *vary;
  QAction *train, *trainOn, *pause, *step, *stopAfterEpoch, *stop, *findRate;
  QAction *keys, *manual, *lessons, *about;
  QMenu *recent, *training;

  // The commands that can have a key, menu by menu; those that the canvas has itself are its own.
  struct Group {
    QString id, title;
    QList<QAction*> actions;
  };
  std::vector<Group> groups() const;

 private:
  QAction* make(const QString& text, const QString& icon = {}, const QKeySequence& key = {},
                const QString& tip = {});
  void makeFile();
  void makeEdit(QUndoStack& stack);
  void makeView();
  void makeTrain();
  void makeHelp();
  void makeToolBar();
  void giveNames();

  QMainWindow& window_;
};

// Shows the panel of a command of the View menu, as after a click there.
void revealPanel(QAction* panel);

}  // namespace bypath
