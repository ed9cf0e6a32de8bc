// A layer's example inside a small network: the whole way from its lowering through the plan and an engine to
// the gradients of the weights before it, inside it and after it. The tests walk the layer catalog with this,
// and `bypath selfcheck` ships it.
//
//   LayerCheck X
#pragma once

#include <string>

#include "core/engines/engine.h"
#include "core/network/layer_type.h"

namespace bypath {

struct LayerCheck {
  bool passed = true;
  double worst = 0;     // largest error, as a share of the gradient's size
  std::string message;  // what failed; empty otherwise
};

// The layer in a network that brings it inputs of the shapes it asks for, through a dense layer each, and
// ends every output of it in a classifier; complete and trainable.
NetworkSpec networkAround(const LayerType& type, const LayerExample& example);

// Every parameter's gradient, in training mode and double precision, against central differences of fourth
// order of the loss along two random directions.
LayerCheck checkLayerGradient(const LayerType& type, const LayerExample& example);

// Loss and every parameter's gradient of one training step, by an engine and by the reference engine.
LayerCheck checkLayerOnEngine(const LayerType& type, const LayerExample& example, Engine& tested);

}  // namespace bypath
