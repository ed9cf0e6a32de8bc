// The data set that the open project trains on: what it is, what training takes of it, each class as
// pictures, and what augmentation makes of one of them. It asks for the set when it comes into sight; whoever
// holds the panel reads it on another thread.
#pragma once

#include <memory>
#include <QWidget>

#include "gui/data/data_use.h"

class QLabel;
class QScrollArea;

namespace bypath {

class AugmentationPreview;
class BarList;
class ClassSheet;

class DataPanel : public QWidget {
  Q_OBJECT
 public:
  explicit DataPanel(QWidget* parent = nullptr);
  // What is trained on now; another set is asked for when the panel is in sight.
  void setUse(const DataUse& use);
  void showProgress(double share);
  void showDataSet(const std::shared_ptr<const DataSet>& set);
  void showError(const QString& sentence);
  ClassSheet* sheet() const { return sheet_; }
  BarList* splits() const { return splits_; }
  BarList* classes() const { return classes_; }
  AugmentationPreview* preview() const { return preview_; }

 Q_SIGNALS:
  void wanted(const QString& name, const QString& folder);
  void augmentChosen(bool on);  // a person wants training to augment, or not

 protected:
  void showEvent(QShowEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  void askIfInSight();
  void showUse();
  void showSplits();
  void hideSet();

  DataUse use_;
  std::shared_ptr<const DataSet> set_;
  bool stale_ = true;
  QLabel* title_;
  QLabel* summary_;
  QLabel* facts_;
  QScrollArea* scroll_;
  BarList* splits_;
  QLabel* steps_;
  BarList* classes_;
  ClassSheet* sheet_;
  AugmentationPreview* preview_;
};

}  // namespace bypath
