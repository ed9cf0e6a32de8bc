// Included before Highway by every kernel file: the instruction sets worth compiling. SSSE3 alone is too old
// to matter; the baseline stays as the last resort.
#pragma once

#define HWY_DISABLED_TARGETS HWY_SSSE3
