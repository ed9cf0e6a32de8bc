// The table of a sweep.
#pragma once

#include <string>

#include "core/experiments/sweep.h"

namespace bypath {

// What differs, then state, parameters, epochs, time, the best losses over the epochs (each by itself), and
// the best accuracies where there are any. In CSV numbers are as they are and the time is in seconds.
std::string sweepMarkdown(const Sweep& sweep);
std::string sweepCsv(const Sweep& sweep);

}  // namespace bypath
