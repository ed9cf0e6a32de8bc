// How many validation images a page works on.
//
//   limit_ = makeImageLimit(tr("How many validation images, at most, are encoded"));  addOption(limit_);
#pragma once

#include <QString>

class QSpinBox;

namespace bypath {

QSpinBox* makeImageLimit(const QString& tip);

}  // namespace bypath
