// The list of ops. An op is one file in this folder, one accessor here and one line in catalog.cpp.
//
// Attribute names shared by several ops:
//   stride_h, stride_w, pad_top, pad_left, pad_bottom, pad_right, kernel_h, kernel_w: of convolution and
//   pooling axis sizes: height, width, channels stream: the random stream's number (streamOf(node path))
#pragma once

#include <string_view>
#include <vector>

#include "core/ops/op_type.h"

namespace bypath {

// Every op once; ids are unique.
const std::vector<const OpType*>& opCatalog();
const OpType* findOp(std::string_view id);

// --- convolution (conv2d.cpp, conv2d_transposed.cpp, conv2d_weights.cpp)
// conv2d: x (N,H,W,C), w (KH,KW,C,K) [, bias (K)] -> (N,OH,OW,K). Attributes stride_h/w, pad_*; relu and an
// input normalisation (input_norm.h) are added by fusion.
const OpType& conv2dOp();
// conv2d_transposed: y (N,OH,OW,K), w (KH,KW,C,K) [, bias (C)] -> x (N,height,width,C): the adjoint of conv2d
// in x. Attributes of that conv2d plus height, width. It is conv2d's backward-data and the transposed layer's
// forward. With split (split.h) either has a second output (3).
const OpType& conv2dTransposedOp();
// conv2d_weights: x (N,H,W,C), dy (N,OH,OW,K) -> dw (kernel_h,kernel_w,C,K). Attributes of conv2d plus
// kernel_h/w; an input normalisation is added by fusion.
const OpType& conv2dWeightsOp();

// --- dense and bias
// matmul: a, b rank 2, attributes transpose_a, transpose_b.
const OpType& matmulOp();
const OpType& biasAddOp();        // x (...,C), b (C)
const OpType& sumToChannelsOp();  // x (...,C) -> (C)

// --- batch norm (Ioffe & Szegedy 2015), over all axes but the last
// batch_norm: x, scale (C), shift (C) -> y, mean (C), inverse_std (C); attributes epsilon, relu (fused).
const OpType& batchNormOp();
// batch_norm_apply: x, mean (C), inverse_std (C), scale (C), shift (C) [, plus, of x's shape] -> y; attribute
// relu. Made by passes that leave batch_norm only its statistics.
const OpType& batchNormApplyOp();
// inverse_std: variance (C) -> 1 / sqrt(variance + epsilon); attribute epsilon. Made by passes, too.
const OpType& inverseStdOp();
// batch_norm_backward: x, scale, mean, inverse_std, dy [, shift when relu] [, plus when plus] -> dx, dscale,
// dshift [, split (3)]; attributes relu, plus, split (split.h).
const OpType& batchNormBackwardOp();
// batch_norm_inference: x, scale, shift, running_mean, running_variance -> y; attributes epsilon, relu.
const OpType& batchNormInferenceOp();
// batch_norm_inference_backward: x, scale, running_mean, running_variance, dy -> dx, dscale, dshift.
const OpType& batchNormInferenceBackwardOp();
// batch_norm_track: running_mean, running_variance (states), mean, inverse_std -> the states;
// attributes momentum (share of the old value kept), epsilon, count (values a channel), unbiased.
const OpType& batchNormTrackOp();

// --- element-wise: forward (x) -> y; backward takes (y, dy) -> dx. elu has attribute alpha.
const OpType& reluOp();
const OpType& reluBackwardOp();
const OpType& eluOp();
const OpType& eluBackwardOp();
const OpType& sigmoidOp();
const OpType& sigmoidBackwardOp();
const OpType& tanhOp();
const OpType& tanhBackwardOp();

// --- pooling; average excludes padding from the count when count_padding is 0
const OpType& maxPoolOp();          // x -> y
const OpType& maxPoolBackwardOp();  // x, y, dy -> dx; the first maximum in row-major order takes the gradient
const OpType& averagePoolOp();      // x -> y
const OpType& averagePoolBackwardOp();        // dy -> dx; attributes plus height, width
const OpType& globalAveragePoolOp();          // (N,H,W,C) -> (N,C)
const OpType& globalAveragePoolBackwardOp();  // dy -> dx; attributes height, width

// --- shape and joining
// reshape: attributes rank (of the result, the batch included), d1, d2, d3 (its sizes after the batch); alias
const OpType& reshapeOp();
const OpType& addOp();            // two or more of one shape; attribute relu is set by fusion
const OpType& multiplyOp();       // a * b, of one shape
const OpType& scaleOp();          // x * factor (attribute)
const OpType& concatOp();         // along channels
const OpType& sliceChannelsOp();  // attributes begin, channels
// pad_channels: option A shortcut (He 2015): every stride-th pixel, zero channels around. Attributes channels
// (of y), before (zero channels in front, default 0), and for images stride_h, stride_w (default 1), height,
// width (of y; default the most that fit). Other ranks are padded alike, without strides.
const OpType& padChannelsOp();
// pad_channels_backward: its adjoint, dy -> dx; height, width, channels are those of x.
const OpType& padChannelsBackwardOp();

// --- random (base/random.h; the mask is recomputed backward from the same key, never stored)
// dropout: x -> y = x * mask / (1 - rate); linear, so its own backward. Attributes rate, stream, reach (a
// DropoutReach, default value; dropout.h), normal (1: a normal factor of mean 1 and variance rate / (1 -
// rate) in the mask's place), unscaled (1: what is kept stays as it is).
const OpType& dropoutOp();
// gaussian_sample: mu (N,L), s (N,L) -> z = mu + sigma * noise; attributes stream, log_sigma (1: sigma =
// exp(s), the source notebooks' "faithful" mode; 0: sigma = exp(s/2), "correct").
const OpType& gaussianSampleOp();
const OpType& gaussianSampleBackwardOp();  // s, dz -> ds

// --- losses and metrics: per-sample (N)
const OpType& softmaxCrossEntropyOp();          // logits (N,K), labels (N); attribute smoothing
const OpType& softmaxCrossEntropyBackwardOp();  // logits, labels, dloss (N) -> dlogits
const OpType& correctOp();                      // logits, labels -> 1 where arg max agrees (first on ties)
// bernoulli_loss: probability (N,...), target (N,...) -> sum over a sample of binary cross-entropy, nats;
// clipped to [1e-7, 1 - 1e-7] as Keras does.
const OpType& bernoulliLossOp();
const OpType& bernoulliLossBackwardOp();  // probability, target, dloss -> dprobability
const OpType& gaussianKlOp();             // mu, s -> -1/2 sum(1 + s - mu^2 - exp(s)), nats
const OpType& gaussianKlBackwardOp();     // mu, s, dkl -> dmu, ds
const OpType& squaredSumOp();             // any -> (1); the L2 penalty of the reference VAE's heads
const OpType& scaleByScalarOp();          // x, scalar (1) -> x * scalar * factor (attribute, default 1)

// --- objective
// objective: any number of terms, (N) or (1) -> (1): sum of weight_i * mean(term_i); attributes weight0,
// weight1, ...
const OpType& objectiveOp();
const OpType&
objectiveBackwardOp();  // dobjective (1) -> d term, attributes weight, count (N, or 1 for a scalar term)

// --- probes
const OpType& dotOp();      // a, b of one shape -> (1)
const OpType& momentsOp();  // x -> (2): mean, variance over everything
const OpType& zerosOp();    // y (..., C) -> (2): share of values not above 0, of channels with none above 0
// histogram: x -> (histogramValues): least, greatest, and counts in equal bins between; histogram.h
const OpType& histogramOp();

}  // namespace bypath
