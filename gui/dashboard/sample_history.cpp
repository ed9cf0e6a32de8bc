#include "gui/dashboard/sample_history.h"

#include <functional>

#include "gui/dashboard/thinned.h"

namespace bypath {

void SampleHistory::add(const InspectionFrame& frame) {
  if (frame.samples.empty()) return;
  addThinned(kept_, {frame.step, frame.samples}, static_cast<size_t>(most_), std::mem_fn(&SamplesAt::step));
}

}  // namespace bypath
