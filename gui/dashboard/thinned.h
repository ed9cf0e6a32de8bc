// A list over steps that never grows beyond a size, and stays spread evenly.
#pragma once

#include <cstddef>
#include <vector>

namespace bypath {

// Appends, by rising step: what is at or after the new one's step goes away (the run went back to a
// checkpoint). Where there are more than `most`, the one whose neighbours lie closest together is taken out;
// the first and the last stay. stepOf(one) is its step.
template <class T, class StepOf>
void addThinned(std::vector<T>& kept, T one, size_t most, const StepOf& stepOf) {
  while (!kept.empty() && stepOf(kept.back()) >= stepOf(one)) kept.pop_back();
  kept.push_back(std::move(one));
  if (kept.size() <= most || kept.size() <= 2) return;
  size_t least = 1;
  const auto gap = [&](size_t i) { return stepOf(kept[i + 1]) - stepOf(kept[i - 1]); };
  for (size_t i = 2; i + 1 < kept.size(); ++i)
    if (gap(i) < gap(least)) least = i;
  kept.erase(kept.begin() + static_cast<ptrdiff_t>(least));
}

}  // namespace bypath
