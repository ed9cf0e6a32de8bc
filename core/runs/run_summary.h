// A run in a few numbers: how far it came, and the best and last value of everything measured at its epochs.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/runs/run_store.h"

namespace bypath {

struct RunSummary {
  int64_t steps = 0;
  int epochs = 0;
  double seconds = 0;
  // Over epochs, each value by itself: the largest of an accuracy, the smallest of everything else that
  // training drives down. The learning rate and the speed have a last value alone.
  std::map<std::string, double> best;
  std::map<std::string, double> last;
};

// Whether a person wants much of this value: of an accuracy; of everything else, little.
bool largeIsGood(const std::string& name);

RunSummary summarise(const std::vector<RunRow>& rows);

}  // namespace bypath
