#include "core/engines/cpu/cpu_engine.h"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <cstring>

#include "core/engines/cpu/bf16_tiles.h"
#include "core/engines/cpu/chunks.h"
#include "core/tensor/memory.h"

namespace bypath {
namespace {

// The views of one step, resolved when the session opens: a run allocates nothing.
struct ResolvedStep {
  size_t index = 0;  // in the program
  const Kernel* kernel = nullptr;
  const OpAttributes* attributes = nullptr;
  std::byte* kept = nullptr;
  std::vector<TensorView<const float>> inputs;
  std::vector<TensorView<float>> outputs;
};

class CpuSession final : public Session {
 public:
  CpuSession(std::shared_ptr<const Program> program, TensorMemory arena, int threads)
      : program_(std::move(program)), arena_(std::move(arena)), parallel_(threads) {}

  // Needs every parameter of the program in the store.
  Result<void> resolve(ParameterStore& store) {
    const OpGraph& graph = program_->graph;
    places_.resize(graph.values.size());
    for (size_t v = 0; v < graph.values.size(); ++v) {
      Result<float*> data = dataOf(program_->places[v], store);
      if (!data) return data.error();
      places_[v] = *data;
      const Value& value = graph.values[v];
      if (value.kind == ValueKind::input && value.role == InputRole::seed)
        std::fill_n(*data, value.shape.count(), 1.0f);
    }
    for (size_t i = 0; i < program_->steps.size(); ++i) {
      const Step& step = program_->steps[i];
      const OpNode& node = graph.nodes[static_cast<size_t>(step.node)];
      if (node.type->alias) continue;  // the same memory, only shaped otherwise
      assert(step.kernel && "a CPU program names a kernel for every step");
      ResolvedStep resolved{
          .index = i, .kernel = step.kernel, .attributes = &node.attributes, .inputs = {}, .outputs = {}};
      if (step.keptBytes > 0) resolved.kept = arena_.get() + step.keptOffset;
      for (const ValueId id : node.inputs) resolved.inputs.push_back({view(id).data, view(id).shape});
      for (const ValueId id : node.outputs) resolved.outputs.push_back(view(id));
      steps_.push_back(std::move(resolved));
    }
    return {};
  }

  void setInput(ValueId input, std::span<const float> values) override {
    const TensorView<float> target = view(input);
    assert(target.data && static_cast<int64_t>(values.size()) == target.count());
    forEachRange(parallel_, target.count(), 2 * sizeof(float), [&](int64_t begin, int64_t end) {
      std::memcpy(target.data + begin, values.data() + begin,
                  static_cast<size_t>(end - begin) * sizeof(float));
    });
  }

  void run(const StepKey& key) override {
    using Clock = std::chrono::steady_clock;
    Clock::time_point before = seconds_.empty() ? Clock::time_point() : Clock::now();
    for (const ResolvedStep& step : steps_) {
      runStep(step, key);
      if (seconds_.empty()) continue;
      const Clock::time_point now = Clock::now();
      seconds_[step.index] += std::chrono::duration<double>(now - before).count();
      before = now;
    }
    hasRun_ = true;
  }

  void measureSteps(std::span<double> seconds) override {
    assert(seconds.empty() || seconds.size() == program_->steps.size());
    seconds_ = seconds;
  }

  void read(ValueId value, std::span<float> out) const override {
    const TensorView<float> source = view(value);
    assert(source.data && static_cast<int64_t>(out.size()) == source.count());
    std::memcpy(out.data(), source.data, out.size_bytes());
  }

  double scalar(ValueId value) const override {
    const TensorView<float> source = view(value);
    assert(source.data && source.count() == 1);
    return *source.data;
  }

 private:
  void runStep(const ResolvedStep& step, const StepKey& key) {
    step.kernel->run({.attributes = *step.attributes,
                      .inputs = step.inputs,
                      .outputs = step.outputs,
                      .workspace = arena_.get() + program_->steps[step.index].workspaceOffset,
                      .key = key,
                      .parallel = parallel_,
                      .kept = step.kept,
                      .keptIsReady = step.kept && hasRun_});
  }

  TensorView<float> view(ValueId id) const {
    if (id == noValue) return {};
    return {places_[static_cast<size_t>(id)], program_->graph.shape(id)};
  }

  Result<float*> dataOf(const Place& place, ParameterStore& store) const {
    switch (place.kind) {
      case PlaceKind::unused:
        return nullptr;
      case PlaceKind::arena:
      case PlaceKind::input:
        return reinterpret_cast<float*>(arena_.get() + place.offset);
      case PlaceKind::parameter:
      case PlaceKind::gradient:
        break;
    }
    const ParameterInfo& wanted = program_->graph.parameters[static_cast<size_t>(place.parameter)];
    const int index = store.find(wanted.name);
    if (index < 0 || !(store.info(index).shape == wanted.shape))
      return Error{ErrorKind::data, "The weights have no parameter \"" + wanted.name + "\" of shape " +
                                        wanted.shape.text() +
                                        "; initialise or load weights of this network."};
    return (place.kind == PlaceKind::parameter ? store.values(index) : store.gradients(index)).data();
  }

  std::shared_ptr<const Program> program_;
  TensorMemory arena_;
  Parallel parallel_;
  std::vector<float*> places_;  // by ValueId
  std::vector<ResolvedStep> steps_;
  bool hasRun_ = false;
  std::span<double> seconds_;  // by step of the program; empty: not measured
};

class CpuEngine final : public Engine {
 public:
  explicit CpuEngine(const CpuOptions& options)
      : threads_(options.threads > 0 ? options.threads : hardwareThreads()),
        winograd_(options.winograd),
        bf16_(options.bf16) {}

  std::string name() const override { return "cpu"; }
  std::string description() const override {
    return "CPU, " + std::to_string(threads_) + (threads_ == 1 ? " thread, " : " threads, ") +
           cpuInstructionSets().front() +
           (winograd_ == WinogradUse::off     ? ", without Winograd"
            : winograd_ == WinogradUse::small ? ", Winograd F(2x2) only"
                                              : "") +
           (bf16_ ? ", products in bfloat16" : "");
  }
  int threads() const override { return threads_; }

  KernelChoice choose(const OpType& type, const OpCall& call) const override {
    KernelChoice choice;
    for (const Kernel* kernel : cpuKernels()) {
      if (kernel->op() != type.id) continue;
      Refusal reason = refusalByOptions(*kernel);
      if (reason.empty()) reason = kernel->accepts(call);
      if (reason.empty()) {
        choice.kernel = kernel;
        return choice;
      }
      choice.refused.push_back({std::string(kernel->id()), std::move(reason)});
    }
    choice.error = "The CPU engine has no kernel for " + type.id + ".";
    return choice;
  }

  Result<std::unique_ptr<Session>> open(std::shared_ptr<const Program> program,
                                        ParameterStore& store) override {
    const size_t bytes = std::max<size_t>(program->arenaBytes, 1);
    TensorMemory arena = takeMemory(bytes);
    if (!arena)
      return Error{ErrorKind::resources, "This network needs " + std::to_string((bytes >> 20) + 1) +
                                             " MiB of memory at once, which the system refuses; "
                                             "choose a smaller batch or a narrower network."};
    // Kernels sized their workspace for so many threads.
    const int threads = std::clamp(program->threads, 1, threads_);
    auto session = std::make_unique<CpuSession>(std::move(program), std::move(arena), threads);
    const Result<void> resolved = session->resolve(store);
    if (!resolved) return resolved.error();
    return Result<std::unique_ptr<Session>>(std::move(session));
  }

 private:
  Refusal refusalByOptions(const Kernel& kernel) const {
    if (winograd_ == WinogradUse::off && kernel.id().starts_with("winograd"))
      return "Winograd is switched off";
    if (winograd_ == WinogradUse::small && kernel.id() == "winograd-4x4") return "only F(2x2) is asked for";
    if (!bf16_ && roundsToBf16(kernel)) return "the precision is float32";
    return {};
  }

  int threads_;
  WinogradUse winograd_;
  bool bf16_;
};

}  // namespace

WinogradUse winogradUse(std::string_view setting) {
  if (setting == "off") return WinogradUse::off;
  return setting == "2x2" ? WinogradUse::small : WinogradUse::on;
}

std::string bf16Problem() {
  return bf16Available()
             ? std::string()
             : "This processor has no AVX512-BF16 instructions, which the precision bf16 needs; use "
               "float32.";
}

std::unique_ptr<Engine> makeCpuEngine(const CpuOptions& options) {
  return std::make_unique<CpuEngine>(options);
}

std::unique_ptr<Engine> makeCpuEngine(int threads) {
  return makeCpuEngine(CpuOptions{.threads = threads});
}

}  // namespace bypath
