#include "gui/dashboard/run_chooser.h"

#include <algorithm>
#include <QAbstractItemView>
#include <QSignalBlocker>

namespace bypath {

RunChooser::RunChooser(QWidget* parent) : QComboBox(parent) {
  setAccessibleName(tr("Run whose checkpoint is read"));
  setToolTip(tr("The run whose last checkpoint is read"));
  setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  setMinimumContentsLength(8);
  setMaximumWidth(340);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  connect(this, &QComboBox::activated, this, [this] { byHand_ = true; });
  setRuns({});
}

void RunChooser::setRuns(const std::vector<CheckpointRun>& runs) {
  const QString before = folder();
  const QSignalBlocker quiet(this);
  clear();
  for (const CheckpointRun& run : runs) {
    addItem(run.title, run.folder);
    setItemData(count() - 1, run.folder, Qt::ToolTipRole);
  }
  setCurrentIndex(byHand_ ? std::max(0, findData(before)) : 0);
  if (runs.empty()) addItem(tr("No run yet"));
  constexpr int margins = 24;
  view()->setMinimumWidth(view()->sizeHintForColumn(0) + margins);  // names are longer than the box may be
  setEnabled(!runs.empty());
}

QString RunChooser::folder() const {
  return currentData().toString();
}

}  // namespace bypath
