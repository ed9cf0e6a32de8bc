// The fast CPU engine: Highway kernels chosen at run time for the processor, oneTBB loops around them, one
// arena.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/engines/engine.h"

namespace bypath {

// Minimal filtering for 3x3 convolutions: none, F(2x2) alone, which is as exact as direct convolution, or
// F(4x4) too.
enum class WinogradUse { off, small, on };
// of "off", "2x2" and "on", the values of the setting
WinogradUse winogradUse(std::string_view setting);

struct CpuOptions {
  int threads = 0;    // 0: all the machine has
  bool bf16 = false;  // products of bfloat16 values where a kernel has them; sums and tensors stay float32
  WinogradUse winograd = WinogradUse::on;
};
std::unique_ptr<Engine> makeCpuEngine(const CpuOptions& options);
// Why bf16 cannot be had on this processor; empty: it can.
std::string bf16Problem();
std::unique_ptr<Engine> makeCpuEngine(int threads = 0);

// Every kernel of the engine, for the conformance suite and benchmarks.
const std::vector<const Kernel*>& cpuKernels();

// Instruction sets this processor offers to the kernels ("AVX3_DL", "AVX3", "AVX2", ...), best first, and a
// way to restrict the dispatch to one of them in tests ("" lifts the restriction). False: not offered.
std::vector<std::string> cpuInstructionSets();
bool restrictCpuInstructionSet(const std::string& name);

}  // namespace bypath
