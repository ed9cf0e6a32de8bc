// A residual block as a small picture: what stands on the branch, the shortcut as an arc above it, and what
// follows the sum, from left to right. Read off the checked block itself, so that it shows what is run.
//
//   list->addItem(new QListWidgetItem(blockPicture({{"order", "full-preactivation"}}, layers, 2), title));
#pragma once

#include <QPixmap>
#include <QStringList>

#include "core/network/layer_type.h"

namespace bypath {

// The layers of one copy of a block, in order of execution.
struct BlockWays {
  std::vector<std::string> before, branch, shortcut, after;  // layer type ids
  bool hasArc = false;
};

// Of a block with these attributes, reading 8x8x16. A block that cannot be drawn has nothing on its ways.
BlockWays blockWays(const Attributes& attributes, const LayerCatalog& layers);

QPixmap blockPicture(const Attributes& attributes, const LayerCatalog& layers, double pixelRatio);
QSize blockPictureSize();  // in pixels of the window

}  // namespace bypath
