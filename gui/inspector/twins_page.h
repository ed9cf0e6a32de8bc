// Two runs side by side: over depth and time, a strip each on one scale and a third of the one over the
// other; or their networks with the gradient on the wires. One cursor for all.
//
//   connect(page, &InsidePage::wanted, bench, ...);
//   page->setNetworks(networks);
//   page->setRecords({tr("step 200 of 7"), records}, {tr("step 200 of 8"), others});
#pragma once

#include <optional>

#include "gui/inspector/strip.h"
#include "gui/inspector/twin_page.h"

class QComboBox;
class QLabel;
class QSlider;
class QStackedWidget;

namespace bypath {

class StripChart;

class TwinsPage : public TwinPage {
  Q_OBJECT
 public:
  struct Kept {
    QString title;
    std::vector<ProbeRecord> records;
  };
  explicit TwinsPage(QWidget* parent = nullptr);
  // Without a second run, one strip.
  void setRecords(Kept first, Kept second);
  // What is shown; the ending of the path chooses.
  Result<void> exportTo(const QString& path, const QString& title) const;
  // Who draws networks; told by stepShown() what to show.
  void setNetworks(QWidget* networks);
  // What was seen of the run, or of its twin, at the step of the cursor or last before it; nothing where
  // nothing was.
  ProbeRecord seen(int which) const;
  std::optional<int64_t> step() const { return step_; }
  QComboBox* quantityBox() const { return quantity_; }
  QComboBox* viewBox() const { return view_; }
  QSlider* stepSlider() const { return slider_; }
  StripChart* chart(int which) const {
    return charts_[which];
  }  // 0: the run, 1: its twin, 2: one over the other

 Q_SIGNALS:
  void nodeRequested(const QString& path);
  void stepShown();  // another step, or other records

 private:
  void draw();
  void showView();
  void setStep(int64_t step);
  const std::vector<ProbeRecord>& longer() const;  // of the two runs
  Result<void> exportStrips(const QString& path, const QString& title) const;

  Kept first_, second_;
  std::vector<StripQuantity> quantities_;
  QComboBox* quantity_;
  QComboBox* view_;
  QStackedWidget* views_;
  QWidget* strips_;
  QWidget* pictures_;  // the networks, and the slider
  QWidget* networks_ = nullptr;
  QSlider* slider_;
  QLabel* stepText_;
  std::optional<int64_t> step_;
  StripChart* charts_[3];
  QLabel* titles_[3];
};

}  // namespace bypath
