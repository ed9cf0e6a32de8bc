// Where the time of a step goes: measured seconds of a plan's steps, added up by kernel or by kernel and
// shape.
//
//   std::vector<double> seconds(plan.program->steps.size());
//   session.measureSteps(seconds);  session.run(key);
//   for (const ProfileLine& line : profile(plan, seconds, ProfileBy::kernel)) print(line);
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/plan/plan.h"

namespace bypath {

enum class ProfileBy { kernel, shape };

struct ProfileLine {
  std::string direction;  // "forward", "backward", "probe"
  std::string op;         // "conv2d"
  std::string kernel;     // "winograd-4x4"
  std::string shapes;     // "128x32x32x16, 3x3x16x16 -> 128x32x32x16"; empty when by kernel
  int steps = 0;
  double seconds = 0;
  double multiplyAdds = 0;  // of the direct algorithm
  double bytes = 0;         // read and written, each value once
};

// Longest first. seconds: by step of the program.
std::vector<ProfileLine> profile(const ExecutionPlan& plan, std::span<const double> seconds, ProfileBy by);

// A table with milliseconds, share of the whole, GFLOP/s and GB/s, at most `most` lines; runs: how many runs
// the seconds are of.
std::string profileTable(const std::vector<ProfileLine>& lines, int runs, size_t most = 40);

}  // namespace bypath
