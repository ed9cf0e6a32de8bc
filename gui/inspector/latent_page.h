// Where a variational autoencoder puts its images: a point for each, by class, along two of the directions in
// which the codes differ most.
//
//   connect(page, &InsidePage::wanted, ...);
//   page->setPoints(*points, data, tr("step 200 of 7"));
#pragma once

#include <memory>

#include "core/inspection/latent_points.h"
#include "gui/inspector/inside_page.h"

class QComboBox;
class QSpinBox;

namespace bypath {

class ScatterView;

class LatentPage : public InsidePage {
  Q_OBJECT
 public:
  explicit LatentPage(QWidget* parent = nullptr);
  void setPoints(const LatentPoints& points, std::shared_ptr<const DataSet> set, const QString& source);
  int64_t limit() const;  // validation images to encode
  ScatterView* scatter() const { return scatter_; }
  QComboBox* axesBox() const { return axes_; }
  QSpinBox* limitBox() const { return limit_; }

 private:
  void draw();
  void showPoint(int index);

  LatentPoints points_;
  std::shared_ptr<const DataSet> data_;
  QSpinBox* limit_;
  QComboBox* axes_;
  ScatterView* scatter_;
};

}  // namespace bypath
