// What a run's folder holds, besides run.sqlite.
#pragma once

namespace bypath {

inline constexpr char lastCheckpointName[] = "checkpoint-last.safetensors";
inline constexpr char bestCheckpointName[] = "checkpoint-best.safetensors";  // of the lowest validation loss
inline constexpr char weightsName[] = "weights.safetensors";                 // once the run is finished
inline constexpr char projectName[] = "network.bypath";

}  // namespace bypath
