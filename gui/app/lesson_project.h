// The network that a step of a lesson opens, made from its template: with its changes, and with settings of
// training that a run can be begun with at once.
//
//   Result<Project> project = makeLessonProject(*step.project, editor.layers());
#pragma once

#include "core/network/project_file.h"
#include "gui/lessons/lesson.h"

namespace bypath {

// Errors: an unknown template, node, attribute or setting; values out of range.
Result<Project> makeLessonProject(const LessonProject& wanted, const LayerCatalog& layers);

}  // namespace bypath
