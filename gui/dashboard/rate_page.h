// Finding a learning rate: what the test of rising rates has shown, how to read it, and a button that takes
// the chosen rate. Whoever holds the page runs the test on another thread.
//
//   connect(page, &RatePage::findWanted, finder, &RateSearch::begin);
//   page->setRange(*range);   // or page->say(problem)
#pragma once

#include <QWidget>

#include "core/training/rate_finder.h"

class QLabel;
class QPushButton;
class QStackedWidget;

namespace bypath {

class EmptyState;
class ProgressLine;
class RateChart;

class RatePage : public QWidget {
  Q_OBJECT
 public:
  explicit RatePage(QWidget* parent = nullptr);
  void setRange(const RateRange& range);
  void setBusy(bool busy);
  void say(const QString& problem);  // instead of the sentence on how to read the chart
  RateChart* chart() const { return chart_; }
  ProgressLine* progress() const { return progress_; }
  QPushButton* useButton() const { return use_; }
  QString caption() const;

 Q_SIGNALS:
  void findWanted();
  void rateChosen(double rate);  // to be used

 private:
  void showCaption(const QString& problem);

  QLabel* caption_;
  QPushButton* again_;
  QPushButton* use_;
  ProgressLine* progress_;
  QStackedWidget* content_;
  EmptyState* empty_;
  QPushButton* begin_;  // of the empty state
  RateChart* chart_;
};

}  // namespace bypath
