// The gradient by the length of its path: a bar for each number of branches that it goes through, and beside
// it the estimate from single paths drawn at random; or, of a few blocks, every path by itself (Veit 2016).
//
//   connect(page, &InsidePage::wanted, bench, &InsideBench::sumPaths);
//   page->setPaths(*paths, tr("step 200 of 7"), unravelled);
#pragma once

#include <optional>

#include "core/inspection/path_lengths.h"
#include "core/inspection/unravelled.h"
#include "gui/inspector/bars_page.h"

class QCheckBox;
class QComboBox;

namespace bypath {

class UnravelledView;

class PathsPage : public BarsPage {
  Q_OBJECT
 public:
  explicit PathsPage(QWidget* parent = nullptr);
  // Every path by itself, where there are few blocks.
  void setPaths(const PathLengths& paths, const QString& source, const std::optional<Unravelled>& every = {});
  // How many paths of each length are to be drawn; 0: none.
  int64_t samples() const;
  QCheckBox* sampleBox() const { return sample_; }
  QCheckBox* logarithmicBox() const { return logarithmic_; }
  QComboBox* viewBox() const { return view_; }
  QComboBox* orderBox() const { return order_; }
  UnravelledView* unravelled() const { return unravelled_; }

 private:
  void draw();
  void drawBars();
  void drawEvery();

  PathLengths paths_;
  std::optional<Unravelled> every_;
  QString source_;
  QCheckBox* sample_;
  QCheckBox* logarithmic_;
  QComboBox* view_;
  QComboBox* order_;
  UnravelledView* unravelled_;
};

}  // namespace bypath
