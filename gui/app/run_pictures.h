// What a run's weights make of the first validation images, as the dashboard shows it while it trains.
#pragma once

#include "core/training/feed.h"
#include "gui/app/opened_run.h"

namespace bypath {

// Reading takes a while; call it where the window does not wait. Errors: those of openRun(), or a data set
// that does not fit the network.
Result<std::shared_ptr<const InspectionFrame>> picturesOf(const RunOrder& order);

}  // namespace bypath
