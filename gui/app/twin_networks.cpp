#include "gui/app/twin_networks.h"

#include <QHBoxLayout>
#include <QLabel>

#include "gui/canvas/network_picture.h"

namespace bypath {

TwinNetworks::TwinNetworks(const LayerCatalog& layers, QWidget* parent) : QWidget(parent) {
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(16, 0, 16, 0);
  row->setSpacing(8);
  for (int i = 0; i < 2; ++i) {
    titles_[i] = new QLabel;
    titles_[i]->setProperty("role", "muted");
    titles_[i]->setAlignment(Qt::AlignCenter);
    pictures_[i] = new NetworkPicture(layers);
    pictures_[i]->setToolTip(tr("The wheel zooms, a drag moves, a double-click shows all of it"));
    auto* column = new QVBoxLayout;
    column->setSpacing(2);
    column->addWidget(titles_[i]);
    column->addWidget(pictures_[i], 1);
    row->addLayout(column, 1);
  }
}

void TwinNetworks::setRuns(const Run& first, const std::optional<Run>& second) {
  const auto set = [this](int i, const Run& run) {
    titles_[i]->setText(run.title);
    pictures_[i]->setAccessibleName(tr("Network of %1").arg(run.title));
    pictures_[i]->setProject(run.project);
  };
  set(0, first);
  if (second) set(1, *second);
  titles_[1]->setVisible(second.has_value());
  pictures_[1]->setVisible(second.has_value());
}

void TwinNetworks::showFlows(const ProbeRecord& first, const ProbeRecord& second) {
  pictures_[0]->showFlow(first);
  pictures_[1]->showFlow(second);
}

}  // namespace bypath
