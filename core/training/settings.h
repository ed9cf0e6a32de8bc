// Everything the trainer can be told, as one schema: --set flags, BYPATH_* environment variables
// (BYPATH_LEARNING_RATE for learning_rate), the training form on the desktop and the manual's table all come
// from here.
#pragma once

#include "core/base/attributes.h"

namespace bypath {

// The keys, with their meaning, are in settings.cpp; the desktop shows them as a form.
const AttributeSchema& trainingSchema();

// Values from BYPATH_* variables that are set, of the keys of a schema; an unreadable value is an error that
// names the variable.
Result<Attributes> fromEnvironment(const AttributeSchema& schema);
Result<Attributes> trainingFromEnvironment();

// Later wins: defaults < file < environment < flags.
Attributes mergeSettings(const Attributes& base, const Attributes& over);

// Every key of the schema, with its default where the settings say nothing.
Attributes completeSettings(const Attributes& settings);

}  // namespace bypath
