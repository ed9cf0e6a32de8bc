// What computes, beside the Train button: the processor or the GPU, with how it is doing, and in which
// numbers. A choice is a training setting of the document, one undoable step. While a run goes on it says
// what that computes on and takes no choice.
#pragma once

#include <QToolButton>
#include <string>
#include <vector>

#include "core/base/attributes.h"

class QAction;
class QActionGroup;
class QLabel;
class QMenu;
class QWidgetAction;

namespace bypath {

class DocumentEditor;
class GpuWatch;
class TrainController;

class EnginePicker : public QToolButton {
  Q_OBJECT
 public:
  EnginePicker(DocumentEditor& editor, TrainController& trainer, QWidget* parent = nullptr);

  // Also for a menu of the window.
  QMenu* choices() const { return menu_; }
  GpuWatch& gpu() const { return *gpu_; }

 protected:
  bool event(QEvent* event) override;

 private:
  void buildMenu();
  QAction* addChoice(QActionGroup& group, const char* key, const AttributeValue& value, const QString& title);
  QLabel* addLine(QWidgetAction*& action);
  void addHeading(const QString& title);

  void choose(const std::string& key, const AttributeValue& value);
  // Of the run that goes on, else as the next one would take them.
  Attributes settings() const;
  bool decidedOutside(const std::string& key) const;  // by the environment
  // Why the engine does not offer it; empty: it does.
  QString precisionProblem(const std::string& engine, const std::string& precision) const;
  void watch();
  void show();
  void showEngines(const AttributeReader& read);
  void showPrecisions(const AttributeReader& read);
  void showLines(const AttributeReader& read);

  DocumentEditor& editor_;
  TrainController& trainer_;
  GpuWatch* gpu_;
  QMenu* menu_;
  QAction *processor_, *device_, *fast_;
  std::vector<QAction*> precisions_;
  QWidgetAction *reasonLine_ = nullptr, *remarkLine_ = nullptr;
  QLabel *reason_, *remark_;
};

}  // namespace bypath
