// What is said of the engines in the window.
#pragma once

#include <optional>
#include <QString>

#include "core/base/attributes.h"
#include "core/engines/cuda/gpu_state.h"

namespace bypath {

// "2 threads"; of a setting, 0: all
QString threadsText(int64_t threads);
// "131 of 139 GiB free  ·  12 % busy"; what is not known is left out
QString gpuLoadText(const GpuState& gpu);
// What training by these complete settings computes on: "CPU, 2 threads", "NVIDIA H200, TF32". A GPU that is
// not known yet is "GPU"; where CUDA is off, it is the CPU.
QString engineText(const AttributeReader& settings, const std::optional<GpuState>& gpu);
// "float32", "TF32", "bfloat16"
QString precisionText(const std::string& precision);

}  // namespace bypath
