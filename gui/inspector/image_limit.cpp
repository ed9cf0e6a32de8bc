#include "gui/inspector/image_limit.h"

#include <QCoreApplication>
#include <QSpinBox>

namespace bypath {

QSpinBox* makeImageLimit(const QString& tip) {
  constexpr int usual = 1000, most = 1000000, step = 100;
  auto* box = new QSpinBox;
  box->setRange(1, most);
  box->setSingleStep(step);
  box->setGroupSeparatorShown(true);
  box->setValue(usual);
  box->setSuffix(QCoreApplication::translate("ImageLimit", " images"));
  box->setAccessibleName(QCoreApplication::translate("ImageLimit", "Validation images, at most"));
  box->setToolTip(tip);
  return box;
}

}  // namespace bypath
