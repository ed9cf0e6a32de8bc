// Runs side by side: a column a run, a row a setting that differs, then what came of it, beside their curves
// in one chart. Of a single run it shows the settings that are not the defaults, and its curves with marks.
//
//   page->setRuns(compared, overlays);   // both in the same order
#pragma once

#include <QWidget>
#include <vector>

#include "core/experiments/compare_runs.h"
#include "gui/dashboard/run_curves.h"

class QLabel;
class QPushButton;
class QSplitter;
class QStackedWidget;
class QTableWidget;

namespace bypath {

class CurveChart;

class ComparePage : public QWidget {
  Q_OBJECT
 public:
  explicit ComparePage(QWidget* parent = nullptr);
  void setRuns(const std::vector<ComparedRun>& runs, std::vector<CurveOverlay> curves);
  QTableWidget* table() const { return table_; }
  CurveChart* chart() const { return chart_; }
  QPushButton* copyButton() const { return copy_; }
  // What "Copy as" puts on the clipboard.
  QString markdown() const;
  QString csv() const;

 private:
  void fillTable();
  void shareWidth();
  void say(const QString& text);
  void copy(const QString& text, const QString& said);

  std::vector<ComparisonRow> rows_;
  std::vector<QString> heads_;
  std::vector<CurveOverlay> curves_;
  RunCurves single_;
  QStackedWidget* pages_;
  QSplitter* split_;
  QLabel* title_;
  QPushButton* copy_;
  QTableWidget* table_;
  CurveChart* chart_;
};

}  // namespace bypath
