// The window: palette, canvas, properties and dashboard around one open document, or the start page. It puts
// the rooms together; what they do is in them.
#pragma once

#include <memory>
#include <QMainWindow>
#include <QStackedWidget>

#include "gui/app/data_shelf.h"
#include "gui/app/preferences.h"
#include "gui/document/document.h"
#include "gui/document/journal.h"

class QDockWidget;
class QLabel;
class QTabWidget;

namespace bypath {

class Actions;
class CanvasWidget;
class Dashboard;
class DashboardTools;
class DataPanel;
class DataReader;
class DoctorSign;
class EnginePicker;
class ExchangeFlow;
class FileFlow;
class HelpWindow;
class KeyBindings;
class KeySheet;
class LayerPalette;
class LessonFlow;
class MemoryForecast;
class MessageBar;
class PropertyPanel;
class QueueFlow;
class Recovery;
class RunFlow;
class RunsPanel;
class StartPage;
class TrainController;
class TrainingForm;

class MainWindow : public QMainWindow {
  Q_OBJECT
 public:
  explicit MainWindow(QWidget* parent = nullptr);
  ~MainWindow() override;

  // Errors are said in the message bar; the start page stays where nothing could be opened.
  bool openFile(const QString& path);
  bool openTemplate(const QString& id, const Attributes& parameters = {});
  void openEmpty();
  void showStartPage();
  // Another window on the start page, which goes when it is closed.
  MainWindow* openWindow();
  bool startTraining(const Attributes& over = {});
  // "curves", "gradients", "shortcuts", "pictures", "compare", "explore", "rate", "inside" below, and in the
  // last InsideBench::pageNames(); "properties", "training", "data", "runs", "queue" on the right.
  static QStringList tabNames();
  void showTab(const QString& name);
  QStringList tabsInSight() const;
  void setTheme(ThemeChoice choice);
  void showKeys();

  DocumentEditor& editor() { return editor_; }
  Actions& actions() { return *actions_; }
  KeyBindings& keyBindings() { return *keyBindings_; }
  CanvasWidget* canvas() const { return canvas_; }
  Dashboard* dashboard() const { return dashboard_; }
  LayerPalette* layers() const { return palette_; }
  PropertyPanel* properties() const { return properties_; }
  TrainingForm* trainingForm() const { return trainingForm_; }
  RunsPanel* runs() const { return runs_; }
  DataPanel* data() const { return data_; }
  StartPage* startPage() const { return startPage_; }
  MessageBar* messages() const { return messages_; }
  MessageBar* recoveryBar() const { return recoveryBar_; }
  Journal& journal() { return journal_; }
  TrainController& trainer() { return *trainer_; }
  RunFlow& runFlow() { return *runFlow_; }
  ExchangeFlow& exchange() { return *exchange_; }
  QueueFlow& queueFlow() { return *queueFlow_; }
  DoctorSign* doctorSign() const { return doctorSign_; }
  EnginePicker* enginePicker() const { return enginePicker_; }
  LessonFlow& lessonFlow() { return *lessonFlow_; }

 protected:
  void closeEvent(QCloseEvent* event) override;
  // From a file manager: of project files the first opens here, others in windows of their own; folders of
  // runs go into the list of runs.
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dragMoveEvent(QDragMoveEvent* event) override;
  void dropEvent(QDropEvent* event) override;

 private:
  void buildCentre();
  void buildDocks();
  void placeEnginePicker();
  void connectDocument();
  void connectFiles();
  void connectOpening();
  void connectView();
  void connectTraining();
  void connectPanels();
  void connectHelp();
  void connectCanvas();
  void askForFigure();
  void showDesigner();
  void showDiagnostics();
  void showDashboard();
  void checkTheme(ThemeChoice choice);
  void updateTitle();
  void updateFacts();
  void updateTraining();
  void updateNote();
  void fillRecent();
  void showHelp(const QString& page);
  QDockWidget* addDock(Qt::DockWidgetArea area, const QString& name, const QString& title, QWidget* content);

  DocumentEditor editor_;
  Journal journal_;
  DataShelf shelf_;
  Actions* actions_;
  FileFlow* files_;
  TrainController* trainer_;
  DataReader* reader_;
  MemoryForecast* forecast_;

  QStackedWidget* pages_;
  StartPage* startPage_;
  QWidget* designer_;
  MessageBar* messages_;
  MessageBar* recoveryBar_;
  Recovery* recovery_;
  CanvasWidget* canvas_;
  LayerPalette* palette_;
  PropertyPanel* properties_;
  TrainingForm* trainingForm_;
  RunsPanel* runs_;
  DataPanel* data_;
  Dashboard* dashboard_;
  DashboardTools* tools_;
  EnginePicker* enginePicker_;
  QTabWidget* inspector_;
  QDockWidget* paletteDock_;
  QDockWidget* lessonDock_;
  QDockWidget* inspectorDock_;
  QDockWidget* dashboardDock_;
  QLabel* facts_;
  DoctorSign* doctorSign_;
  HelpWindow* help_ = nullptr;
  RunFlow* runFlow_;
  ExchangeFlow* exchange_;
  QueueFlow* queueFlow_;
  LessonFlow* lessonFlow_;
  KeyBindings* keyBindings_;
  KeySheet* keySheet_ = nullptr;
  bool sized_ = false;  // panels have the sizes of the last time, or their first ones
};

}  // namespace bypath
