// Beside the strip over time: how the values of one layer are spread through time, of its weights, their
// gradient, or what it gives.
//
//   panel->setRecords(records);
//   panel->showLayer("stage1[2]/branch/conv1");
#pragma once

#include <optional>
#include <QWidget>

#include "core/probes/probe.h"

class QComboBox;
class QLabel;
class QStackedWidget;
class QToolButton;

namespace bypath {

class HistogramChart;

class HistogramPanel : public QWidget {
  Q_OBJECT
 public:
  explicit HistogramPanel(QWidget* parent = nullptr);

  void setRecords(const std::vector<const ProbeRecord*>& records);
  void showLayer(const std::string& path);
  void setCursorStep(std::optional<int64_t> step);

  const std::string& layer() const { return path_; }
  HistogramChart* chart() const { return chart_; }
  QComboBox* valuesBox() const { return values_; }
  QString reading() const;
  QString emptyText() const;  // shown instead of a chart

 Q_SIGNALS:
  void scrubbed(qint64 step);

 private:
  void build();
  void draw();
  void read();

  // Histograms are shared with the frames they come from.
  std::vector<ProbeRecord> records_;
  std::string path_;
  QLabel* title_;
  QComboBox* values_;
  QToolButton* save_;
  QStackedWidget* content_;
  HistogramChart* chart_;
  QLabel* empty_;
  QLabel* reading_;
};

}  // namespace bypath
