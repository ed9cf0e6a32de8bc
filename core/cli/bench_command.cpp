// Speed of one step after warm-up, on random pixels: forward, backward and the optimizer's step, or forward
// alone.
#include <sys/resource.h>

#include <algorithm>
#include <chrono>

#include "core/cli/cli.h"
#include "core/cli/random_inputs.h"
#include "core/engines/cpu/cpu_engine.h"
#include "core/layers/catalog.h"
#include "core/plan/profile.h"
#include "core/training/optimizer.h"
#include "core/training/settings.h"

namespace bypath {

namespace {

struct BenchArguments {
  NetworkArguments network;
  std::string mode = "train";
  std::string engine = "cpu";
  std::string winograd;
  std::string precision;
  std::string instructions;
  int64_t batch = 0;
  int threads = 0;
  int steps = 20;
  int warmup = 3;
  bool profile = false;
  bool fast = false;
};

int64_t classesOf(const OpGraph& graph) {
  for (const NamedValue& output : graph.outputs)
    if (output.name == "logits") return graph.shape(output.value).last();
  return 1;
}

// As papers count: two operations a multiply-add of convolutions and dense layers; a training step counts
// three passes.
double operationsOf(const CheckedNetwork& checked, int64_t batch, bool training) {
  return checked.multiplyAdds * 2 * static_cast<double>(batch) * (training ? 3 : 1);
}

nlohmann::json toJson(const std::vector<ProfileLine>& lines, int runs) {
  nlohmann::json list = nlohmann::json::array();
  for (const ProfileLine& line : lines)
    list.push_back({{"direction", line.direction},
                    {"op", line.op},
                    {"kernel", line.kernel},
                    {"steps", line.steps},
                    {"ms", 1000 * line.seconds / runs},
                    {"multiply_adds", line.multiplyAdds},
                    {"bytes", line.bytes}});
  return list;
}

void bench(Cli& cli, const BenchArguments& arguments) {
  Result<ResolvedNetwork> resolved = resolveNetwork(arguments.network);
  if (!resolved) return cli.fail(resolved.error());
  const AttributeReader settings(trainingSchema(), resolved->settings);
  const int64_t batch = arguments.batch ? arguments.batch : settings.integer("batch");
  const bool training = arguments.mode == "train";
  if (!restrictCpuInstructionSet(arguments.instructions)) {
    std::string offered;
    for (const std::string& name : cpuInstructionSets()) offered += (offered.empty() ? "" : ", ") + name;
    return cli.fail({ErrorKind::usage, "This processor does not offer the instruction set \"" +
                                           arguments.instructions + "\"; choose one of " + offered + "."});
  }
  EngineChoice wanted = EngineChoice::of(settings);
  wanted.name = arguments.engine;
  wanted.strict = true;
  wanted.fast = wanted.fast || arguments.fast;
  if (arguments.threads) wanted.threads = arguments.threads;
  if (!arguments.precision.empty()) wanted.precision = arguments.precision;
  if (!arguments.winograd.empty()) wanted.winograd = arguments.winograd;
  Result<std::unique_ptr<Engine>> engine = openEngine(cli, wanted);
  if (!engine) return cli.fail(engine.error());
  const CheckedNetwork checked =
      check(resolved->project.network, layerCatalog(),
            {.batch = batch, .mode = training ? Mode::training : Mode::evaluation});
  if (!checked.ok()) return cli.fail({ErrorKind::data, summarise(checked.diagnostics)});
  Result<ExecutionPlan> plan =
      compile(checked.graph, **engine, {.training = training, .fixedWeights = !training});
  if (!plan) return cli.fail(plan.error());
  ParameterStore store(plan->program->graph.parameters);
  initialise(store, 1);
  Result<std::unique_ptr<Session>> session = (*engine)->open(plan->program, store);
  if (!session) return cli.fail(session.error());
  fillRandomInputs(plan->program->graph, classesOf(checked.graph), **session);

  Parallel parallel((*engine)->threads());
  Optimizer optimizer(resolved->settings, store);
  if (training)
    if (Result<void> moved = optimizer.moveTo(**engine, store); !moved) return cli.fail(moved.error());
  std::vector<double> milliseconds;
  std::vector<double> seconds(plan->program->steps.size());
  ProgressBar bar(cli);
  for (int i = 0; i < arguments.warmup + arguments.steps; ++i) {
    bar.show(static_cast<double>(i) / (arguments.warmup + arguments.steps), "step " + std::to_string(i));
    if (arguments.profile && i == arguments.warmup) (*session)->measureSteps(seconds);
    const auto start = std::chrono::steady_clock::now();
    const StepKey key{.seed = 1, .step = static_cast<uint32_t>(i)};
    const double rate = settings.real("learning_rate") * 1e-3;
    if (training && optimizer.isOnEngine()) {
      (*session)->run(key, optimizer.begin(rate));
      optimizer.finish();
    } else {
      (*session)->run(key);
      (*session)->wait();
      if (training) optimizer.step(store, rate, parallel);
    }
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    if (i >= arguments.warmup) milliseconds.push_back(took.count());
  }
  bar.clear();
  std::ranges::sort(milliseconds);
  const double median = milliseconds[milliseconds.size() / 2];
  const double images = static_cast<double>(batch) * 1000 / median;
  const double gflops = operationsOf(checked, batch, training) / median / 1e6;
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const double rss = static_cast<double>(usage.ru_maxrss) / 1024;
  std::vector<ProfileLine> byKernel;
  if (arguments.profile) byKernel = profile(*plan, seconds, ProfileBy::kernel);
  if (cli.json) {
    nlohmann::json object = {{"network", resolved->project.network.name},
                             {"mode", arguments.mode},
                             {"batch", batch},
                             {"threads", (*engine)->threads()},
                             {"steps", arguments.steps},
                             {"median_ms", median},
                             {"min_ms", milliseconds.front()},
                             {"images_per_second", images},
                             {"gflops", gflops},
                             {"arena_bytes", plan->arenaBytes},
                             {"peak_rss_mib", rss}};
    if (arguments.profile) object["profile"] = toJson(byKernel, arguments.steps);
    return cli.print(object);
  }
  char line[256];
  std::snprintf(line, sizeof line,
                "median %.1f ms, fastest %.1f ms, %.0f images/s, %.0f GFLOP/s, peak memory %.0f MiB", median,
                milliseconds.front(), images, gflops, rss);
  cli.say(line);
  if (!arguments.profile) return;
  cli.say("\nBy kernel\n" + profileTable(byKernel, arguments.steps));
  cli.say("By kernel and shape\n" + profileTable(profile(*plan, seconds, ProfileBy::shape), arguments.steps));
}

}  // namespace

void addBenchCommand(CLI::App& app, Cli& cli) {
  CLI::App* command = app.add_subcommand("bench", "Speed of a step on random pixels");
  auto arguments = std::make_shared<BenchArguments>();
  arguments->network.add(*command);
  command->add_option("--mode", arguments->mode, "train or infer")->check(CLI::IsMember({"train", "infer"}));
  command->add_option("--engine", arguments->engine, "cpu, cuda or reference");
  command
      ->add_option("--precision", arguments->precision,
                   "float32; tf32 (cuda); bf16: products of bfloat16 values")
      ->check(CLI::IsMember({"float32", "tf32", "bf16"}));
  command->add_flag("--fast", arguments->fast, trainingSchema().find("fast")->help);
  command->add_option("--isa", arguments->instructions,
                      "Instruction set to keep to, such as AVX2; by default the best there is");
  command
      ->add_option("--winograd", arguments->winograd,
                   "on; 2x2: only what is as exact as direct convolution; off: direct convolution only")
      ->check(CLI::IsMember({"on", "2x2", "off"}));
  command->add_option("--batch", arguments->batch, "Pictures a step; by default the setting's")
      ->check(CLI::Range(1, 65536));
  command->add_option("--threads", arguments->threads, "Threads; 0: all")->check(CLI::Range(0, 1024));
  command->add_option("--steps", arguments->steps, "Timed steps")->check(CLI::Range(1, 100000));
  command->add_flag("--profile", arguments->profile, "Also say where the time goes, by kernel and shape");
  command->callback([&cli, arguments] { bench(cli, *arguments); });
}

}  // namespace bypath
