#include "gui/dashboard/pictures_page.h"

#include <QLabel>
#include <QScrollArea>
#include <QVBoxLayout>

#include "gui/dashboard/empty_state.h"
#include "gui/dashboard/frame_image.h"
#include "gui/dashboard/image_grid.h"
#include "gui/dashboard/predictions_view.h"

namespace bypath {

namespace {

QWidget* page(QLabel* caption, QWidget* content) {
  caption->setProperty("role", "caption");
  caption->setWordWrap(true);
  caption->setContentsMargins(16, 8, 16, 0);
  auto* scroll = new QScrollArea;
  scroll->setWidgetResizable(true);
  scroll->setWidget(content);
  content->setBackgroundRole(QPalette::Base);
  auto* whole = new QWidget;
  auto* column = new QVBoxLayout(whole);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addWidget(caption);
  column->addWidget(scroll, 1);
  return whole;
}

std::vector<QImage> images(const std::vector<FrameImage>& frames) {
  std::vector<QImage> out;
  out.reserve(frames.size());
  for (const FrameImage& frame : frames) out.push_back(toImage(frame));
  return out;
}

}  // namespace

PicturesPage::PicturesPage(QWidget* parent)
    : QStackedWidget(parent),
      empty_(new EmptyState(
          QStringLiteral("pictures"), tr("No pictures yet"),
          tr("Train, and see what the network says about images it has never been trained on."))),
      score_(new QLabel),
      predictions_(new PredictionsView),
      grid_(new ImageGrid) {
  classifier_ = page(score_, predictions_);
  generator_ = page(
      new QLabel(tr("Reconstructions should come to resemble the originals above them; samples come from "
                    "the same random codes all through training, so that they can be compared over time.")),
      grid_);
  addWidget(empty_);
  addWidget(classifier_);
  addWidget(generator_);
}

void PicturesPage::setFrame(const InspectionFrame& frame) {
  if (!frame.predictions.empty()) {
    predictions_->setPredictions(frame.predictions, frame.classes);
    score_->setText(
        tr("Step %1: %2 of %3 validation images named correctly. The bars are the three likeliest classes; "
           "look for mistakes made with certainty.")
            .arg(frame.step)
            .arg(predictions_->correct())
            .arg(predictions_->count()));
    setCurrentWidget(classifier_);
  } else if (!frame.originals.empty() || !frame.samples.empty()) {
    std::vector<ImageRow> rows;
    if (!frame.originals.empty()) rows.push_back({tr("Originals"), images(frame.originals), false});
    if (!frame.reconstructions.empty())
      rows.push_back({tr("Reconstructions"), images(frame.reconstructions), false});
    if (!frame.samples.empty()) rows.push_back({tr("Samples"), images(frame.samples), true});
    grid_->setRows(std::move(rows));
    setCurrentWidget(generator_);
  } else {
    setCurrentWidget(empty_);
  }
}

}  // namespace bypath
