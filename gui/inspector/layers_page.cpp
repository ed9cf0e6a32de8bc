#include "gui/inspector/layers_page.h"

#include <algorithm>
#include <QAbstractItemView>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QSpinBox>

#include "core/training/frame_images.h"
#include "gui/dashboard/frame_image.h"
#include "gui/figures/figure_file.h"
#include "gui/inspector/map_scale_bar.h"
#include "gui/inspector/picture_cards.h"
#include "gui/theme/picture_size.h"

namespace bypath {

namespace {

// One number a channel needs no large picture.
int tileOf(int64_t width) {
  constexpr int number = 24;
  return width == 1 ? number : sharpSize(static_cast<int>(width));
}

QString number(double value) {
  return QString::number(value, 'g', 3).replace(QLatin1Char('-'), QChar(0x2212));
}

QString readingOf(const ChannelFacts& facts, int64_t channel, bool single) {
  if (single) return LayersPage::tr("Channel %1: %2.").arg(QString::number(channel), number(facts.mean));
  QString reading =
      LayersPage::tr("Channel %1: mean %2, deviation %3, from %4 to %5, %6 % zeros.")
          .arg(QString::number(channel), number(facts.mean), number(facts.deviation), number(facts.low),
               number(facts.high), QString::number(facts.zeros * 100, 'f', 0));
  if (facts.broken == 0) return reading;
  return LayersPage::tr("%1 Magenta: %2 % are no numbers.")
      .arg(reading, QString::number(facts.broken * 100, 'f', 1));
}

}  // namespace

LayersPage::LayersPage(QWidget* parent)
    : InsidePage({.icon = QStringLiteral("pictures"),
                  .verb = tr("Look inside"),
                  .title = tr("Nothing looked at yet"),
                  .text = tr("Reads a run's last checkpoint and shows what its layers make of a validation "
                             "image, channel by channel, and the filters of its convolutions."),
                  .busy = tr("Running the network up to this layer"),
                  .file = QStringLiteral("layer")},
                 parent),
      layer_(new QComboBox),
      kind_(new QComboBox),
      image_(new QSpinBox),
      input_(new QSpinBox),
      scale_(new MapScaleBar),
      shown_(new QLabel),
      pictures_(new PictureCards) {
  buildOptions();
  pictures_->setAccessibleName(tr("Channels"));
  shown_->setContentsMargins(4, 9, 4, 0);
  shown_->setAlignment(Qt::AlignLeft | Qt::AlignTop);
  auto* both = new QWidget;
  auto* row = new QHBoxLayout(both);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(4);
  row->addWidget(shown_);
  row->addWidget(PictureCards::scrolled(pictures_), 1);
  setResultView(both, [this](const QString& path, const QString& title) { return exportTo(path, title); });
  connect(layer_, &QComboBox::currentIndexChanged, this, &LayersPage::lookAgain);
  connect(kind_, &QComboBox::currentIndexChanged, this, &LayersPage::lookAgain);
  connect(image_, &QSpinBox::valueChanged, this, &LayersPage::lookAgain);
  connect(input_, &QSpinBox::valueChanged, this, &LayersPage::drawFilters);
  connect(pictures_, &PictureCards::selectedChanged, this, &LayersPage::showCard);
}

void LayersPage::buildOptions() {
  layer_->setAccessibleName(tr("Layer, block or part"));
  layer_->setToolTip(tr("What to look at; selecting it on the canvas does the same"));
  layer_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  constexpr int usual = 16, least = 100, listWidth = 340;
  layer_->setMinimumContentsLength(usual);
  layer_->view()->setMinimumWidth(listWidth);
  layer_->view()->setTextElideMode(Qt::ElideMiddle);
  kind_->addItems({tr("Maps"), tr("Filters")});
  kind_->setAccessibleName(tr("Maps or filters"));
  kind_->setToolTip(tr("What it makes of the image, or the weights of a convolution"));
  image_->setPrefix(tr("Image "));
  image_->setWrapping(true);
  image_->setKeyboardTracking(false);
  image_->setAccessibleName(tr("Validation image"));
  image_->setToolTip(tr("Which validation image it looks at; the arrow keys go through them"));
  input_->setPrefix(tr("Input "));
  input_->setAccessibleName(tr("Input channel of the filters"));
  input_->setToolTip(tr("The filters' weights for this channel of their input"));
  input_->hide();
  for (QWidget* option : {static_cast<QWidget*>(layer_), static_cast<QWidget*>(kind_),
                          static_cast<QWidget*>(image_), static_cast<QWidget*>(input_)})
    addOption(option);
  for (QWidget* option :
       {static_cast<QWidget*>(layer_), static_cast<QWidget*>(kind_), static_cast<QWidget*>(image_)})
    option->setVisible(false);  // until there is a network
  // In a narrow window these give way rather than the panels beside them.
  layer_->setMinimumWidth(least);
  for (QSpinBox* box : {image_, input_}) box->setMinimumWidth(least - 10);
  addView(scale_);
}

LookOrder LayersPage::order() const {
  const auto place = std::ranges::find(look_.places, layer_->currentText().toStdString(), &LookPlace::path);
  return {.layer = layer_->currentText().toStdString(),
          .image = image_->value(),
          .filters = kind_->currentIndex() == 1 && place != look_.places.end() && place->hasFilters};
}

void LayersPage::lookAgain() {
  if (showsResult()) begin();
}

void LayersPage::chooseDrawn(const QString& path) {
  if (!isVisible() || !showsResult()) return;
  const std::string wanted = path.toStdString();
  auto found = std::ranges::find(look_.places, wanted, &LookPlace::path);
  if (found == look_.places.end()) found = std::ranges::find(look_.places, wanted, &LookPlace::drawn);
  if (found != look_.places.end()) layer_->setCurrentText(QString::fromStdString(found->path));
}

void LayersPage::setLook(const Look& look, const QString& source) {
  look_ = look;
  offerPlaces();
  const int selected = pictures_->selected();
  if (look_.filters)
    showFilters(source);
  else
    showMaps(source);
  if (selected < static_cast<int>(pictures_->cards().size())) pictures_->select(selected);
}

void LayersPage::offerPlaces() {
  const QSignalBlocker quietLayer(layer_), quietImage(image_), quietInput(input_), quietKind(kind_);
  bool known = layer_->count() == static_cast<int>(look_.places.size());
  for (int i = 0; known && i < layer_->count(); ++i)
    known = layer_->itemText(i).toStdString() == look_.places[static_cast<size_t>(i)].path;
  if (!known) {
    layer_->clear();
    for (const LookPlace& place : look_.places) layer_->addItem(QString::fromStdString(place.path));
  }
  layer_->setCurrentText(QString::fromStdString(look_.order.layer));
  const auto place = std::ranges::find(look_.places, look_.order.layer, &LookPlace::path);
  kind_->setEnabled(place != look_.places.end() && place->hasFilters);
  image_->setRange(0, std::max(0, static_cast<int>(look_.data->test.size()) - 1));
  image_->setValue(static_cast<int>(look_.order.image));
  const bool slices = look_.filters && !look_.filters->ofColours;
  if (slices) input_->setRange(0, static_cast<int>(look_.filters->inputs) - 1);
  layer_->show();
  kind_->show();
  image_->setVisible(!look_.filters);
  showImage();
  input_->setVisible(slices);
}

// What the network is looking at, beside what it makes of it.
void LayersPage::showImage() {
  shown_->setVisible(!look_.filters);
  const QImage image = toImage(frameOf(*look_.data, look_.data->test, look_.order.image));
  if (image.isNull()) return shown_->clear();
  shown_->setPixmap(QPixmap::fromImage(image.scaledToWidth(sharpSize(image.width()))));
  const size_t label = look_.data->test.labels[static_cast<size_t>(look_.order.image)];
  const QString text =
      tr("Validation image %1, %2")
          .arg(QString::number(look_.order.image), QString::fromStdString(look_.data->classes[label]));
  shown_->setToolTip(text);
  shown_->setAccessibleName(text);
}

void LayersPage::showMaps(const QString& source) {
  const LayerMaps& maps = *look_.maps;
  scale_->setScale(maps.scale);
  scale_->show();
  std::vector<PictureCard> cards;
  double zeros = 0;
  int silent = 0;
  for (size_t c = 0; c < maps.channels.size(); ++c) {
    const ChannelFacts& facts = maps.channels[c];
    const std::vector<uint8_t> bytes = colours(maps.map(0, static_cast<int64_t>(c)), maps.scale);
    cards.push_back({imageOfBytes(bytes, maps.width, maps.height),
                     {QString::number(c)},
                     readingOf(facts, static_cast<int64_t>(c), maps.height * maps.width == 1)});
    zeros += facts.zeros / static_cast<double>(maps.channels.size());
    silent += facts.zeros == 1 ? 1 : 0;
  }
  pictures_->setCards(std::move(cards), tileOf(maps.width));
  const QString idle =
      silent > 0 ? tr(", %1 of %2 channels wholly").arg(silent).arg(maps.channels.size()) : QString();
  setVerdict(tr("%1 gives %2 × %3 × %4; %5 % of it is zero%6 (%7).")
                 .arg(QString::fromStdString(maps.place.path), QString::number(maps.height),
                      QString::number(maps.width), QString::number(maps.channels.size()),
                      QString::number(zeros * 100, 'f', 0), idle, source),
             QStringLiteral("info"), &Theme::textMuted);
  showResult(
      tr("All maps have one scale. Early layers show edges and colours, later ones coarser and rarer "
         "things."));
}

void LayersPage::showFilters(const QString& source) {
  const LayerFilters& filters = *look_.filters;
  scale_->setScale(filters.scale);
  scale_->setVisible(!filters.ofColours);
  drawFilters();
  setVerdict(tr("%1 has %2 filters of %3 × %4 over %5 channels, weights from %6 to %7 (%8).")
                 .arg(QString::fromStdString(filters.path), QString::number(filters.outputs),
                      QString::number(filters.height), QString::number(filters.width),
                      QString::number(filters.inputs), number(filters.scale.low), number(filters.scale.high))
                 .arg(source),
             QStringLiteral("info"), &Theme::textMuted);
  showResult(
      filters.ofColours
          ? tr("Each filter as the colours it answers to; grey is no weight. Smooth ones were learned, noise "
               "is how they began.")
          : tr("The weights of every filter for one channel of its input. Smooth ones have been "
               "learned, noise is how they began."));
}

void LayersPage::drawFilters() {
  if (!look_.filters) return;
  const LayerFilters& filters = *look_.filters;
  std::vector<PictureCard> cards;
  for (int64_t o = 0; o < filters.outputs; ++o) {
    const std::vector<uint8_t> bytes =
        filters.ofColours
            ? colourPlanes(filters.slice(o, 0), filters.slice(o, 1), filters.slice(o, 2), filters.scale)
            : colours(filters.slice(o, input_->value()), filters.scale);
    cards.push_back(
        {imageOfBytes(bytes, filters.width, filters.height),
         {QString::number(o)},
         filters.ofColours
             ? tr("Filter of output channel %1, as colours.").arg(o)
             : tr("Filter of output channel %1 for input channel %2.").arg(o).arg(input_->value())});
  }
  pictures_->setCards(std::move(cards), tileOf(filters.width));
}

void LayersPage::showCard(int index) {
  setReading(index >= 0 ? pictures_->cards()[static_cast<size_t>(index)].reading
                        : tr("Click a picture, or use the arrow keys, to read it."));
}

QByteArray LayersPage::csv() const {
  if (look_.filters) {
    QByteArray text = "output,input,row,column,weight\n";
    const LayerFilters& f = *look_.filters;
    for (int64_t o = 0; o < f.outputs; ++o)
      for (int64_t i = 0; i < f.inputs; ++i)
        for (int64_t at = 0; at < f.height * f.width; ++at) {
          for (const int64_t part : {o, i, at / f.width, at % f.width})
            text += QByteArray::number(qlonglong(part)) + ',';
          text +=
              QByteArray::number(static_cast<double>(f.slice(o, i)[static_cast<size_t>(at)]), 'g', 9) + '\n';
        }
    return text;
  }
  QByteArray text = "channel,mean,deviation,zeros,least,most\n";
  for (size_t c = 0; look_.maps && c < look_.maps->channels.size(); ++c) {
    const ChannelFacts& one = look_.maps->channels[c];
    text += QByteArray::number(qulonglong(c));
    for (const double value : {one.mean, one.deviation, one.zeros, one.low, one.high})
      text += ',' + QByteArray::number(value, 'g', 9);
    text += '\n';
  }
  return text;
}

// All pictures, not only those in sight, with their scale above.
Result<void> LayersPage::exportTo(const QString& path, const QString& title) const {
  constexpr int above = 24;
  const QSize size(pictures_->width(), pictures_->heightForWidth(pictures_->width()) + above);
  const auto paint = [this](QPainter& painter) {
    if (!look_.filters || !look_.filters->ofColours) scale_->paint(painter, QRectF(6, 2, 240, above - 4));
    painter.translate(0, above);
    pictures_->paint(painter);
  };
  return writeFigure({size, title, paint, [this] { return csv(); }}, path);
}

}  // namespace bypath
