// The run over depth and time: a strip of colours for one of several quantities, whose cursor takes canvas,
// pictures and tables back to a step; beside it, if wanted, how the values of the clicked layer are spread.
//
//   page->setFrames(history.frames());
//   connect(page, &StripPage::scrubbed, dashboard, &Dashboard::scrubTo);
//   connect(page, &StripPage::released, dashboard, &Dashboard::followRun);
#pragma once

#include <optional>
#include <QWidget>

#include "gui/dashboard/frame_history.h"
#include "gui/inspector/strip.h"

class QComboBox;
class QLabel;
class QPushButton;
class QStackedWidget;
class QToolButton;

namespace bypath {

class HistogramPanel;
class StripChart;

class StripPage : public QWidget {
  Q_OBJECT
 public:
  explicit StripPage(QWidget* parent = nullptr);

  void setFrames(const std::vector<FrameHistory::Frame>& frames);
  // Where the cursor stands; none: the run is followed.
  void setCursorStep(std::optional<int64_t> step);
  StripChart* chart() const { return chart_; }
  QComboBox* quantityBox() const { return quantity_; }
  QPushButton* followButton() const { return follow_; }
  QToolButton* histogramButton() const { return open_; }
  HistogramPanel* histogram() const { return histogram_; }
  QString caption() const;
  QString reading() const;

 Q_SIGNALS:
  void scrubbed(qint64 step);
  void released();
  void nodeRequested(const QString& path);

 private:
  void build();
  void draw();
  void showHistogram(bool shown);
  void chooseRow(int row);

  std::vector<FrameHistory::Frame> frames_;
  std::vector<StripQuantity> quantities_;
  QComboBox* quantity_;
  QPushButton* follow_;
  QToolButton* open_;
  QLabel* caption_;
  QStackedWidget* content_;
  StripChart* chart_;
  HistogramPanel* histogram_;
  QLabel* reading_;
};

}  // namespace bypath
