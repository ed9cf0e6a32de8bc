#include "core/training/flow_batch.h"

#include <algorithm>
#include <numeric>

#include "core/training/arrays.h"

namespace bypath {
namespace {

Result<FlowBatch> givenBatch(const FlowRequest& request) {
  const Shape sample = sampleShape(*request.input);
  if (sample.rank() == 0 || request.input->shape[0] == 0)
    return Error{ErrorKind::data,
                 "The input must be an array of N x channels x height x width, or of N x numbers."};
  FlowBatch batch{channelsLast(*request.input), {}, request.input->shape[0], sample};
  if (!request.target) return batch;
  if (static_cast<int64_t>(request.target->values.size()) != batch.count)
    return Error{ErrorKind::data, "There are " + std::to_string(batch.count) + " images and " +
                                      std::to_string(request.target->values.size()) +
                                      " targets; give one class number an image."};
  batch.labels = request.target->values;
  return batch;
}

Result<FlowBatch> firstBatch(const std::shared_ptr<const DataSet>& data, int64_t batch,
                             Normalisation normalisation) {
  const int64_t count = std::min(batch, data->train.size());
  if (count == 0) return Error{ErrorKind::data, "There are no training images in " + data->name + "."};
  const BatchLoader loader(data, {.batch = count, .normalisation = normalisation});
  std::vector<int64_t> indices(static_cast<size_t>(count));
  std::iota(indices.begin(), indices.end(), int64_t{0});
  Batch made;
  loader.gather(data->train, indices, made);
  return FlowBatch{std::move(made.images), std::move(made.labels), count, data->imageShape};
}

// Inputs of the right shape, and labels that are classes of the network.
Result<void> accepts(const OpGraph& graph, const FlowBatch& batch) {
  for (const ValueId id : graph.inputs) {
    const Value& value = graph.value(id);
    if (value.role == InputRole::image && value.shape.perSample().count() != batch.sample.count())
      return Error{ErrorKind::data, "The images are " + batch.sample.text() +
                                        " (height x width x channels), and the "
                                        "network takes " +
                                        value.shape.perSample().text() + "."};
    if (value.role == InputRole::label && batch.labels.empty())
      return Error{ErrorKind::usage, "The network is trained with labels: give a target beside the input."};
  }
  for (const NamedValue& output : graph.outputs) {
    if (output.name != "logits") continue;
    const auto classes = static_cast<float>(graph.shape(output.value).last());
    if (!std::ranges::all_of(batch.labels, [&](float label) { return label >= 0 && label < classes; }))
      return Error{ErrorKind::data, "A target is not a class number from 0 to " +
                                        std::to_string(static_cast<int64_t>(classes) - 1) + "."};
  }
  return {};
}

}  // namespace

Result<FlowBatch> flowBatch(const OpGraph& graph, const FlowRequest& request, int64_t most) {
  if (!request.input && !request.data)
    return Error{ErrorKind::usage, "Give an input, or a data set to take the first batch of."};
  Result<FlowBatch> batch =
      request.input ? givenBatch(request) : firstBatch(request.data, most, normalisationFor(graph));
  if (!batch) return batch.error();
  if (Result<void> fitting = accepts(graph, *batch); !fitting) return fitting.error();
  return batch;
}

}  // namespace bypath
