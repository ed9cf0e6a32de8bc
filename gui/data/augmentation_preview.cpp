#include "gui/data/augmentation_preview.h"

#include <algorithm>
#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QRandomGenerator>
#include <QSignalBlocker>
#include <QSlider>
#include <QVBoxLayout>

#include "gui/data/picture_strip.h"
#include "gui/data/set_image.h"
#include "gui/theme/theme.h"

namespace bypath {

namespace {

constexpr int64_t fewestEpochs = 50;  // to look at, however short the run is
constexpr int64_t mostEpochs = 100'000;

}  // namespace

AugmentationPreview::AugmentationPreview(QWidget* parent)
    : QWidget(parent),
      box_(new QCheckBox(tr("Augment"))),
      words_(new QLabel),
      strip_(new PictureStrip),
      slider_(new QSlider(Qt::Horizontal)),
      shuffle_(new QPushButton(tr("Shuffle"))) {
  words_->setProperty("role", "caption");
  words_->setWordWrap(true);
  box_->setObjectName(QStringLiteral("previewAugment"));
  box_->setAccessibleDescription(tr("A setting of training"));
  strip_->setAccessibleName(tr("The chosen image, as it is and augmented"));
  slider_->setObjectName(QStringLiteral("previewEpoch"));
  slider_->setAccessibleName(tr("First epoch shown"));
  slider_->setToolTip(
      tr("Epochs further on. The same epoch always gives the same picture: it follows from the\n"
         "seed, the step and the place in the batch."));
  slider_->setPageStep(epochsShown);
  shuffle_->setObjectName(QStringLiteral("previewShuffle"));
  shuffle_->setToolTip(tr("Other epochs"));
  auto* head = new QHBoxLayout;
  auto* heading = new QLabel(tr("Augmentation"));
  heading->setProperty("role", "heading");
  head->addWidget(heading, 1);
  head->addWidget(box_);
  auto* epochs = new QHBoxLayout;
  epochs->setSpacing(8);
  auto* name = new QLabel(tr("Epoch"));
  name->setBuddy(slider_);
  epochs->addWidget(name);
  epochs->addWidget(slider_, 1);
  epochs->addWidget(shuffle_);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(16, 10, 16, 12);
  column->setSpacing(6);
  column->addLayout(head);
  column->addWidget(words_);
  column->addWidget(strip_);
  column->addLayout(epochs);
  connect(box_, &QCheckBox::toggled, this, &AugmentationPreview::augmentChosen);
  connect(slider_, &QSlider::valueChanged, this, &AugmentationPreview::draw);
  connect(shuffle_, &QPushButton::clicked, this, &AugmentationPreview::shuffle);
}

void AugmentationPreview::setData(const std::shared_ptr<const DataSet>& set, const DataUse& use) {
  const QSignalBlocker quietBox(box_), quietSlider(slider_);
  set_ = set;
  LoaderSettings settings = use.loader;
  settings.augment = true;
  loader_ = std::make_unique<BatchLoader>(set, settings);
  box_->setChecked(use.loader.augment);
  box_->setToolTip(use.augmentHelp);
  words_->setText(
      use.loader.augment
          ? use.augmentHelp
          : tr("Off: training sees every image as it is. What it would do: %1").arg(use.augmentHelp));
  const int64_t epochs = std::clamp(use.epochs, fewestEpochs, mostEpochs);
  slider_->setRange(1, static_cast<int>(epochs) - epochsShown + 1);
  draw();
}

void AugmentationPreview::clear() {
  loader_.reset();
  set_.reset();
  image_ = -1;
  strip_->setPictures({});
}

void AugmentationPreview::showImage(int64_t image) {
  image_ = image;
  draw();
}

void AugmentationPreview::setCompact(bool compact) {
  if (compact == compact_) return;
  compact_ = compact;
  draw();
}

void AugmentationPreview::draw() {
  if (!loader_ || image_ < 0 || image_ >= set_->train.size() || !drawable(*set_))
    return strip_->setPictures({});
  const size_t label = set_->train.labels[static_cast<size_t>(image_)];
  const QString name =
      label < set_->classes.size() ? QString::fromStdString(set_->classes[label]) : QString();
  std::vector<StripPicture> pictures;
  pictures.push_back({imageOf(*set_, set_->train, image_), tr("as it is"),
                      tr("Training image %1, %2, as it is").arg(image_).arg(name)});
  Batch batch;
  for (int i = 0; i < (compact_ ? epochsCompact : epochsShown); ++i) {
    const int epoch = slider_->value() + i;  // counted from 1, as the curves do
    StripPicture picture{{}, tr("epoch %1").arg(epoch), tr("Epoch %1 leaves this image out").arg(epoch)};
    if (const auto place = loader_->placeInEpoch(image_, epoch - 1)) {
      loader_->trainingImage(image_, *place, batch);
      picture.image = imageOf(*set_, loader_->settings().normalisation, batch);
      picture.toolTip = tr("Epoch %1: step %2, place %3 of its batch")
                            .arg(epoch)
                            .arg(place->step + 1)
                            .arg(place->position + 1);
    }
    pictures.push_back(std::move(picture));
  }
  strip_->setPictures(std::move(pictures));
}

// A line above, between what scrolls and what stays.
void AugmentationPreview::paintEvent(QPaintEvent*) {
  QPainter(this).fillRect(0, 0, width(), 1, theme().border);
}

void AugmentationPreview::shuffle() {
  const int before = slider_->value(), lowest = slider_->minimum();
  const int other = lowest + QRandomGenerator::global()->bounded(slider_->maximum() - lowest);
  slider_->setValue(other >= before ? other + 1 : other);
}

}  // namespace bypath
