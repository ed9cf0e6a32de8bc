#include "core/layers/catalog.h"

#include "core/layers/layers.h"

namespace bypath {

const LayerCatalog& layerCatalog() {
  static const LayerCatalog catalog({
      &inputLayer(),
      &residualBlockLayer(),
      &partLayer(),
      &addLayer(),
      &concatLayer(),
      &multiplyLayer(),
      &scaleLayer(),
      &zeroPadShortcutLayer(),
      &conv2dLayer(),
      &conv2dTransposedLayer(),
      &batchNormLayer(),
      &scalarScaleLayer(),
      &scalarBiasLayer(),
      &reluLayer(),
      &eluLayer(),
      &sigmoidLayer(),
      &tanhLayer(),
      &maxPoolLayer(),
      &averagePoolLayer(),
      &globalAveragePoolLayer(),
      &denseLayer(),
      &flattenLayer(),
      &reshapeLayer(),
      &cropLayer(),
      &dropoutLayer(),
      &spatialDropoutLayer(),
      &gaussianDropoutLayer(),
      &stochasticDepthLayer(),
      &gaussianSampleLayer(),
      &softmaxLossLayer(),
      &bernoulliLossLayer(),
      &klLossLayer(),
      &partInputLayer(),
      &partOutputLayer(),
  });
  return catalog;
}

}  // namespace bypath
