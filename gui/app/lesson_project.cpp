#include "gui/app/lesson_project.h"

#include "core/network/edit.h"
#include "core/network/paths.h"
#include "core/templates/catalog.h"
#include "core/training/settings.h"

namespace bypath {

Result<Project> makeLessonProject(const LessonProject& wanted, const LayerCatalog& layers) {
  Result<NetworkSpec> network = buildTemplate(wanted.base, wanted.parameters);
  if (!network) return network.error();
  network->name = wanted.name;
  for (const LessonChange& change : wanted.changes)
    for (const auto& [key, value] : change.set)
      if (Result<void> done = setAttribute(*network, withoutLastSegment(change.node),
                                           lastSegment(change.node), key, value, layers);
          !done)
        return done.error();
  const Attributes training = mergeSettings(findTemplate(wanted.base)->training, wanted.training);
  if (Result<void> valid = trainingSchema().validate(training, "the settings of " + wanted.name); !valid)
    return valid.error();
  return Project{.network = std::move(*network), .layout = {}, .training = training};
}

}  // namespace bypath
