// Runs another program without a shell, for a limited time.
//
//   const ProgramRun run = runProgram({"/usr/bin/python3", file}, {.seconds = 60});
//   if (run.exitCode == 0) use(run.output);
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace bypath {

struct ProgramLimits {
  double seconds = 120;
  size_t outputBytes = 1 << 20;  // what is printed beyond is dropped
};

struct ProgramRun {
  int exitCode = -1;  // -1: not started, ended by a signal, or by the limit
  bool started = false;
  bool timedOut = false;
  std::string output;  // standard output and errors together
};

// words[0] is the program's full path. It reads nothing; the folder it runs in is ours.
ProgramRun runProgram(const std::vector<std::string>& words, const ProgramLimits& limits = {});

}  // namespace bypath
