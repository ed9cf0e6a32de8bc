// What kernel_list.cpp puts into its table: one function an op (and those for the memory it needs), by file.
#pragma once

#include "core/engines/cpu/winograd_tiles.h"
#include "core/engines/kernel.h"

namespace bypath {

// conv2d.cpp, conv2d_weights.cpp
size_t conv2dWorkspace(const OpCall&, int threads);
size_t conv2dKept(const OpCall&);
void runConv2d(const KernelRun&);
Refusal acceptGatheredConv2d(const OpCall&);
size_t gatheredConv2dWorkspace(const OpCall&, int threads);
size_t gatheredConv2dKept(const OpCall&);
void runGatheredConv2d(const KernelRun&);
template <WinogradForm form>
Refusal acceptWinogradConv2d(const OpCall&);
template <WinogradForm form>
size_t winogradConv2dWorkspace(const OpCall&, int threads);
template <WinogradForm form>
size_t winogradConv2dKept(const OpCall&);
template <WinogradForm form>
void runWinogradConv2d(const KernelRun&);
Refusal acceptBf16Conv2d(const OpCall&);
size_t bf16Conv2dWorkspace(const OpCall&, int threads);
void runBf16Conv2d(const KernelRun&);
Refusal acceptBf16Conv2dTransposed(const OpCall&);
size_t bf16Conv2dTransposedWorkspace(const OpCall&, int threads);
void runBf16Conv2dTransposed(const KernelRun&);
Refusal acceptBf16Conv2dWeights(const OpCall&);
size_t bf16Conv2dWeightsWorkspace(const OpCall&, int threads);
void runBf16Conv2dWeights(const KernelRun&);
size_t conv2dTransposedWorkspace(const OpCall&, int threads);
void runConv2dTransposed(const KernelRun&);
template <WinogradForm form>
Refusal acceptWinogradConv2dTransposed(const OpCall&);
template <WinogradForm form>
size_t winogradConv2dTransposedWorkspace(const OpCall&, int threads);
template <WinogradForm form>
void runWinogradConv2dTransposed(const KernelRun&);
size_t conv2dWeightsWorkspace(const OpCall&, int threads);
void runConv2dWeights(const KernelRun&);
template <WinogradForm form>
Refusal acceptWinogradConv2dWeights(const OpCall&);
template <WinogradForm form>
size_t winogradConv2dWeightsWorkspace(const OpCall&, int threads);
template <WinogradForm form>
void runWinogradConv2dWeights(const KernelRun&);

// matmul.cpp
Refusal acceptPackedMatmul(const OpCall&);
size_t packedMatmulWorkspace(const OpCall&, int threads);
void runPackedMatmul(const KernelRun&);
void runEigenMatmul(const KernelRun&);

// batch_norm.cpp
size_t batchNormWorkspace(const OpCall&, int threads);
void runBatchNorm(const KernelRun&);
void runBatchNormApply(const KernelRun&);
void runBatchNormBackward(const KernelRun&);
void runBatchNormInference(const KernelRun&);
void runBatchNormInferenceBackward(const KernelRun&);
void runInverseStd(const KernelRun&);
void runBatchNormTrack(const KernelRun&);
size_t biasWorkspace(const OpCall&, int threads);
void runBiasAdd(const KernelRun&);
void runSumToChannels(const KernelRun&);

// element_wise.cpp
void runRelu(const KernelRun&);
void runElu(const KernelRun&);
void runSigmoid(const KernelRun&);
void runTanh(const KernelRun&);
void runReluBackward(const KernelRun&);
void runEluBackward(const KernelRun&);
void runSigmoidBackward(const KernelRun&);
void runTanhBackward(const KernelRun&);
void runAdd(const KernelRun&);
void runMultiply(const KernelRun&);
void runScale(const KernelRun&);
void runScaleByScalar(const KernelRun&);

// pooling.cpp
void runMaxPool(const KernelRun&);
size_t poolBackwardWorkspace(const OpCall&, int threads);
void runMaxPoolBackward(const KernelRun&);
void runAveragePool(const KernelRun&);
void runAveragePoolBackward(const KernelRun&);
size_t globalAveragePoolWorkspace(const OpCall&, int threads);
void runGlobalAveragePool(const KernelRun&);
void runGlobalAveragePoolBackward(const KernelRun&);

// joining.cpp
void runReshape(const KernelRun&);
void runConcat(const KernelRun&);
void runSliceChannels(const KernelRun&);
void runPadChannels(const KernelRun&);
void runPadChannelsBackward(const KernelRun&);

// random.cpp
size_t dropoutWorkspace(const OpCall&, int threads);
void runDropout(const KernelRun&);
void runGaussianSample(const KernelRun&);
void runGaussianSampleBackward(const KernelRun&);

// losses.cpp
void runSoftmaxCrossEntropy(const KernelRun&);
void runSoftmaxCrossEntropyBackward(const KernelRun&);
void runCorrect(const KernelRun&);
void runBernoulliLoss(const KernelRun&);
void runBernoulliLossBackward(const KernelRun&);
void runGaussianKl(const KernelRun&);
void runGaussianKlBackward(const KernelRun&);
void runObjective(const KernelRun&);
void runObjectiveBackward(const KernelRun&);

// sums.cpp
size_t sumWorkspace(const OpCall&, int threads);
void runDot(const KernelRun&);
void runSquaredSum(const KernelRun&);
void runMoments(const KernelRun&);
size_t zerosWorkspace(const OpCall&, int threads);
void runZeros(const KernelRun&);

// histogram.cpp
size_t histogramWorkspace(const OpCall&, int threads);
void runHistogram(const KernelRun&);

}  // namespace bypath
