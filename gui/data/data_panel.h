// The data set that the open project trains on: what it is, how many images, and each class as pictures with
// counts. It asks for the set when it comes into sight; whoever holds the panel reads it on another thread.
#pragma once

#include <memory>
#include <QWidget>

#include "core/data/data_set.h"

class QLabel;
class QScrollArea;

namespace bypath {

class ClassSheet;

class DataPanel : public QWidget {
  Q_OBJECT
 public:
  explicit DataPanel(QWidget* parent = nullptr);
  // Another set is trained on now; asked for when the panel is in sight.
  void setSource(const QString& name, const QString& folder);
  void showProgress(double share);
  void showDataSet(const std::shared_ptr<const DataSet>& set);
  void showError(const QString& sentence);
  ClassSheet* sheet() const { return sheet_; }

 Q_SIGNALS:
  void wanted(const QString& name, const QString& folder);

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  void askIfInSight();

  QString name_, folder_;
  bool stale_ = true;
  QLabel* title_;
  QLabel* summary_;
  QLabel* facts_;
  QScrollArea* scroll_;
  ClassSheet* sheet_;
};

}  // namespace bypath
