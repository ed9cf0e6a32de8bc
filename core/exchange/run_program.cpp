#include "core/exchange/run_program.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <chrono>
#include <csignal>

extern char** environ;

namespace bypath {
namespace {

using Clock = std::chrono::steady_clock;

class Pipe {
 public:
  Pipe() {
    if (pipe2(ends_, O_CLOEXEC) != 0) ends_[0] = ends_[1] = -1;
  }
  ~Pipe() {
    closeWriter();
    if (ends_[0] >= 0) close(ends_[0]);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  bool ok() const { return ends_[0] >= 0; }
  int reader() const { return ends_[0]; }
  int writer() const { return ends_[1]; }
  void closeWriter() {
    if (ends_[1] >= 0) close(ends_[1]);
    ends_[1] = -1;
  }

 private:
  int ends_[2] = {-1, -1};
};

// In a process group of its own, so that what it starts ends with it.
bool start(const std::vector<std::string>& words, const Pipe& pipe, pid_t& child) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, pipe.writer(), 1);
  posix_spawn_file_actions_adddup2(&actions, pipe.writer(), 2);
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  posix_spawnattr_setpgroup(&attributes, 0);
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const int problem = posix_spawn(&child, arguments[0], &actions, &attributes, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  return problem == 0;
}

// Reads until the other end closes; false when the time was up before.
bool collect(int reader, Clock::time_point end, size_t most, std::string& output) {
  char buffer[4096];
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
    if (left <= 0) return false;
    pollfd wait{.fd = reader, .events = POLLIN, .revents = 0};
    const int ready = poll(&wait, 1, static_cast<int>(std::min<long long>(left, 1000)));
    if (ready < 0 && errno != EINTR) return true;
    if (ready <= 0) continue;
    const ssize_t count = read(reader, buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return true;
    output.append(buffer, std::min(static_cast<size_t>(count), most - std::min(most, output.size())));
  }
}

// Whether it has ended by then; one that closed its output may still be at work.
bool ended(pid_t child, Clock::time_point end, int& status) {
  for (;;) {
    const pid_t done = waitpid(child, &status, WNOHANG);
    if (done == child || (done < 0 && errno != EINTR)) return done == child;
    if (Clock::now() >= end) return false;
    usleep(2000);
  }
}

}  // namespace

ProgramRun runProgram(const std::vector<std::string>& words, const ProgramLimits& limits) {
  ProgramRun run;
  Pipe pipe;
  pid_t child = 0;
  if (words.empty() || !pipe.ok() || !start(words, pipe, child)) return run;
  run.started = true;
  pipe.closeWriter();
  const auto end = Clock::now() + std::chrono::milliseconds(static_cast<int64_t>(limits.seconds * 1000));
  int status = 0;
  if (collect(pipe.reader(), end, limits.outputBytes, run.output) && ended(child, end, status)) {
    if (WIFEXITED(status)) run.exitCode = WEXITSTATUS(status);
    return run;
  }
  run.timedOut = true;
  kill(-child, SIGKILL);
  waitpid(child, &status, 0);
  return run;
}

}  // namespace bypath
