// A look inside a trained network whose result is a row of bars, the selected one read out. A page may have
// other charts of the same result, one of them in sight.
//
//   class PathsPage : public BarsPage { ... bars()->setBars(...); showResult(caption); };
#pragma once

#include <map>

#include "gui/inspector/inside_page.h"

class QStackedWidget;

namespace bypath {

class ReadableChart;
class ValueBars;

class BarsPage : public InsidePage {
  Q_OBJECT
 public:
  explicit BarsPage(Words words, QWidget* parent = nullptr);
  ValueBars* bars() const { return bars_; }
  ReadableChart* chart() const;  // the one in sight: what is read out and saved

 protected:
  // The hint stands where nothing is selected.
  void addChart(ReadableChart* chart, const QString& hint);
  void showChart(ReadableChart* chart);

 private:
  void read();

  ValueBars* bars_;
  QStackedWidget* charts_;
  std::map<ReadableChart*, QString> hints_;
};

}  // namespace bypath
