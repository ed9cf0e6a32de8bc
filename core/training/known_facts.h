// What is known of a trained network, for whoever takes it elsewhere.
#pragma once

#include "core/network/model_facts.h"
#include "core/training/model.h"

namespace bypath {

// The data set says classes, mean and deviation; null: they stay unknown.
ModelFacts factsOf(const Model& model, const LayerCatalog& layers, const DataSet* data);

}  // namespace bypath
