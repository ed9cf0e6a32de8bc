// Launches of device/losses.h and device/objective.h.
#include <algorithm>

#include "core/engines/cuda/device_kernel.h"

namespace bypath {
namespace {

float smoothingOf(const DeviceRun& run) {
  return static_cast<float>(run.attributes.real("smoothing", 0));
}

void launchSoftmaxCrossEntropy(const DeviceRun& run) {
  const Shape& shape = run.inputs[0].shape;
  run.queue.reduce(gpu::SoftmaxLoss{.logits = run.inputs[0].array,
                                    .labels = run.inputs[1].array,
                                    .loss = run.outputs[0].array,
                                    .classes = shape[1],
                                    .smoothing = smoothingOf(run)},
                   shape[0], shape[1], 1);
}

void launchSoftmaxCrossEntropyBackward(const DeviceRun& run) {
  const Shape& shape = run.inputs[0].shape;
  auto* floats = reinterpret_cast<float*>(run.workspace);
  const gpu::Array logits = run.inputs[0].array, largest{floats}, logSum{floats + shape[0]};
  run.queue.reduce(
      gpu::SoftmaxSums{.logits = logits, .largest = largest, .logSum = logSum, .classes = shape[1]}, shape[0],
      shape[1], 1);
  run.queue.map(gpu::SoftmaxGradient{.logits = logits,
                                     .labels = run.inputs[1].array,
                                     .dloss = run.inputs[2].array,
                                     .largest = largest,
                                     .logSum = logSum,
                                     .dlogits = run.outputs[0].array,
                                     .classes = shape[1],
                                     .count = shape.count(),
                                     .smoothing = smoothingOf(run)},
                gpu::foursOf(shape.count()));
}

void launchCorrect(const DeviceRun& run) {
  const Shape& shape = run.inputs[0].shape;
  run.queue.reduce(gpu::Correct{run.inputs[0].array, run.inputs[1].array, run.outputs[0].array, shape[1]},
                   shape[0], shape[1], 1);
}

// A loss of two tensors, a number a sample.
template <class Loss>
void launchLoss(const DeviceRun& run) {
  const Shape& shape = run.inputs[0].shape;
  const auto sample = gpu::SampleRows::of(shape.perSample().count());
  run.queue.reduce(Loss{run.inputs[0].array, run.inputs[1].array, run.outputs[0].array, sample}, shape[0],
                   sample.rows, 1);
}

void launchBernoulliLossBackward(const DeviceRun& run) {
  const Shape& shape = run.inputs[0].shape;
  run.queue.map(gpu::BernoulliGradient{.probability = run.inputs[0].array,
                                       .target = run.inputs[1].array,
                                       .dloss = run.inputs[2].array,
                                       .gradient = run.outputs[0].array,
                                       .size = shape.perSample().count(),
                                       .count = shape.count()},
                gpu::foursOf(shape.count()));
}

void launchGaussianKlBackward(const DeviceRun& run) {
  const Shape& shape = run.inputs[0].shape;
  run.queue.map(gpu::GaussianKlGradient{.mu = run.inputs[0].array,
                                        .s = run.inputs[1].array,
                                        .dkl = run.inputs[2].array,
                                        .dmu = run.outputs[0].array,
                                        .ds = run.outputs[1].array,
                                        .size = shape.perSample().count(),
                                        .count = shape.count()},
                gpu::foursOf(shape.count()));
}

void launchObjective(const DeviceRun& run) {
  size_t next = 0;
  while (next < run.inputs.size()) {
    gpu::Objective objective{.count = 0,
                             .first = next == 0,
                             .total = reinterpret_cast<double*>(run.workspace),
                             .objective = run.outputs[0].array};
    int64_t rows = 0;
    for (; next < run.inputs.size() && objective.count < gpu::Objective::most; ++next) {
      const int64_t count = run.inputs[next].count();
      const double weight = run.attributes.real("weight" + std::to_string(next));
      objective.terms[objective.count++] = {run.inputs[next].array, count,
                                            weight / static_cast<double>(count)};
      rows = std::max(rows, count);
    }
    run.queue.reduce(objective, 1, rows, 1);
  }
}

void launchObjectiveBackward(const DeviceRun& run) {
  const int64_t count = run.outputs[0].count();
  run.queue.map(gpu::ObjectiveGradient{.scalar = run.inputs[0].array,
                                       .gradient = run.outputs[0].array,
                                       .count = count,
                                       .factor = static_cast<float>(run.attributes.real("weight") /
                                                                    run.attributes.real("count"))},
                gpu::foursOf(count));
}

}  // namespace

void addLossesKernels(DeviceKernels& kernels) {
  kernels.add("softmax_cross_entropy", "reduction", launchSoftmaxCrossEntropy);
  kernels.add("softmax_cross_entropy_backward", "reduction", launchSoftmaxCrossEntropyBackward,
              [](const OpCall& call) { return static_cast<size_t>(2 * call.inputs[0][0]) * sizeof(float); });
  kernels.add("correct", "reduction", launchCorrect);
  kernels.add("bernoulli_loss", "reduction", launchLoss<gpu::BernoulliLoss>);
  kernels.add("bernoulli_loss_backward", "map", launchBernoulliLossBackward);
  kernels.add("gaussian_kl", "reduction", launchLoss<gpu::GaussianKl>);
  kernels.add("gaussian_kl_backward", "map", launchGaussianKlBackward);
  kernels.add("objective", "reduction", launchObjective, [](const OpCall&) { return sizeof(double); });
  kernels.add("objective_backward", "map", launchObjectiveBackward);
}

}  // namespace bypath
