// The conformance suite on this machine: every layer in a small network, every op's reference and gradient
// rule, and every kernel of an engine on every instruction set the processor offers.
#include <set>

#include "core/cli/cli.h"
#include "core/cli/layer_check.h"
#include "core/engines/cpu/cpu_engine.h"
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

std::vector<const Kernel*> kernelsOf(const OpType& type) {
  std::vector<const Kernel*> found;
  for (const Kernel* kernel : cpuKernels())
    if (kernel->op() == type.id) found.push_back(kernel);
  return found;
}

// Every layer's examples in a small network: the gradient by finite differences, and the fast engine on every
// instruction set against the reference engine.
void checkLayers(Tally& tally, const std::vector<std::string>& sets, ProgressBar& bar) {
  const auto& list = layerCatalog().list();
  for (size_t i = 0; i < list.size(); ++i) {
    const LayerType& type = *list[i];
    bar.show(static_cast<double>(i) / static_cast<double>(list.size()), type.id);
    for (const LayerExample& example : type.examples()) {
      const std::string what = "layer " + type.id + " (" + example.name + ")";
      tally.add(what, "gradient", checkLayerGradient(type, example));
      for (const std::string& set : sets) {
        if (!restrictCpuInstructionSet(set)) continue;
        const auto cpu = makeCpuEngine(2);
        tally.add(what, set, checkLayerOnEngine(type, example, *cpu));
      }
    }
  }
  restrictCpuInstructionSet("");
}

void selfcheck(Cli& cli, const std::string& engine) {
  if (engine != "cpu" && engine != "reference")
    return cli.fail({ErrorKind::usage, "There is no engine \"" + engine +
                                           "\" to check in this build; choose cpu or reference."});
  Tally tally(cli);
  ProgressBar bar(cli);
  const std::vector<std::string> sets = engine == "cpu" ? cpuInstructionSets() : std::vector<std::string>{};
  if (!sets.empty()) {
    std::string names = "Instruction sets:";
    for (const std::string& set : sets) names.append(" ").append(set);
    cli.note(names);
  }
  checkLayers(tally, sets, bar);
  const auto& catalog = opCatalog();
  for (size_t i = 0; i < catalog.size(); ++i) {
    const OpType& type = *catalog[i];
    bar.show(static_cast<double>(i) / static_cast<double>(catalog.size()), type.id);
    for (const OpExample& example : type.examples()) {
      const std::string what = type.id + " (" + example.name + ")";
      tally.add(what, "reference", checkReference(type, example, seed));
      tally.add(what, "gradient", checkGradient(type, example, seed));
      for (const std::string& set : sets) {
        if (!restrictCpuInstructionSet(set)) continue;
        for (const Kernel* kernel : kernelsOf(type)) {
          const std::string way = "kernel " + std::string(kernel->id()) + " on ";
          tally.add(what, way + set, checkKernel(*kernel, type, example, seed));
        }
      }
    }
  }
  restrictCpuInstructionSet("");
  bar.clear();
  tally.finish();
}

}  // namespace

void addSelfcheckCommand(CLI::App& app, Cli& cli) {
  CLI::App* command = app.add_subcommand("selfcheck", "Check every op and kernel on this machine");
  auto engine = std::make_shared<std::string>("cpu");
  command->add_option("--engine", *engine, "cpu or reference");
  command->callback([&cli, engine] { selfcheck(cli, *engine); });
}

}  // namespace bypath
