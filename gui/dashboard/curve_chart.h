// One quantity over the steps of training: the current run, training and validation, over any past runs; with
// a choice of the quantity, a logarithmic axis, smoothing, a sentence on what to look for, and export by its
// context menu.
//
//   chart->setQuantity("loss");
//   chart->setCurves(curves, overlays);   // at any rate; draws what changed
#pragma once

#include <QColor>
#include <QWidget>
#include <string>

#include "core/base/result.h"
#include "gui/dashboard/level_lines.h"
#include "gui/dashboard/run_curves.h"

class QComboBox;
class QLabel;
class QSlider;
class QToolButton;

namespace bypath {

class CurveView;

// The colour of a past run's curves, by its place among those shown.
QColor overlayColor(size_t index);

class CurveChart : public QWidget {
  Q_OBJECT
 public:
  explicit CurveChart(QWidget* parent = nullptr);

  void setQuantity(const std::string& name);
  std::string quantity() const;
  // Keeps a reference: both must outlive the chart, or be replaced.
  void setCurves(const RunCurves& current, const std::vector<CurveOverlay>& overlays);
  // Lines to read the quantities by; kept until replaced.
  void setLevels(LevelsByQuantity levels);
  void setLogarithmic(bool on);
  CurveView* view() const { return view_; }
  // By the ending of the file: .png (twice the size), .svg, .pdf, .csv.
  Result<void> exportTo(const QString& path) const;

 protected:
  void contextMenuEvent(QContextMenuEvent* event) override;

 private:
  void refresh();
  void offerQuantities();

  const RunCurves* current_ = nullptr;
  const std::vector<CurveOverlay>* overlays_ = nullptr;
  LevelsByQuantity levels_;
  QComboBox* quantity_;
  QToolButton* logarithmic_;
  QSlider* smoothing_;
  CurveView* view_;
  QLabel* caption_;
};

}  // namespace bypath
