// The history of one run as curves by name, filled from the feed while it trains or from the run's record
// later.
//
//   RunCurves curves;
//   for (const FeedEvent& e : feed.drain()) curves.add(e);
//   chart.setCurrent(curves);
#pragma once

#include <map>
#include <QString>
#include <QStringList>
#include <string>
#include <vector>

#include "core/runs/run_store.h"
#include "core/training/feed.h"
#include "gui/dashboard/curve_math.h"

namespace bypath {

struct CurveMark {
  int64_t step = 0;
  QString text;
};

class RunCurves {
 public:
  // Steps and ends of epochs become points, marks become marks; anything else is passed over. A step at or
  // before the last one (the run went back to a checkpoint) takes the points from there on away.
  void add(const FeedEvent& event);
  static RunCurves fromRecord(const std::vector<RunRow>& rows, const std::vector<RunMark>& marks);

  // Empty when there is none of that name.
  const CurvePoints& points(const std::string& name) const;
  const std::map<std::string, CurvePoints>& all() const { return series_; }
  const std::vector<CurveMark>& marks() const { return marks_; }
  // Names without "val_": the loss, then the rest in alphabetical order.
  std::vector<std::string> quantities() const;
  bool empty() const { return series_.empty(); }
  int revision() const { return revision_; }  // grows with every change

 private:
  void append(const std::map<std::string, double>& values, int64_t step, bool epochEnd);

  std::map<std::string, CurvePoints> series_;
  std::vector<CurveMark> marks_;
  int revision_ = 0;
};

// A past run laid under the current one.
struct CurveOverlay {
  QString name;
  RunCurves curves;
};

// "val_loss" -> "Validation loss"; the label of a quantity for a person.
QString quantityTitle(const std::string& name);
// One sentence: what the chart of the quantity shows, and what to look for.
QString quantityCaption(const std::string& name);

}  // namespace bypath
