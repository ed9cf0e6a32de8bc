#include "core/engines/choice/engine_choice.h"

#include "core/engines/check/check_engine.h"
#include "core/engines/cpu/cpu_engine.h"
#include "core/engines/cuda/cuda_engine.h"
#include "core/engines/reference/reference_engine.h"

namespace bypath {
namespace {

constexpr double checkTolerance = 2e-4;

Result<std::unique_ptr<Engine>> makeCpu(const EngineChoice& choice) {
  if (choice.precision == "tf32")
    return Error{ErrorKind::usage,
                 "The precision tf32 is of the cuda engine; use float32 or bf16 on the CPU."};
  const bool bf16 = choice.precision == "bf16";
  if (const std::string problem = bf16Problem(); bf16 && !problem.empty())
    return Error{ErrorKind::usage, problem};
  return makeCpuEngine(
      CpuOptions{.threads = choice.threads, .bf16 = bf16, .winograd = winogradUse(choice.winograd)});
}

Result<MadeEngine> withoutNote(Result<std::unique_ptr<Engine>> engine) {
  if (!engine) return engine.error();
  return MadeEngine{std::move(*engine), ""};
}

Result<MadeEngine> makeCuda(const EngineChoice& choice) {
  Result<std::unique_ptr<Engine>> engine =
      makeCudaEngine({.math = choice.precision == "tf32"   ? DeviceMath::tf32
                              : choice.precision == "bf16" ? DeviceMath::bf16
                                                           : DeviceMath::float32,
                      .fast = choice.fast,
                      .tuningFile = usualTuningFile()});
  const bool given = engine.ok() || choice.strict || engine.error().kind == ErrorKind::usage;
  if (given) return withoutNote(std::move(engine));
  return MadeEngine{makeSpareEngine(choice),
                    "CUDA is off, and the CPU computes instead: " + engine.error().message};
}

}  // namespace

EngineChoice EngineChoice::of(const AttributeReader& settings) {
  return {.name = settings.text("engine"),
          .threads = static_cast<int>(settings.integer("threads")),
          .winograd = settings.text("winograd"),
          .precision = settings.text("precision"),
          .fast = settings.boolean("fast")};
}

Result<MadeEngine> makeEngine(const EngineChoice& choice) {
  if (choice.name == "cpu") return withoutNote(makeCpu(choice));
  if (choice.name == "cuda") return makeCuda(choice);
  if (choice.name == "reference") return withoutNote(makeReferenceEngine());
  if (choice.name == "check") {
    Result<std::unique_ptr<Engine>> cpu = makeCpu(choice);
    if (!cpu) return cpu.error();
    return MadeEngine{makeCheckEngine(std::move(*cpu), makeReferenceEngine(), checkTolerance), ""};
  }
  return Error{ErrorKind::usage, "There is no engine \"" + choice.name +
                                     "\" in this build; choose cpu, cuda, reference or check."};
}

std::unique_ptr<Engine> makeSpareEngine(const EngineChoice& choice) {
  return makeCpuEngine(CpuOptions{.threads = choice.threads, .winograd = winogradUse(choice.winograd)});
}

}  // namespace bypath
