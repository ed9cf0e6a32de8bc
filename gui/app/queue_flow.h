// What the window does with its queue: puts the open network there, or a series of it, its plain twin, or its
// growth block by block; trains them; shows how it stands.
//
//   queueFlow_ = new QueueFlow(*this);   // connects the panel and the commands to the rest of the window
//   inspector->addTab(queueFlow_->panel(), tr("Queue"));
#pragma once

#include <QObject>

#include "gui/app/queue_driver.h"

namespace bypath {

class MainWindow;
class QueuePanel;

class QueueFlow : public QObject {
  Q_OBJECT
 public:
  explicit QueueFlow(MainWindow& window);
  ~QueueFlow() override;

  QueuePanel* panel() const { return panel_; }
  TrainingQueue& queue() { return queue_; }
  QueueDriver& driver() { return *driver_; }
  // "Training deep, of the queue"; empty while none of it is trained.
  QString note() const;

 public Q_SLOTS:
  void addDocument();
  // The network and its plain twin, from the same seed, on the same batches; begins at once.
  void trainWithTwin();
  void growBlockByBlock();
  void vary();
  // There is another document, or none.
  void updateDocument(bool there);

 private:
  void addVaried(const std::vector<Experiment>& experiments, const QString& network);
  void show();
  // The first of twins under the curves of the second, once that is trained.
  void layTwinUnder();
  // Says what is wrong; whether nothing was.
  bool accept(const Result<void>& outcome);
  Result<Project> document() const;
  std::string documentName() const;

  MainWindow& window_;
  TrainingQueue queue_;
  QueueDriver* driver_;
  QueuePanel* panel_;
  std::pair<std::string, std::string> twins_;  // under way; empty: none
};

}  // namespace bypath
