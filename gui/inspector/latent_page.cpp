#include "gui/inspector/latent_page.h"

#include <QComboBox>
#include <QLocale>
#include <QPoint>
#include <QSignalBlocker>
#include <QSpinBox>

#include "core/training/frame_images.h"
#include "gui/dashboard/frame_image.h"
#include "gui/inspector/image_limit.h"
#include "gui/inspector/scatter_view.h"

namespace bypath {

LatentPage::LatentPage(QWidget* parent)
    : InsidePage(
          {.icon = QStringLiteral("data"),
           .verb = tr("Place the images"),
           .title = tr("No image placed yet"),
           .text = tr("Reads a run's last checkpoint and encodes validation images: a point for each, "
                      "where the encoder puts the mean of its code."),
           .without = tr("Only a variational autoencoder has a latent space to look at: train one, such "
                         "as the template conv-vae, and its run can be chosen here."),
           .busy = tr("Encoding validation images"),
           .file = QStringLiteral("latent")},
          parent),
      limit_(makeImageLimit(tr("How many validation images, at most, are encoded"))),
      axes_(new QComboBox),
      scatter_(new ScatterView) {
  axes_->setAccessibleName(tr("Axes shown"));
  axes_->setToolTip(tr("Which principal components run to the right and upwards"));
  addOption(limit_);
  addView(axes_);
  scatter_->setAccessibleName(tr("Validation images in the latent space"));
  setResultView(scatter_, [this](const QString& path, const QString& title) {
    return scatter_->exportTo(path, title);
  });
  connect(axes_, &QComboBox::currentIndexChanged, this, &LatentPage::draw);
  connect(scatter_, &ScatterView::selectedChanged, this, &LatentPage::showPoint);
}

int64_t LatentPage::limit() const {
  return limit_->value();
}

void LatentPage::setPoints(const LatentPoints& points, std::shared_ptr<const DataSet> set,
                           const QString& source) {
  points_ = points;
  data_ = std::move(set);
  {
    const QSignalBlocker quiet(axes_);
    const int before = std::max(0, axes_->currentIndex());
    axes_->clear();
    for (int x = 0; x < points.axes; ++x)
      for (int y = x + 1; y < points.axes; ++y)
        axes_->addItem(tr("axes %1 and %2").arg(x + 1).arg(y + 1), QPoint(x, y));
    if (axes_->count() == 0) axes_->addItem(tr("axis 1"), QPoint(0, 0));
    axes_->setCurrentIndex(std::min(before, axes_->count() - 1));
    axes_->setEnabled(axes_->count() > 1);
  }
  scatter_->setPicture([shown = data_](int index) { return toImage(frameOf(*shown, shown->test, index)); });
  draw();
  double shown = 0;
  for (const double share : points.share) shown += share;
  setVerdict(tr("%1 images, codes of %2 numbers; %3 axes hold %4 % of their variance (%5).")
                 .arg(QLocale().toString(qlonglong(points.images)), QString::number(points.latentSize),
                      QString::number(points.axes), QString::number(shown * 100, 'f', 0), source),
             QStringLiteral("info"), &Theme::textMuted);
  showResult(
      tr("A heap of one class: the code tells it apart without having been told. Classes that overlap look "
         "alike to it."));
}

void LatentPage::draw() {
  if (points_.images == 0) return;
  const QPoint axes = axes_->currentData().toPoint();
  const auto share = [this](int axis) {
    return QString::number(points_.share[static_cast<size_t>(axis)] * 100, 'f', 1);
  };
  std::vector<ScatterPoint> shown;
  for (int64_t n = 0; n < points_.images; ++n)
    shown.push_back(
        {static_cast<double>(points_.at(n, axes.x())),
         axes.y() == axes.x() ? 0 : static_cast<double>(points_.at(n, axes.y())),  // a code of one number
         points_.labels[static_cast<size_t>(n)]});
  QStringList kinds;
  for (const std::string& one : points_.classes) kinds << QString::fromStdString(one);
  scatter_->setPoints(
      std::move(shown), kinds,
      {tr("axis %1 (%2 % of the variance)").arg(QString::number(axes.x() + 1), share(axes.x())),
       axes.y() == axes.x() ? QString()
                            : tr("axis %1 (%2 %)").arg(QString::number(axes.y() + 1), share(axes.y()))});
}

void LatentPage::showPoint(int index) {
  if (index < 0)
    return setReading(
        tr("Point at an image, or use the arrow keys, to see it; click a class to lift it out."));
  const ScatterPoint& point = scatter_->points()[static_cast<size_t>(index)];
  const QString reading = tr("Image %1, %2, at (%3, %4).")
                              .arg(QString::number(index),
                                   QString::fromStdString(points_.classes[static_cast<size_t>(point.kind)]),
                                   QString::number(point.x, 'g', 3), QString::number(point.y, 'g', 3));
  scatter_->setAccessibleDescription(reading);
  setReading(reading);
}

}  // namespace bypath
