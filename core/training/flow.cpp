#include "core/training/flow.h"

#include <cmath>

#include "core/tensor/safetensors.h"
#include "core/training/flow_batch.h"
#include "core/training/network_session.h"
#include "core/training/settings.h"

namespace bypath {
namespace {

Result<void> saveGradients(const std::filesystem::path& path, const ParameterStore& store, int64_t step) {
  SafetensorsFile file;
  file.metadata = {
      {"format", "bypath-gradients"},
      {"step", std::to_string(step)},
      {"layout",
       "float32, C order; convolution weights (kernel height, kernel width, input channels, output "
       "channels), dense weights (inputs, outputs)"}};
  for (int p = 0; p < store.size(); ++p) {
    const ParameterInfo& info = store.info(p);
    if (!info.trainable()) continue;
    file.tensors[info.name] = StoredTensor::fromFloats(info.shape.sizes(), store.gradients(p).data());
  }
  return writeSafetensors(path, file);
}

}  // namespace

Result<GradientFlow> gradientFlow(const Model& model, Engine& engine, const LayerCatalog& layers,
                                  const FlowRequest& request) {
  const AttributeReader settings(trainingSchema(), model.settings);
  ParameterStore store = copyOf(*model.parameters);
  const CheckedNetwork checked = check(model.project.network, layers);
  Result<FlowBatch> batch = flowBatch(checked.graph, request, settings.integer("batch"));
  if (!batch) return batch.error();

  Result<NetworkSession> session = NetworkSession::open(
      {model.project.network, layers, engine, store},
      {.batch = batch->count,
       .gradients = true,
       .probes = {.layerGradients = true, .shortcutSplit = true, .activities = request.activities}});
  if (!session) return session.error();
  session->feed(batch->images, batch->labels);
  session->run(
      {.seed = static_cast<uint64_t>(settings.integer("seed")), .step = static_cast<uint32_t>(model.step)});
  if (!request.saveGradients.empty())
    if (Result<void> saved = saveGradients(request.saveGradients, store, model.step); !saved)
      return saved.error();
  GradientFlow flow{
      .values = session->means(), .probes = session->probes(store, model.step), .batch = batch->count};
  const auto count = static_cast<double>(batch->images.size());
  double squares = 0;
  for (float value : batch->images) flow.inputMean += static_cast<double>(value) / count;
  for (float value : batch->images) squares += std::pow(static_cast<double>(value) - flow.inputMean, 2);
  flow.inputDeviation = std::sqrt(squares / count);
  return flow;
}

}  // namespace bypath
