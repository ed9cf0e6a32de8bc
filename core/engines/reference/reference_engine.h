// Runs every op by its plain double-precision reference, one after the other. Slow and right: what the others
// are compared with.
#pragma once

#include "core/engines/engine.h"

namespace bypath {

// A session whose values stay in double precision; parameters can be set and read in double, for finite
// differences.
class ReferenceSession : public Session {
 public:
  virtual std::span<double> values(ValueId value) = 0;
  // When off (default on), run() does not refresh parameters from the store, so that values set through
  // values() stay.
  virtual void readParametersFromStore(bool on) = 0;
};

std::unique_ptr<Engine> makeReferenceEngine();
// The reference engine's own type, for tests.
Result<std::unique_ptr<ReferenceSession>> openReference(std::shared_ptr<const Program> program,
                                                        ParameterStore& store);

}  // namespace bypath
