// The gradient by the length of its path: a bar for each number of branches that it goes through, and beside
// it the estimate from single paths drawn at random (Veit 2016).
//
//   connect(page, &InsidePage::wanted, bench, &InsideBench::sumPaths);
//   page->setPaths(*paths, tr("step 200 of 7"));
#pragma once

#include "core/inspection/path_lengths.h"
#include "gui/inspector/bars_page.h"

class QCheckBox;

namespace bypath {

class PathsPage : public BarsPage {
  Q_OBJECT
 public:
  explicit PathsPage(QWidget* parent = nullptr);
  void setPaths(const PathLengths& paths, const QString& source);
  // How many paths of each length are to be drawn; 0: none.
  int64_t samples() const;
  QCheckBox* sampleBox() const { return sample_; }
  QCheckBox* logarithmicBox() const { return logarithmic_; }

 private:
  QCheckBox* sample_;
  QCheckBox* logarithmic_;
};

}  // namespace bypath
