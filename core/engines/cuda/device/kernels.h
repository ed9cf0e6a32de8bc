// Every kernel of our own that runs on the device, by topic. A topic is one header with two lists: its maps
// and its reductions. The number of a kernel is its place in the lists.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "core/engines/cuda/device/batch_norm.h"
#include "core/engines/cuda/device/batch_norm_gradient.h"
#include "core/engines/cuda/device/channel_sums.h"
#include "core/engines/cuda/device/convolution.h"
#include "core/engines/cuda/device/direct_convolution.h"
#include "core/engines/cuda/device/element_wise.h"
#include "core/engines/cuda/device/filters.h"
#include "core/engines/cuda/device/histogram.h"
#include "core/engines/cuda/device/joining.h"
#include "core/engines/cuda/device/losses.h"
#include "core/engines/cuda/device/objective.h"
#include "core/engines/cuda/device/pooling.h"
#include "core/engines/cuda/device/probes.h"
#include "core/engines/cuda/device/random.h"
#include "core/engines/cuda/device/skeleton.h"
#include "core/engines/cuda/device/step.h"
#include "core/engines/cuda/device/update.h"

#define BYPATH_ALL_MAPS(X)           \
  BYPATH_BATCH_NORM_MAPS(X)          \
  BYPATH_BATCH_NORM_GRADIENT_MAPS(X) \
  BYPATH_CHANNEL_SUMS_MAPS(X)        \
  BYPATH_CONVOLUTION_MAPS(X)         \
  BYPATH_DIRECT_MAPS(X)              \
  BYPATH_ELEMENT_WISE_MAPS(X)        \
  BYPATH_FILTERS_MAPS(X)             \
  BYPATH_HISTOGRAM_MAPS(X)           \
  BYPATH_JOINING_MAPS(X)             \
  BYPATH_LOSSES_MAPS(X)              \
  BYPATH_OBJECTIVE_MAPS(X)           \
  BYPATH_POOLING_MAPS(X)             \
  BYPATH_PROBES_MAPS(X)              \
  BYPATH_RANDOM_MAPS(X)              \
  BYPATH_STEP_MAPS(X)                \
  BYPATH_UPDATE_MAPS(X)
#define BYPATH_ALL_REDUCTIONS(X)           \
  BYPATH_BATCH_NORM_REDUCTIONS(X)          \
  BYPATH_BATCH_NORM_GRADIENT_REDUCTIONS(X) \
  BYPATH_CHANNEL_SUMS_REDUCTIONS(X)        \
  BYPATH_CONVOLUTION_REDUCTIONS(X)         \
  BYPATH_DIRECT_REDUCTIONS(X)              \
  BYPATH_ELEMENT_WISE_REDUCTIONS(X)        \
  BYPATH_FILTERS_REDUCTIONS(X)             \
  BYPATH_HISTOGRAM_REDUCTIONS(X)           \
  BYPATH_JOINING_REDUCTIONS(X)             \
  BYPATH_LOSSES_REDUCTIONS(X)              \
  BYPATH_OBJECTIVE_REDUCTIONS(X)           \
  BYPATH_POOLING_REDUCTIONS(X)             \
  BYPATH_PROBES_REDUCTIONS(X)              \
  BYPATH_RANDOM_REDUCTIONS(X)              \
  BYPATH_STEP_REDUCTIONS(X)                \
  BYPATH_UPDATE_REDUCTIONS(X)

namespace bypath::gpu {

enum class KernelNumber : int32_t {
#define BYPATH_NUMBER(name) map##name,
  BYPATH_ALL_MAPS(BYPATH_NUMBER)
#undef BYPATH_NUMBER
#define BYPATH_NUMBER(name) reduce##name,
      BYPATH_ALL_REDUCTIONS(BYPATH_NUMBER)
#undef BYPATH_NUMBER
          count
};

template <class Kernel>
struct NumberOf;
#define BYPATH_NUMBER(name)                                        \
  template <>                                                      \
  struct NumberOf<name> {                                          \
    static constexpr KernelNumber value = KernelNumber::map##name; \
  };                                                               \
  static_assert(std::is_trivially_copyable_v<name>);               \
  static_assert(sizeof(name) <= static_cast<size_t>(largestArguments));
BYPATH_ALL_MAPS(BYPATH_NUMBER)
#undef BYPATH_NUMBER
#define BYPATH_NUMBER(name)                                             \
  template <>                                                           \
  struct NumberOf<name> {                                               \
    static constexpr KernelNumber value = KernelNumber::reduce##name;   \
  };                                                                    \
  static_assert(std::is_trivially_copyable_v<name>);                    \
  static_assert(sizeof(name) <= static_cast<size_t>(largestArguments)); \
  static_assert(sizeof(name::State) <= static_cast<size_t>(largestState));
BYPATH_ALL_REDUCTIONS(BYPATH_NUMBER)
#undef BYPATH_NUMBER

}  // namespace bypath::gpu
