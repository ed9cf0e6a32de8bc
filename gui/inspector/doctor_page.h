// What ails a trained network, as a list: each finding with its layer, the numbers, the reason and the
// experiment that would refute it. A click shows the layer on the canvas.
//
//   page->setCheckUp(*found, tr("step 200 of 7"));
#pragma once

#include "core/inspection/check_up.h"
#include "gui/inspector/inside_page.h"

class QTreeWidget;

namespace bypath {

class DoctorPage : public InsidePage {
  Q_OBJECT
 public:
  explicit DoctorPage(QWidget* parent = nullptr);
  void setCheckUp(const CheckUp& found, const QString& source);
  QTreeWidget* list() const { return list_; }

 Q_SIGNALS:
  void nodeRequested(const QString& path);

 private:
  Result<void> save(const QString& path, const QString& title) const;

  CheckUp found_;
  QTreeWidget* list_;
};

}  // namespace bypath
