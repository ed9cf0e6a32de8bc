#include "core/ops/catalog.h"

#include <cassert>
#include <unordered_map>

namespace bypath {

namespace {

std::unordered_map<std::string_view, const OpType*> indexById() {
  std::unordered_map<std::string_view, const OpType*> byId;
  for (const OpType* type : opCatalog()) {
    [[maybe_unused]] const bool isNew = byId.emplace(type->id, type).second;
    assert(isNew && "two ops share an id");
  }
  return byId;
}

}  // namespace

const std::vector<const OpType*>& opCatalog() {
  static const std::vector<const OpType*> ops = {
      &conv2dOp(), &conv2dTransposedOp(), &conv2dWeightsOp(),
      // dense and bias
      &matmulOp(), &biasAddOp(), &sumToChannelsOp(),
      // batch norm
      &batchNormOp(), &batchNormApplyOp(), &batchNormBackwardOp(), &batchNormInferenceOp(),
      &batchNormInferenceBackwardOp(), &batchNormTrackOp(), &inverseStdOp(),
      // element-wise
      &reluOp(), &reluBackwardOp(), &eluOp(), &eluBackwardOp(), &sigmoidOp(), &sigmoidBackwardOp(), &tanhOp(),
      &tanhBackwardOp(),
      // pooling
      &maxPoolOp(), &maxPoolBackwardOp(), &averagePoolOp(), &averagePoolBackwardOp(), &globalAveragePoolOp(),
      &globalAveragePoolBackwardOp(),
      // shape and joining
      &reshapeOp(), &addOp(), &multiplyOp(), &scaleOp(), &concatOp(), &sliceChannelsOp(), &padChannelsOp(),
      &padChannelsBackwardOp(),
      // random
      &dropoutOp(), &gaussianSampleOp(), &gaussianSampleBackwardOp(),
      // losses and metrics
      &softmaxCrossEntropyOp(), &softmaxCrossEntropyBackwardOp(), &correctOp(), &bernoulliLossOp(),
      &bernoulliLossBackwardOp(), &gaussianKlOp(), &gaussianKlBackwardOp(), &squaredSumOp(),
      &scaleByScalarOp(),
      // objective and probes
      &objectiveOp(), &objectiveBackwardOp(), &dotOp(), &momentsOp(), &zerosOp(), &histogramOp()};
  return ops;
}

const OpType* findOp(std::string_view id) {
  static const std::unordered_map<std::string_view, const OpType*> byId = indexById();
  const auto found = byId.find(id);
  return found == byId.end() ? nullptr : found->second;
}

}  // namespace bypath
