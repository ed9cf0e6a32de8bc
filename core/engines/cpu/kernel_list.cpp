// The dispatch policy on one screen: for each op its kernels, best first. The reference comes last for every
// op.
#include <deque>

#include "core/engines/cpu/cpu_engine.h"
#include "core/engines/cpu/function_kernel.h"
#include "core/engines/cpu/kernel_functions.h"
#include "core/engines/cpu/reference_kernel.h"
#include "core/ops/catalog.h"

namespace bypath {

namespace {

const FunctionKernel fastKernels[] = {
    {"conv2d", "winograd-4x4", runWinogradConv2d<winograd4>, winogradConv2dWorkspace<winograd4>,
     acceptWinogradConv2d<winograd4>, winogradConv2dKept<winograd4>},
    {"conv2d", "winograd-2x2", runWinogradConv2d<winograd2>, winogradConv2dWorkspace<winograd2>,
     acceptWinogradConv2d<winograd2>, winogradConv2dKept<winograd2>},
    {"conv2d", "gathered", runGatheredConv2d, gatheredConv2dWorkspace, acceptGatheredConv2d,
     gatheredConv2dKept},
    {"conv2d", "direct-bf16", runBf16Conv2d, bf16Conv2dWorkspace, acceptBf16Conv2d},
    {"conv2d", "direct", runConv2d, conv2dWorkspace, nullptr, conv2dKept},
    {"conv2d_transposed", "winograd-4x4", runWinogradConv2dTransposed<winograd4>,
     winogradConv2dTransposedWorkspace<winograd4>, acceptWinogradConv2dTransposed<winograd4>},
    {"conv2d_transposed", "winograd-2x2", runWinogradConv2dTransposed<winograd2>,
     winogradConv2dTransposedWorkspace<winograd2>, acceptWinogradConv2dTransposed<winograd2>},
    {"conv2d_transposed", "direct-bf16", runBf16Conv2dTransposed, bf16Conv2dTransposedWorkspace,
     acceptBf16Conv2dTransposed},
    {"conv2d_transposed", "direct", runConv2dTransposed, conv2dTransposedWorkspace},
    {"conv2d_weights", "winograd-4x4", runWinogradConv2dWeights<winograd4>,
     winogradConv2dWeightsWorkspace<winograd4>, acceptWinogradConv2dWeights<winograd4>},
    {"conv2d_weights", "winograd-2x2", runWinogradConv2dWeights<winograd2>,
     winogradConv2dWeightsWorkspace<winograd2>, acceptWinogradConv2dWeights<winograd2>},
    {"conv2d_weights", "direct-bf16", runBf16Conv2dWeights, bf16Conv2dWeightsWorkspace,
     acceptBf16Conv2dWeights},
    {"conv2d_weights", "direct", runConv2dWeights, conv2dWeightsWorkspace},

    {"matmul", "packed", runPackedMatmul, packedMatmulWorkspace, acceptPackedMatmul},
    {"matmul", "eigen", runEigenMatmul},
    {"bias_add", "spans", runBiasAdd, biasWorkspace},
    {"sum_to_channels", "spans", runSumToChannels, biasWorkspace},

    {"batch_norm", "spans", runBatchNorm, batchNormWorkspace},
    {"batch_norm_apply", "spans", runBatchNormApply, batchNormWorkspace},
    {"batch_norm_backward", "spans", runBatchNormBackward, batchNormWorkspace},
    {"batch_norm_inference", "spans", runBatchNormInference, batchNormWorkspace},
    {"batch_norm_inference_backward", "spans", runBatchNormInferenceBackward, batchNormWorkspace},
    {"inverse_std", "plain", runInverseStd},
    {"batch_norm_track", "plain", runBatchNormTrack},

    {"relu", "spans", runRelu},
    {"relu_backward", "spans", runReluBackward},
    {"elu", "spans", runElu},
    {"elu_backward", "spans", runEluBackward},
    {"sigmoid", "spans", runSigmoid},
    {"sigmoid_backward", "spans", runSigmoidBackward},
    {"tanh", "spans", runTanh},
    {"tanh_backward", "spans", runTanhBackward},

    {"max_pool", "spans", runMaxPool},
    {"max_pool_backward", "spans", runMaxPoolBackward, poolBackwardWorkspace},
    {"average_pool", "spans", runAveragePool},
    {"average_pool_backward", "spans", runAveragePoolBackward, poolBackwardWorkspace},
    {"global_average_pool", "spans", runGlobalAveragePool, globalAveragePoolWorkspace},
    {"global_average_pool_backward", "spans", runGlobalAveragePoolBackward},

    {"reshape", "copy", runReshape},
    {"add", "spans", runAdd},
    {"multiply", "spans", runMultiply},
    {"scale", "spans", runScale},
    {"scale_by_scalar", "spans", runScaleByScalar},
    {"concat", "copy", runConcat},
    {"slice_channels", "copy", runSliceChannels},
    {"pad_channels", "copy", runPadChannels},
    {"pad_channels_backward", "copy", runPadChannelsBackward},

    {"dropout", "plain", runDropout, dropoutWorkspace},
    {"gaussian_sample", "plain", runGaussianSample},
    {"gaussian_sample_backward", "plain", runGaussianSampleBackward},

    {"softmax_cross_entropy", "plain", runSoftmaxCrossEntropy},
    {"softmax_cross_entropy_backward", "plain", runSoftmaxCrossEntropyBackward},
    {"correct", "plain", runCorrect},
    {"bernoulli_loss", "spans", runBernoulliLoss},
    {"bernoulli_loss_backward", "spans", runBernoulliLossBackward},
    {"gaussian_kl", "plain", runGaussianKl},
    {"gaussian_kl_backward", "plain", runGaussianKlBackward},

    {"objective", "plain", runObjective},
    {"objective_backward", "plain", runObjectiveBackward},
    {"squared_sum", "spans", runSquaredSum, sumWorkspace},
    {"dot", "spans", runDot, sumWorkspace},
    {"moments", "spans", runMoments, sumWorkspace},
    {"zeros", "plain", runZeros, zerosWorkspace},
    {"histogram", "plain", runHistogram, histogramWorkspace},
};

}  // namespace

const std::vector<const Kernel*>& cpuKernels() {
  static const std::deque<ReferenceKernel> references = [] {
    std::deque<ReferenceKernel> all;
    for (const OpType* type : opCatalog()) all.emplace_back(*type);
    return all;
  }();
  static const std::vector<const Kernel*> kernels = [] {
    std::vector<const Kernel*> all;
    for (const FunctionKernel& kernel : fastKernels) all.push_back(&kernel);
    for (const ReferenceKernel& kernel : references) all.push_back(&kernel);
    return all;
  }();
  return kernels;
}

}  // namespace bypath
