// The interface every engine implements; concrete engines are named only by gui/app and cli.
//
//   auto session = engine.open(program, store);
//   (*session)->setInput(image, pixels);
//   (*session)->run({.seed = 1, .step = 40});
//   double loss = (*session)->scalar(lossValue);
#pragma once

#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/engines/program.h"

namespace bypath {

// Thrown by a session whose device is gone for this process; what was computed since the last step is lost.
struct EngineLost : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct KernelRefusal {
  std::string kernel;
  Refusal reason;
};
struct KernelChoice {
  const Kernel* kernel = nullptr;
  std::vector<KernelRefusal> refused;  // those asked before it
  std::string error;                   // non-empty: no kernel of this engine runs the op
};

// One plan's arena and running state. Not thread-safe: one thread drives a session.
class Session {
 public:
  virtual ~Session() = default;
  // Copies the values of a whole input (N, ...).
  virtual void setInput(ValueId input, std::span<const float> values) = 0;
  // Runs all steps. Weights are read from the store, parameter gradients are written to it.
  virtual void run(const StepKey& key) = 0;
  // Any input, watched or output value after run(); others may have been overwritten.
  virtual void read(ValueId value, std::span<float> out) const = 0;
  virtual double scalar(ValueId value) const = 0;  // of shape (1)
  // From now on every run adds the seconds of each step of the program to seconds[step]; an empty span ends
  // it. Engines that cannot tell leave the numbers alone.
  virtual void measureSteps(std::span<double> seconds) { (void)seconds; }
};

class Engine {
 public:
  virtual ~Engine() = default;
  virtual std::string name() const = 0;         // "cpu"
  virtual std::string description() const = 0;  // "CPU, 2 threads, AVX3_DL"
  virtual int threads() const = 0;
  virtual KernelChoice choose(const OpType& type, const OpCall& call) const = 0;
  // Takes all memory of the program at once; refuses with ErrorKind::resources when there is not enough.
  virtual Result<std::unique_ptr<Session>> open(std::shared_ptr<const Program> program,
                                                ParameterStore& store) = 0;
};

}  // namespace bypath
