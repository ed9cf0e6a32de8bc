// A row of the list of runs: a run, or a sweep with its runs below it.
//
//   auto* item = new RunItem(listed);
//   item->setSummary(summary);
#pragma once

#include <optional>
#include <QTreeWidgetItem>

#include "core/runs/run_summary.h"
#include "gui/runs/run_disk.h"

namespace bypath {

class RunItem : public QTreeWidgetItem {
 public:
  enum Column { nameColumn, stateColumn, bestColumn, tagColumn, startColumn, columnCount };

  explicit RunItem(const ListedRun& run);
  // A sweep; its runs are its children.
  explicit RunItem(const std::filesystem::path& sweep);

  bool isSweep() const { return !run_.has_value(); }
  const RunHeader& header() const { return run_->header; }
  const std::filesystem::path& folder() const { return folder_; }
  void setRun(const ListedRun& run);
  // With its whole id where another run would be called the same.
  void setWholeId(bool whole);
  void setSummary(const RunSummary& summary);
  const std::optional<RunSummary>& summary() const { return summary_; }
  // Of a sweep, from its runs.
  void sumUp();
  // Name, network, data and tags hold this text, in any case.
  bool matches(const QString& text) const;

  bool operator<(const QTreeWidgetItem& other) const override;

 private:
  double rank() const;  // less is better; among runs without a value the last

  std::optional<ListedRun> run_;
  std::filesystem::path folder_;
  std::optional<RunSummary> summary_;
};

// The name that a person gave it, else its id without the day it began with.
QString titleOf(const RunHeader& run);

}  // namespace bypath
