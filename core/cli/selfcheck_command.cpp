// The conformance suite on this machine: every layer in a small network, every op's reference and gradient
// rule, and every kernel of an engine on every instruction set the processor offers, or on the GPU.
#include <functional>

#include "core/cli/cli.h"
#include "core/cli/layer_check.h"
#include "core/engines/cpu/cpu_engine.h"
#include "core/engines/cuda/cuda_engine.h"
#include "core/engines/cuda/device_plugin.h"
#include "core/engines/reference/op_check.h"
#include "core/layers/catalog.h"
#include "core/ops/catalog.h"

namespace bypath {

namespace {

constexpr uint64_t seed = 20151210;

class Tally {
 public:
  explicit Tally(Cli& cli) : cli_(cli) {}

  // What was checked: the layer or op with its example, and the way.
  void add(const std::string& subject, const std::string& way, const OpCheck& outcome) {
    if (outcome.applies) count(subject, way, outcome.passed, outcome.message);
  }
  void add(const std::string& subject, const std::string& way, const LayerCheck& outcome) {
    count(subject, way, outcome.passed, outcome.message);
  }

  void finish() {
    if (cli_.json)
      cli_.print({{"passed", passed_}, {"failed", failed_}});
    else
      cli_.say(std::to_string(passed_) + " passed, " + std::to_string(failed_) + " failed");
    if (failed_) cli_.exitCode = static_cast<int>(ErrorKind::data);
  }

 private:
  void count(const std::string& subject, const std::string& way, bool passed, const std::string& message) {
    passed ? ++passed_ : ++failed_;
    if (!passed) cli_.say("failed: " + subject + ", " + way + ": " + message);
  }

  Cli& cli_;
  int passed_ = 0;
  int failed_ = 0;
};

// The ways an engine is checked in: a CPU once for each instruction set that the processor offers.
struct Subject {
  std::vector<std::string> ways;  // none: references alone
  std::vector<const Kernel*> kernels;
  std::function<std::unique_ptr<Engine>()> engine;
  bool references = true;  // the double-precision references and gradient rules themselves, too

  bool begin(const std::string& way) const { return !isCpu || restrictCpuInstructionSet(way); }
  bool isCpu = false;
};

Subject cpuSubject(const Cli& cli) {
  std::string names = "Instruction sets:";
  for (const std::string& set : cpuInstructionSets()) names.append(" ").append(set);
  cli.note(names);
  return {.ways = cpuInstructionSets(),
          .kernels = cpuKernels(),
          .engine = [] { return makeCpuEngine(2); },
          .isCpu = true};
}

// What every engine rests on was checked with the CPU; here the device alone is asked.
Subject cudaSubject(const Cli& cli, const std::shared_ptr<Device>& device,
                    const std::shared_ptr<DeviceKernels>& kernels) {
  const DeviceFacts facts = device->facts();
  cli.note(std::string(facts.name) + ", " + facts.libraries);
  Subject subject{
      .ways = {"cuda"}, .engine = [device] { return makeCudaEngine(device, {}); }, .references = false};
  for (const auto& kernel : kernels->list()) subject.kernels.push_back(kernel.get());
  return subject;
}

// Every layer's examples in a small network: the gradient by finite differences, and the engine in each of
// its ways against the reference engine.
void checkLayers(Tally& tally, const Subject& subject, ProgressBar& bar) {
  const auto& list = layerCatalog().list();
  for (size_t i = 0; i < list.size(); ++i) {
    const LayerType& type = *list[i];
    bar.show(static_cast<double>(i) / static_cast<double>(list.size()), type.id);
    for (const LayerExample& example : type.examples()) {
      const std::string what = "layer " + type.id + " (" + example.name + ")";
      if (subject.references) tally.add(what, "gradient", checkLayerGradient(type, example));
      for (const std::string& way : subject.ways)
        if (subject.begin(way)) tally.add(what, way, checkLayerOnEngine(type, example, *subject.engine()));
    }
  }
  restrictCpuInstructionSet("");
}

void checkOps(Tally& tally, const Subject& subject, ProgressBar& bar) {
  const auto& catalog = opCatalog();
  for (size_t i = 0; i < catalog.size(); ++i) {
    const OpType& type = *catalog[i];
    bar.show(static_cast<double>(i) / static_cast<double>(catalog.size()), type.id);
    for (const OpExample& example : type.examples()) {
      const std::string what = type.id + " (" + example.name + ")";
      if (subject.references) {
        tally.add(what, "reference", checkReference(type, example, seed));
        tally.add(what, "gradient", checkGradient(type, example, seed));
      }
      for (const std::string& way : subject.ways) {
        if (!subject.begin(way)) continue;
        for (const Kernel* kernel : subject.kernels)
          if (kernel->op() == type.id)
            tally.add(what, "kernel " + std::string(kernel->id()) + " on " + way,
                      checkKernel(*kernel, type, example, seed));
      }
    }
  }
  restrictCpuInstructionSet("");
}

void selfcheck(Cli& cli, const std::string& engine) {
  Subject subject;
  std::shared_ptr<DeviceKernels> kernels;
  if (engine == "cpu") {
    subject = cpuSubject(cli);
  } else if (engine == "cuda") {
    const Result<std::shared_ptr<Device>> device = cudaDevice();
    if (!device) return cli.fail({device.error().kind, "CUDA is off: " + device.error().message});
    kernels = makeCudaKernels(**device);
    subject = cudaSubject(cli, *device, kernels);
  } else if (engine != "reference") {
    return cli.fail({ErrorKind::usage, "There is no engine \"" + engine +
                                           "\" to check in this build; choose cpu, cuda or reference."});
  }
  Tally tally(cli);
  ProgressBar bar(cli);
  try {
    checkLayers(tally, subject, bar);
    checkOps(tally, subject, bar);
  } catch (const EngineLost& lost) {
    bar.clear();
    return cli.fail({ErrorKind::resources, lost.what()});
  }
  bar.clear();
  tally.finish();
}

}  // namespace

void addSelfcheckCommand(CLI::App& app, Cli& cli) {
  CLI::App* command = app.add_subcommand("selfcheck", "Check every op and kernel on this machine");
  auto engine = std::make_shared<std::string>("cpu");
  command->add_option("--engine", *engine, "cpu, cuda or reference");
  command->callback([&cli, engine] { selfcheck(cli, *engine); });
}

}  // namespace bypath
