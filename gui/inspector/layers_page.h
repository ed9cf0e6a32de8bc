// What a layer makes of an image, a map a channel, or the filters of a convolution. Asks anew whenever
// another layer or image is chosen.
//
//   connect(page, &InsidePage::wanted, ...);   // page->order() says what to look at
//   page->setLook(*look, tr("step 200 of 7"));
#pragma once

#include <memory>
#include <optional>

#include "core/inspection/activations.h"
#include "gui/inspector/inside_page.h"

class QComboBox;
class QLabel;
class QSpinBox;

namespace bypath {

class MapScaleBar;
class PictureCards;

struct LookOrder {
  std::string layer;  // empty, or not in the run's network: whatever is worth a look first
  int64_t image = 0;
  bool filters = false;
};

struct Look {
  std::vector<LookPlace> places;  // of the run's network
  std::shared_ptr<const DataSet> data;
  LookOrder order;                // what was looked at
  std::optional<LayerMaps> maps;  // one of the two
  std::optional<LayerFilters> filters;
};
// Reads nothing but what the order asks for. Errors as of layerMaps() and layerFilters().
Result<Look> lookInto(const Model& model, Engine& engine, const LayerCatalog& layers,
                      const std::shared_ptr<const DataSet>& data, LookOrder order);

class LayersPage : public InsidePage {
  Q_OBJECT
 public:
  explicit LayersPage(QWidget* parent = nullptr);
  LookOrder order() const;
  void setLook(const Look& look, const QString& source);
  // The layer, block or part drawn at this path, where the page shows a network that has it.
  void chooseDrawn(const QString& path);
  // The ending of the path chooses: .png, .svg, .pdf, .csv.
  Result<void> exportTo(const QString& path, const QString& title) const;

  QComboBox* layerBox() const { return layer_; }
  QComboBox* kindBox() const { return kind_; }
  QSpinBox* imageBox() const { return image_; }
  QSpinBox* inputBox() const { return input_; }
  PictureCards* pictures() const { return pictures_; }
  MapScaleBar* scaleBar() const { return scale_; }

 private:
  void buildOptions();
  void lookAgain();
  void offerPlaces();
  void showImage();
  void showMaps(const QString& source);
  void showFilters(const QString& source);
  void drawFilters();
  void showCard(int index);
  QByteArray csv() const;

  Look look_;
  QComboBox* layer_;
  QComboBox* kind_;
  QSpinBox* image_;
  QSpinBox* input_;
  MapScaleBar* scale_;
  QLabel* shown_;
  PictureCards* pictures_;
};

}  // namespace bypath
