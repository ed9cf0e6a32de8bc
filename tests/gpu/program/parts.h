// What the program does, a file each; every part gives an object with its numbers and "failures", a list of
// sentences that is empty where all is well.
#pragma once

#include <filesystem>
#include <functional>

#include <nlohmann/json.hpp>

#include "tests/gpu/program/opened_gpu.h"

namespace bypath {

struct GpuCheck {
  OpenedGpu gpu;
  bool quick = false;                // little of everything, for a machine where the GPU is a stand-in
  std::filesystem::path tuningFile;  // empty: nothing is kept
};

using GpuPart = std::function<nlohmann::json(const GpuCheck&)>;

nlohmann::json describeGpu(const GpuCheck& check);
// Every kernel on every example of its op against the reference, in all arithmetics that concern it.
nlohmann::json checkKernels(const GpuCheck& check);
// Whole steps of networks against the reference engine: losses, gradients, running statistics.
nlohmann::json checkNetworks(const GpuCheck& check);
// The same bits in two sessions, from queued, recorded and replayed steps, after updates.
nlohmann::json checkBits(const GpuCheck& check);
// What the plan says it takes beside what the device has less.
nlohmann::json measureMemory(const GpuCheck& check);
// Where the time of a step goes, by kernel.
nlohmann::json measureKernels(const GpuCheck& check);
// An epoch of the source post's autoencoder, batches made on the device.
nlohmann::json measureEpoch(const GpuCheck& check);
// The newest whole state comes home from a device that fails. Nothing can be done with the device afterwards.
nlohmann::json loseTheDevice(const GpuCheck& check);

// Reads cases, a JSON object a line, and answers each with a line: {"step_ms", "inference_ms", "description"}
// or {"error"}. The network of the last case stays open for the next.
int serveTimings(const GpuCheck& check);

}  // namespace bypath
