// Everything the trainer can be told, as one schema: --set flags, BYPATH_* environment variables
// (BYPATH_LEARNING_RATE for learning_rate), the training form on the desktop and the manual's table all come
// from here.
#pragma once

#include "core/base/attributes.h"

namespace bypath {

// Keys: epochs, steps (0: by epochs), batch, seed, threads, optimizer (sgd, nesterov, adam), learning_rate,
// momentum, beta1, beta2, epsilon, weight_decay, schedule (constant, step, cosine), warmup_steps, step_at
// ("0.5,0.75": fractions of the run where the rate falls), step_factor, early_stopping_patience (0: off),
// early_stopping_delta, augment, log_every, checkpoint_every (steps; 0: about every 30 seconds), probe_every
// (steps; 0: never), limit_train, limit_validation, data, data_dir, engine,
// winograd (on, 2x2, off), precision (float32, bf16).
const AttributeSchema& trainingSchema();

// Settings from BYPATH_* variables that are set; an unreadable value is an error that names the variable.
Result<Attributes> trainingFromEnvironment();

// Later wins: defaults < file < environment < flags.
Attributes mergeSettings(const Attributes& base, const Attributes& over);

// Every key of the schema, with its default where the settings say nothing.
Attributes completeSettings(const Attributes& settings);

}  // namespace bypath
