// What a run's folder holds, besides run.sqlite.
#pragma once

#include <cstdint>
#include <string>

namespace bypath {

inline constexpr char lastCheckpointName[] = "checkpoint-last.safetensors";
inline constexpr char bestCheckpointName[] = "checkpoint-best.safetensors";  // of the lowest validation loss
// After an epoch, as keep_every asks: "checkpoint-step-00000780.safetensors".
inline std::string keptCheckpointName(int64_t step) {
  const std::string digits = std::to_string(step);
  return "checkpoint-step-" + std::string(digits.size() < 8 ? 8 - digits.size() : 0, '0') + digits +
         ".safetensors";
}
inline constexpr char weightsName[] = "weights.safetensors";  // once the run is finished
inline constexpr char projectName[] = "network.bypath";
inline constexpr char tuningName[] = "kernels.txt";  // Engine::tuning(), where there is any

}  // namespace bypath
