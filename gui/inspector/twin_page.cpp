#include "gui/inspector/twin_page.h"

namespace bypath {

TwinPage::TwinPage(Words words, QWidget* parent)
    : InsidePage(std::move(words), parent), twin_(new RunChooser) {
  twin_->setAccessibleName(tr("Second run to compare with"));
  twin_->setToolTip(tr("A second run, such as the plain twin: measured alike and shown on the same scale"));
  addBesideRun(twin_);
  constexpr int few = 8;  // two choosers, and the window is not to grow
  for (RunChooser* chooser : {run(), twin_}) {
    chooser->setMinimumContentsLength(few);
    chooser->setMaximumWidth(QWIDGETSIZE_MAX);
  }
  setRuns({});
}

void TwinPage::setRuns(const std::vector<CheckpointRun>& runs) {
  InsidePage::setRuns(runs);
  std::vector<CheckpointRun> others = {{QString(), tr("alone")}};
  for (const CheckpointRun& run : runs) others.push_back({run.folder, tr("and %1").arg(run.title)});
  twin_->setRuns(others);
  twin_->setEnabled(runs.size() > 1);
}

}  // namespace bypath
