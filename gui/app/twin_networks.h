// Two runs' networks side by side, each with the gradient on its wires as it was at one step: for the page
// Twins, which knows runs but not how a network is drawn.
//
//   auto* networks = new TwinNetworks(layers);
//   page->setNetworks(networks);
//   networks->setRuns(first, second);
#pragma once

#include <optional>
#include <QWidget>

#include "core/network/project_file.h"
#include "core/probes/probe.h"

class QLabel;

namespace bypath {

class LayerCatalog;
class NetworkPicture;

class TwinNetworks : public QWidget {
  Q_OBJECT
 public:
  struct Run {
    QString title;
    Project project;
  };
  explicit TwinNetworks(const LayerCatalog& layers, QWidget* parent = nullptr);

  void setRuns(const Run& first, const std::optional<Run>& second);
  void showFlows(const ProbeRecord& first, const ProbeRecord& second);
  const NetworkPicture& picture(int which) const { return *pictures_[which]; }

 private:
  NetworkPicture* pictures_[2];
  QLabel* titles_[2];
};

}  // namespace bypath
