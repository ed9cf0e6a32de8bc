// A list of runs whose last checkpoint can be read, to choose one of. Keeps what a person chose when the list
// is told anew; until then it proposes the first.
//
//   chooser->setRuns({{folder, tr("7, this run")}});
//   if (const QString folder = chooser->folder(); !folder.isEmpty()) read(folder);
#pragma once

#include <QComboBox>
#include <vector>

namespace bypath {

// A run that has a checkpoint to look into.
struct CheckpointRun {
  QString folder, title;
};

class RunChooser : public QComboBox {
  Q_OBJECT
 public:
  explicit RunChooser(QWidget* parent = nullptr);
  // The one to propose first. Without any, it says so and is disabled.
  void setRuns(const std::vector<CheckpointRun>& runs);
  QString folder() const;  // empty without a run

 private:
  bool byHand_ = false;
};

}  // namespace bypath
