#include "core/training/model.h"

#include <algorithm>

#include "core/training/arrays.h"
#include "core/training/checkpoint.h"
#include "core/training/evaluation.h"
#include "core/training/run_files.h"
#include "core/training/settings.h"

namespace bypath {
namespace {

constexpr int64_t predictionBatch = 64;

StepKey keyOf(const Model& model) {
  return {.seed = static_cast<uint64_t>(AttributeReader(trainingSchema(), model.settings).integer("seed")),
          .step = static_cast<uint32_t>(model.step)};
}

// What a person means by the output of a network: its class scores, its reconstruction, or the one it has.
Result<ValueId> mainOutput(const NetworkSession& session) {
  for (const char* name : {"logits", "reconstruction"})
    if (const ValueId id = session.output(name); id != noValue) return id;
  if (session.outputs().empty())
    return Error{ErrorKind::usage, "The network has no output to write; name one of its parts."};
  return session.outputs()[0].value;
}

}  // namespace

Result<Model> loadModel(const std::filesystem::path& run, const LayerCatalog& layers) {
  std::error_code ignored;
  const bool folder = std::filesystem::is_directory(run, ignored);
  const std::filesystem::path path = folder ? run / lastCheckpointName : run;
  if (folder && !std::filesystem::exists(path, ignored))
    return Error{ErrorKind::io, "There is no checkpoint in " + run.string() +
                                    "; train first, or wait until the run has written one."};
  Result<Checkpoint> checkpoint = readCheckpoint(path);
  if (!checkpoint) return checkpoint.error();
  Result<ParameterStore> store = makeStore(checkpoint->header.network, layers);
  if (!store) return store.error();
  if (Result<void> loaded = loadParameters(*checkpoint, *store); !loaded) return loaded.error();
  CheckpointHeader& header = checkpoint->header;
  if (AttributeReader(trainingSchema(), completeSettings(header.settings)).real("ema_decay") > 0 &&
      checkpoint->optimizerUpdates >= 0) {
    WeightAverage average(0, *store);
    if (Result<void> loaded = loadAverage(*checkpoint, *store, average); !loaded) return loaded.error();
    average.swap(*store);  // what validation looked at
  }
  Result<NetworkSpec> network = withMuted(header.network, header.progress.muted, layers);
  if (!network) return network.error();
  return Model{.project = {.network = std::move(*network), .layout = {}, .training = header.settings},
               .settings = header.settings,
               .parameters = std::make_shared<ParameterStore>(std::move(*store)),
               .step = header.progress.step,
               .checkpoint = path};
}

Normalisation normalisationFor(const OpGraph& graph) {
  const bool reconstructs =
      std::ranges::any_of(graph.nodes, [](const OpNode& node) { return node.type->id == "bernoulli_loss"; });
  return reconstructs ? Normalisation::unit : Normalisation::standardise;
}

Result<std::map<std::string, double>> evaluate(const Model& model, Engine& engine, const LayerCatalog& layers,
                                               const BatchLoader& loader, const Split& split) {
  if (split.size() == 0)
    return Error{ErrorKind::data, "There are no images in that part of " + loader.data().name + "."};
  Result<NetworkSession> session =
      NetworkSession::open({model.project.network, layers, engine, *model.parameters},
                           {.batch = loader.settings().batch, .mode = Mode::evaluation});
  if (!session) return session.error();
  if (Result<void> fitting = fits(session->graph(), loader.data()); !fitting) return fitting.error();
  return *evaluateSplit(*session, loader, split, {.limit = 0, .key = keyOf(model)});
}

Result<NpyArray> predict(const Model& model, Engine& engine, const LayerCatalog& layers,
                         const NpyArray& input, const std::string& part) {
  const Shape sample = sampleShape(input);
  const int64_t count = input.shape.empty() ? 0 : input.shape[0];
  if (sample.rank() == 0 || count == 0)
    return Error{ErrorKind::data,
                 "The input must be an array of N x channels x height x width, or of N x numbers."};
  const int64_t batch = std::min(count, predictionBatch);
  Result<NetworkSession> session = NetworkSession::open(
      {model.project.network, layers, engine, *model.parameters},
      {.batch = batch, .mode = Mode::evaluation, .part = part, .fixedWeights = true, .results = true});
  if (!session) return session.error();
  for (const ValueId id : session->graph().inputs) {
    const Value& value = session->graph().value(id);
    if (value.role == InputRole::image && !(value.shape.perSample() == sample))
      return Error{ErrorKind::data, "The input's samples are " + sample.text() +
                                        " (height x width x channels), and " +
                                        (part.empty() ? "the network" : part) + " takes " +
                                        value.shape.perSample().text() + "."};
  }
  Result<ValueId> output = mainOutput(*session);
  if (!output) return output.error();

  const std::vector<float> images = channelsLast(input);
  const auto inputSize = static_cast<size_t>(sample.count());
  const Shape outputShape = session->graph().shape(*output).perSample();
  const auto outputSize = static_cast<size_t>(outputShape.count());
  std::vector<float> fed(static_cast<size_t>(batch) * inputSize), results;
  for (int64_t first = 0; first < count; first += batch) {
    const auto valid = static_cast<size_t>(std::min(batch, count - first));
    std::copy_n(images.begin() + static_cast<ptrdiff_t>(static_cast<size_t>(first) * inputSize),
                valid * inputSize, fed.begin());
    session->feed(fed, {});
    StepKey key = keyOf(model);
    key.firstSample = static_cast<uint32_t>(first);
    session->run(key);
    const std::vector<float> made = session->read(*output);
    results.insert(results.end(), made.begin(), made.begin() + static_cast<ptrdiff_t>(valid * outputSize));
  }
  return channelsFirst(results, outputShape.withBatch(count));
}

}  // namespace bypath
