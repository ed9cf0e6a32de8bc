// An engine that runs two and compares: every parameter gradient, running statistic and scalar of the tested
// engine against the trusted one, after every run.
//
//   auto engine = makeCheckEngine(makeCpuEngine(2), makeReferenceEngine(), 1e-4);
#pragma once

#include <memory>
#include <stdexcept>

#include "core/engines/engine.h"

namespace bypath {

// What Session::run throws when the two differ by more than the tolerance: which value, by how much.
class EnginesDisagree : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Kernels are those of `tested`; values read are its values. tolerance is relative to the largest magnitude
// of a tensor.
std::unique_ptr<Engine> makeCheckEngine(std::unique_ptr<Engine> tested, std::unique_ptr<Engine> trusted,
                                        double tolerance);

}  // namespace bypath
