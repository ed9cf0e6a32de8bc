// The conformance suite on this machine: every op's reference and gradient rule, and every kernel of an
// engine on every instruction set the processor offers.
#include <set>

#include "core/cli/cli.h"
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

  void add(const std::string& what, const OpCheck& outcome) {
    if (!outcome.applies) return;
    outcome.passed ? ++passed_ : ++failed_;
    if (!outcome.passed) cli_.say("failed: " + what + ": " + outcome.message);
  }

  void finish() {
    if (cli_.json)
      cli_.print({{"passed", passed_}, {"failed", failed_}});
    else
      cli_.say(std::to_string(passed_) + " passed, " + std::to_string(failed_) + " failed");
    if (failed_) cli_.exitCode = static_cast<int>(ErrorKind::data);
  }

 private:
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

// Networks around every layer's examples must be whole in both modes.
void checkLayers(Tally& tally) {
  for (const LayerType* type : layerCatalog().list())
    tally.add("layer " + type->id, {.passed = type->examples != nullptr && !type->examples().empty(),
                                    .message = "it has no examples"});
}

void selfcheck(Cli& cli, const std::string& engine) {
  if (engine != "cpu" && engine != "reference")
    return cli.fail({ErrorKind::usage, "There is no engine \"" + engine +
                                           "\" to check in this build; choose cpu or reference."});
  Tally tally(cli);
  ProgressBar bar(cli);
  const std::vector<std::string> sets = engine == "cpu" ? cpuInstructionSets() : std::vector<std::string>{};
  if (!sets.empty()) {
    std::string names;
    for (const std::string& set : sets) names += " " + set;
    cli.note("Instruction sets:" + names);
  }
  checkLayers(tally);
  const auto& catalog = opCatalog();
  for (size_t i = 0; i < catalog.size(); ++i) {
    const OpType& type = *catalog[i];
    bar.show(static_cast<double>(i) / static_cast<double>(catalog.size()), type.id);
    for (const OpExample& example : type.examples()) {
      const std::string what = type.id + " (" + example.name + ")";
      tally.add(what + ", reference", checkReference(type, example, seed));
      tally.add(what + ", gradient", checkGradient(type, example, seed));
      for (const std::string& set : sets) {
        if (!restrictCpuInstructionSet(set)) continue;
        for (const Kernel* kernel : kernelsOf(type))
          tally.add(what + ", kernel " + std::string(kernel->id()) + " on " + set,
                    checkKernel(*kernel, type, example, seed));
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
