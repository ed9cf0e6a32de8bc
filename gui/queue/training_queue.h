// Experiments that wait to be trained, kept in a folder: its sweep.json is the list, NAME.bypath a network
// drawn by hand, NAME the run that an experiment became. `bypath queue FOLDER/sweep.json` goes on with it,
// and so does the window after a restart.
//
//   TrainingQueue queue(dataHome() / "queue");
//   queue.add("mine", project);
//   while (const Experiment* one = queue.next()) ...
#pragma once

#include <QObject>
#include <string>
#include <vector>

#include "core/experiments/sweep.h"

namespace bypath {

class TrainingQueue : public QObject {
  Q_OBJECT
 public:
  explicit TrainingQueue(std::filesystem::path folder, QObject* parent = nullptr);

  // Reads the list and what became of its runs again.
  Result<void> refresh();
  const std::vector<Experiment>& experiments() const { return sweep_.experiments; }
  const std::filesystem::path& folder() const { return folder_; }
  std::filesystem::path folderOf(const Experiment& one) const { return folder_ / one.name; }

  // A name like `wanted` that neither an experiment nor a run here has.
  std::string freeName(const std::string& wanted) const;
  // One for the network with its training settings; returns its name.
  Result<std::string> add(const std::string& name, const Project& project, bool twin = false);
  // All of them, under names of their own that begin with `prefix`; weights of one another follow. Where
  // `base` is given, it is the network of those that name none.
  Result<void> addAll(std::vector<Experiment> experiments, const std::string& prefix,
                      const Project* base = nullptr);
  // Of those that are not being trained. Runs stay where they are.
  Result<void> remove(const std::vector<std::string>& names);
  Result<void> move(const std::string& name, int by);
  Result<void> removeDone();
  Result<void> retry(const std::string& name);  // one that failed, from its last checkpoint

  // The first that was not trained to its end; null when all were.
  const Experiment* next() const;
  Result<void> begin(const std::string& name);
  Result<void> note(const std::string& name, const Result<TrainingOutcome>& outcome);

 Q_SIGNALS:
  void changed();

 private:
  Experiment* find(const std::string& name);
  // Applies an edit to the list as it stands on disk, and keeps it only if it could be written.
  template <class Edit>
  Result<void> change(Edit&& edit);
  Result<std::filesystem::path> store(const std::string& name, const Project& project) const;

  std::filesystem::path folder_;
  Sweep sweep_;
};

bool isDone(const Experiment& one);

}  // namespace bypath
