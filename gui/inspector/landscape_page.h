// The loss around a trained network's weights (Li 2018): a map over two random directions, or a curve along
// one, beside that of a second network on one scale.
//
//   connect(page, &InsidePage::wanted, ...);   // measure page->request(), of page->twin() too
//   page->setLandscapes({{tr("step 200 of 7"), map}});
#pragma once

#include "gui/inspector/landscape_map.h"
#include "gui/inspector/twin_page.h"

class QCheckBox;
class QComboBox;
class QSpinBox;

namespace bypath {

class ValueLines;

class LandscapePage : public TwinPage {
  Q_OBJECT
 public:
  explicit LandscapePage(QWidget* parent = nullptr);
  void setLandscapes(const std::vector<MapPicture>& landscapes);
  LandscapeRequest request() const;  // without data
  LandscapeMap* map() const { return map_; }
  ValueLines* curves() const { return curves_; }
  QComboBox* kindBox() const { return kind_; }
  QSpinBox* limitBox() const { return limit_; }
  QCheckBox* logarithmicBox() const { return logarithmic_; }
  // While it is checked, a run that has not been measured since it was trained is, whenever the machine is
  // idle; training ends that.
  QCheckBox* idleBox() const { return whenIdle_; }
  void setRuns(const std::vector<CheckpointRun>& runs) override;

 public Q_SLOTS:
  void setIdle(bool idle);

 private:
  void beginIfIdle();
  ReadableChart* shown() const;
  void read();
  void showCurves(const std::vector<MapPicture>& landscapes);

  QComboBox* kind_;
  QSpinBox* limit_;
  QCheckBox* logarithmic_;
  QCheckBox* whenIdle_;
  bool idle_ = false;
  bool unasked_ = false;  // what goes on was begun without a hand
  QString seen_;          // the run that needs no measuring any more, until something is trained
  QStackedWidget* charts_;
  LandscapeMap* map_;
  ValueLines* curves_;
};

}  // namespace bypath
