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
#include <string_view>
#include <vector>

#include "core/engines/program.h"
#include "core/tensor/pixels.h"

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

// How parameters change by their gradients; training/optimizer.h has the formulas.
struct UpdateRule {
  enum class Kind { sgd, nesterov, adam, adamw };
  Kind kind = Kind::sgd;
  float momentum = 0, beta1 = 0, beta2 = 0, epsilon = 0;
  double clipNorm = 0;       // 0: gradients are taken as they are
  std::vector<float> decay;  // by parameter of the store
  std::vector<bool> active;  // by parameter: false is left alone

  int slots() const { return kind == Kind::adam || kind == Kind::adamw ? 2 : 1; }
};

struct UpdateOutcome {
  // The first parameter, in the store's order, that a number that is not finite has come into: its gradient,
  // its values or what is remembered for it, running statistics included; -1: none.
  int firstBad = -1;
  double gradientNorm = 0;  // before clipping; 0 where nothing is clipped
};

// The update of a store's parameters by the engine that computed their gradients, and what it remembers for
// them. What changed is newer there than in the store, whose mirror brings it home when it is asked for.
class ParameterUpdate {
 public:
  virtual ~ParameterUpdate() = default;
  virtual void setRule(const UpdateRule& rule) = 0;  // the number of slots stays
  // The next update is the `number`-th, from 1 on.
  virtual void prepare(double rate, int64_t number) = 0;
  // Makes it, after what sessions have run so far.
  virtual void run() = 0;
  virtual UpdateOutcome outcome() = 0;  // of the last
  virtual void readSlot(int slot, int parameter, std::span<float> out) = 0;
  virtual void writeSlot(int slot, int parameter, std::span<const float> values) = 0;
  // After EngineLost: brings home the newest whole state that left the device, values into the store, the
  // rest into slots[slot][parameter]; returns the number of its update. -1: none, the host's is the newest.
  virtual int64_t recover(std::span<std::vector<std::span<float>>> slots) = 0;
};

// One plan's arena and running state. Not thread-safe: one thread drives a session.
class Session {
 public:
  virtual ~Session() = default;
  // Copies the values of a whole input (N, ...).
  virtual void setInput(ValueId input, std::span<const float> values) = 0;
  // Makes the values of an image input out of images at hand; false: this engine cannot, use setInput().
  virtual bool setPixels(ValueId input, const PixelSource& source, std::span<const PixelPlace> places) {
    static_cast<void>(input), static_cast<void>(source), static_cast<void>(places);
    return false;
  }
  // Runs all steps. Weights are read from the store, parameter gradients are written to it.
  virtual void run(const StepKey& key) = 0;
  // ... and then an update of this engine, in one go.
  virtual void run(const StepKey& key, ParameterUpdate& update) {
    run(key);
    update.run();
  }
  // Until the last run is done, where an engine goes on by itself; what reads waits, too.
  virtual void wait() const {}
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
  // Where this engine updates parameters itself; null: it leaves that to the host.
  virtual Result<std::unique_ptr<ParameterUpdate>> makeUpdate(ParameterStore& store, const UpdateRule& rule) {
    static_cast<void>(store), static_cast<void>(rule);
    return std::unique_ptr<ParameterUpdate>();
  }
  // Bytes that programs and parameters may take now; 0: those of the machine.
  virtual uint64_t freeBytes() const { return 0; }
  // What was found out by trying on this machine, as text, so that another run need not try again and gives
  // the same bits; empty: nothing. Text of another engine, or damaged text, is not taken.
  virtual std::string tuning() const { return {}; }
  virtual void takeTuning(std::string_view text) { static_cast<void>(text); }
  // Whether sessions take setPixels() as a rule, so that nobody need make images for them.
  virtual bool makesBatches() const { return false; }
};

}  // namespace bypath
