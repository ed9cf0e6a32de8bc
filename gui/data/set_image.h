// Images of a data set, and what training makes of them, on the screen.
#pragma once

#include <QImage>

#include "core/data/batch_loader.h"

namespace bypath {

// Whether its images are grey or coloured pictures.
bool drawable(const DataSet& set);
QImage imageOf(const DataSet& set, const Split& split, int64_t index);
// The first image of a batch, normalisation undone.
QImage imageOf(const DataSet& set, Normalisation normalisation, const Batch& batch);

}  // namespace bypath
