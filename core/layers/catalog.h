// The layers a person can place, in palette order. A layer is one file in this folder, one accessor in
// layers.h and one line in catalog.cpp.
#pragma once

#include "core/network/layer_type.h"

namespace bypath {

const LayerCatalog& layerCatalog();

}  // namespace bypath
