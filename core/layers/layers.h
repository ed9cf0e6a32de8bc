// One accessor a layer; catalog.cpp lists them in palette order.
#pragma once

#include "core/network/layer_type.h"

namespace bypath {

const LayerType& inputLayer();

const LayerType& residualBlockLayer();
const LayerType& partLayer();
const LayerType& addLayer();
const LayerType& zeroPadShortcutLayer();
const LayerType& multiplyLayer();
const LayerType& scaleLayer();

const LayerType& conv2dLayer();
const LayerType& conv2dTransposedLayer();

const LayerType& batchNormLayer();
const LayerType& scalarScaleLayer();
const LayerType& scalarBiasLayer();

const LayerType& reluLayer();
const LayerType& eluLayer();
const LayerType& sigmoidLayer();
const LayerType& tanhLayer();

const LayerType& maxPoolLayer();
const LayerType& averagePoolLayer();
const LayerType& globalAveragePoolLayer();

const LayerType& denseLayer();

const LayerType& flattenLayer();
const LayerType& reshapeLayer();
const LayerType& cropLayer();

const LayerType& dropoutLayer();
const LayerType& spatialDropoutLayer();
const LayerType& gaussianDropoutLayer();
const LayerType& stochasticDepthLayer();

const LayerType& concatLayer();

const LayerType& gaussianSampleLayer();

const LayerType& softmaxLossLayer();
const LayerType& bernoulliLossLayer();
const LayerType& klLossLayer();

const LayerType& partInputLayer();
const LayerType& partOutputLayer();

}  // namespace bypath
