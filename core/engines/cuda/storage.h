// Which values of a program a device keeps as bfloat16 where activations are to be: images of several
// channels that the network computes, and their gradients. Inputs, weights and what is made of weights alone,
// statistics, dense layers and losses stay float32.
#pragma once

#include <vector>

#include "core/engines/program.h"

namespace bypath {

// By ValueId: true is bfloat16. Values that share memory are of one kind.
std::vector<bool> halfValues(const Program& program);

}  // namespace bypath
