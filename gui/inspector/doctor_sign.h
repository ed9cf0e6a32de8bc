// In the status bar: how much the doctor has found in the run of the open document; out of sight where it is
// nothing.
//
//   statusBar()->addPermanentWidget(sign);
//   sign->setFindings(findings);
#pragma once

#include <QToolButton>
#include <vector>

#include "core/inspection/finding.h"

namespace bypath {

class DoctorSign : public QToolButton {
  Q_OBJECT
 public:
  explicit DoctorSign(QWidget* parent = nullptr);
  void setFindings(const std::vector<Finding>& findings);
};

}  // namespace bypath
