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

 private:
  ReadableChart* shown() const;
  void read();
  void showCurves(const std::vector<MapPicture>& landscapes);

  QComboBox* kind_;
  QSpinBox* limit_;
  QCheckBox* logarithmic_;
  QStackedWidget* charts_;
  LandscapeMap* map_;
  ValueLines* curves_;
};

}  // namespace bypath
