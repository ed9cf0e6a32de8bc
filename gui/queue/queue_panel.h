// The queue as a panel: what waits, what is trained, what came of it; add, vary, reorder, remove, start.
//
//   panel->setDriving(driver->running(), driver->current());
//   connect(panel, &QueuePanel::startRequested, driver, &QueueDriver::start);
#pragma once

#include <QWidget>
#include <string>
#include <vector>

#include "gui/queue/training_queue.h"
#include "gui/queue/vary_form.h"

class QLabel;
class QPushButton;
class QStackedWidget;
class QToolButton;
class QTreeWidget;

namespace bypath {

class QueuePanel : public QWidget {
  Q_OBJECT
 public:
  QueuePanel(TrainingQueue& queue, const AttributeSchema& training, QWidget* parent = nullptr);

  // Whether the queue is being trained, and which experiment just now.
  void setDriving(bool running, const std::string& current);
  // How far the run of the moment is, 0 to 1.
  void setProgress(double share);
  // Whether there is a document to add.
  void setDocument(bool there);
  // A sentence below the buttons; empty: none.
  void complain(const QString& sentence);
  void showVaryForm();

  QTreeWidget* list() const { return list_; }
  VaryForm* varyForm() const { return form_; }
  QPushButton* startButton() const { return start_; }
  QPushButton* addButton() const { return add_; }
  QPushButton* varyButton() const { return vary_; }
  QToolButton* compareButton() const { return compare_; }
  QString problem() const;

 Q_SIGNALS:
  void startRequested();
  void stopRequested();
  void addRequested();  // the open document, as it is
  void varyRequested(const std::vector<bypath::Experiment>& experiments, const QString& network);
  void compareRequested(const std::vector<std::filesystem::path>& runs);

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  void buildButtons();
  void buildCommands();
  void fill();
  void showState();
  void sayOf(const Result<void>& outcome);
  std::vector<std::string> selected() const;
  // Runs of the selected experiments that were trained at all; of all where fewer than two are.
  std::vector<std::filesystem::path> comparable() const;

  TrainingQueue& queue_;
  bool running_ = false;
  bool document_ = false;
  double progress_ = 0;
  std::string current_;
  VaryForm* form_;
  QStackedWidget* pages_;
  QTreeWidget* list_;
  QLabel* problem_;
  QPushButton* start_;
  QPushButton* add_;
  QPushButton* vary_;
  QToolButton* compare_;
  QToolButton* clear_;
};

}  // namespace bypath
