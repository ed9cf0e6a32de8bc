// gpu_check PART... [--quick] [--tuning FILE]: prints an object with one entry a part; exit code 1 where a
// part has failures. `serve` alone answers timings line by line.
#include <chrono>
#include <cstdio>
#include <exception>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "tests/gpu/program/parts.h"

using namespace bypath;

namespace {

const std::vector<std::pair<std::string, GpuPart>>& parts() {
  static const std::vector<std::pair<std::string, GpuPart>> list = {
      {"facts", describeGpu},  {"kernels", checkKernels}, {"networks", checkNetworks},
      {"bits", checkBits},     {"memory", measureMemory}, {"profile", measureKernels},
      {"epoch", measureEpoch}, {"lost", loseTheDevice},
  };
  return list;
}

nlohmann::json run(const std::string& name, const GpuPart& part, const GpuCheck& check) {
  const auto start = std::chrono::steady_clock::now();
  nlohmann::json result;
  try {
    result = part(check);
  } catch (const std::exception& problem) {
    result["failures"] = {std::string("it ended early: ") + problem.what()};
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  result["seconds"] = took.count();
  std::fprintf(stderr, "%s: %.1f s, %zu failures\n", name.c_str(), took.count(), result["failures"].size());
  return result;
}

int usage() {
  std::fprintf(stderr, "gpu_check PART... [--quick] [--tuning FILE]\nparts: all serve");
  for (const auto& [name, part] : parts()) std::fprintf(stderr, " %s", name.c_str());
  std::fprintf(stderr, "\n");
  return 2;
}

}  // namespace

int main(int count, char** texts) {
  std::vector<std::string> wanted;
  GpuCheck check;
  for (int i = 1; i < count; ++i) {
    const std::string text = texts[i];
    if (text == "--quick")
      check.quick = true;
    else if (text == "--tuning" && i + 1 < count)
      check.tuningFile = texts[++i];
    else
      wanted.push_back(text);
  }
  if (wanted.empty()) return usage();
  Result<OpenedGpu> gpu = OpenedGpu::open();
  if (!gpu) {
    std::fprintf(stderr, "gpu_check: %s\n", gpu.error().message.c_str());
    return 5;
  }
  check.gpu = std::move(*gpu);
  if (wanted.front() == "serve") return serveTimings(check);

  nlohmann::json results;
  bool failed = false;
  for (const auto& [name, part] : parts()) {
    if (std::ranges::find(wanted, name) == wanted.end() && wanted.front() != "all") continue;
    results[name] = run(name, part, check);
    failed = failed || !results[name]["failures"].empty();
  }
  if (results.empty()) return usage();
  std::cout << results.dump() << std::endl;
  return failed ? 1 : 0;
}
