// What a network comes to: counts by check(), and its picture. check() of a network of thousands of layers
// takes a while, so a Surveyor does it on another thread.
//
//   auto* surveyor = new Surveyor(layerCatalog(), this);
//   connect(surveyor, &Surveyor::ready, this, [this](const QString& id, const NetworkSurvey& survey) { ...
//   }); surveyor->begin("resnet", network);
#pragma once

#include <deque>
#include <QObject>
#include <QString>
#include <utility>

#include "gui/app/network_sketch.h"

namespace bypath {

struct NetworkSurvey {
  size_t layers = 0;
  size_t weightLayers = 0;  // convolutions and dense layers
  int64_t parameters = 0;   // trained
  double multiplyAdds = 0;  // of an image
  QString problem;          // why it cannot be trained; empty when it can
  NetworkSketch sketch;
};

NetworkSurvey surveyOf(const NetworkSpec& network, const LayerCatalog& layers);

class Surveyor : public QObject {
  Q_OBJECT
 public:
  explicit Surveyor(const LayerCatalog& layers, QObject* parent = nullptr);
  // Surveys are made one after another; of an id that still waits, only the newest network is.
  void begin(const QString& id, NetworkSpec network);

 Q_SIGNALS:
  void ready(const QString& id, const bypath::NetworkSurvey& survey);

 private:
  void next();

  const LayerCatalog& layers_;
  std::deque<std::pair<QString, NetworkSpec>> waiting_;
  bool busy_ = false;
};

}  // namespace bypath
