#include "core/training/training_memory.h"

#include "core/base/text.h"
#include "core/network/check.h"
#include "core/plan/plan.h"
#include "core/training/settings.h"

namespace bypath {

namespace {

Result<ExecutionPlan> planFor(const NetworkSpec& network, const LayerCatalog& layers, const Engine& engine,
                              int64_t batch, Mode mode) {
  CheckedNetwork checked = check(network, layers, {.batch = batch, .mode = mode});
  if (!checked.ok()) return Error{ErrorKind::data, summarise(checked.diagnostics)};
  return compile(std::move(checked.graph), engine,
                 {.training = mode == Mode::training, .memoryLimit = UINT64_MAX});
}

}  // namespace

std::string TrainingMemory::text() const {
  return bytesText(step) + " for a step, " + bytesText(parameters) + " for parameters and gradients, " +
         bytesText(optimizer) + " for the optimizer, " + bytesText(validation) + " for validation" +
         (checkpoint > 0 ? ", " + bytesText(checkpoint) + " while a checkpoint is written" : "");
}

Result<TrainingMemory> predictMemory(const NetworkSpec& network, const LayerCatalog& layers,
                                     const Engine& engine, const Attributes& settings) {
  const AttributeReader read(trainingSchema(), settings);
  const int64_t batch = read.integer("batch"), parts = read.integer("micro_batches");
  const Result<ExecutionPlan> training = planFor(network, layers, engine, batch / parts, Mode::training);
  if (!training) return training.error();
  const Result<ExecutionPlan> validation = planFor(network, layers, engine, batch, Mode::evaluation);
  if (!validation) return validation.error();

  uint64_t trained = 0, all = 0;
  for (const ParameterInfo& info : training->program->graph.parameters) {
    const uint64_t bytes = sizeof(float) * static_cast<uint64_t>(info.shape.count());
    all += bytes;
    if (info.trainable()) trained += bytes;
  }
  const std::string& optimizer = read.text("optimizer");
  const bool adam = optimizer == "adam" || optimizer == "adamw";
  const uint64_t slots = adam ? 2 : 1;
  const uint64_t average = read.real("ema_decay") > 0 ? all : 0;
  // On a GPU filters are kept in its libraries' layout, too, and a state is on its way off it, in case it
  // fails.
  if (engine.freeBytes() > 0)
    return TrainingMemory{.step = training->arenaBytes,
                          .parameters = training->parameterBytes + all + trained,
                          .optimizer = 2 * slots * trained + all,
                          .validation = validation->arenaBytes};
  return TrainingMemory{.step = training->arenaBytes,
                        .parameters = training->parameterBytes,
                        .optimizer = slots * trained + average + (parts > 1 ? trained : 0),
                        .validation = validation->arenaBytes,
                        .checkpoint = all + slots * trained + average};
}

Result<TrainingMemory> trainingMemory(const NetworkSpec& network, const LayerCatalog& layers,
                                      const Engine& engine, const Attributes& settings) {
  Result<TrainingMemory> memory = predictMemory(network, layers, engine, settings);
  const uint64_t ofEngine = engine.freeBytes();
  const uint64_t available = ofEngine > 0 ? ofEngine : availableMemory();
  if (!memory || available == 0 || memory->total() <= available) return memory;
  return Error{ErrorKind::resources, "Training needs " + bytesText(memory->total()) + " of memory (" +
                                         memory->text() + "), but the " + (ofEngine > 0 ? "GPU" : "machine") +
                                         " has only " + bytesText(available) +
                                         " free; use a smaller batch, micro-batches or a narrower network."};
}

}  // namespace bypath
