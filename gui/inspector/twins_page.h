// Two runs over depth and time: a strip each on one scale, a third of the one over the other, one cursor for
// all.
//
//   connect(page, &InsidePage::wanted, bench, ...);
//   page->setRecords({tr("step 200 of 7"), records}, {tr("step 200 of 8"), others});
#pragma once

#include "gui/inspector/strip.h"
#include "gui/inspector/twin_page.h"

class QComboBox;

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
  QComboBox* quantityBox() const { return quantity_; }
  StripChart* chart(int which) const {
    return charts_[which];
  }  // 0: the run, 1: its twin, 2: one over the other

 Q_SIGNALS:
  void nodeRequested(const QString& path);

 private:
  void draw();
  Result<void> save(const QString& path, const QString& title) const;

  Kept first_, second_;
  std::vector<StripQuantity> quantities_;
  QComboBox* quantity_;
  QWidget* strips_;
  StripChart* charts_[3];
  class QLabel* titles_[3];
};

}  // namespace bypath
