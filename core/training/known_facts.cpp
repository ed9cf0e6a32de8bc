#include "core/training/known_facts.h"

#include <algorithm>

#include "core/base/version.h"
#include "core/training/checkpoint.h"
#include "core/training/settings.h"

namespace bypath {

ModelFacts factsOf(const Model& model, const LayerCatalog& layers, const DataSet* data) {
  const AttributeReader settings(trainingSchema(), model.settings);
  ModelFacts facts{.title = model.project.network.name,
                   .networkHash = networkHash(model.project.network),
                   .programVersion = programVersion,
                   .seed = static_cast<uint64_t>(settings.integer("seed")),
                   .step = model.step,
                   .settings = model.settings};
  if (!data) return facts;
  const CheckedNetwork checked = check(model.project.network, layers);
  const Normalisation normalisation = normalisationFor(checked.graph);
  const bool classifies =
      std::ranges::any_of(checked.graph.outputs, [](const NamedValue& out) { return out.name == "logits"; });
  if (classifies) facts.classes = data->classes;
  if (normalisation == Normalisation::standardise) {
    facts.mean = data->mean;
    facts.deviation = data->deviation;
  }
  return facts;
}

}  // namespace bypath
