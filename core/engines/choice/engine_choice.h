// Which engine, as settings and command lines name it, and making it.
//
//   Result<MadeEngine> made = makeEngine(EngineChoice::of(settings));
//   if (!made->note.empty()) say(made->note);   // "CUDA is off: ...; the CPU computes instead."
#pragma once

#include <memory>
#include <string>

#include "core/base/attributes.h"
#include "core/engines/engine.h"

namespace bypath {

struct EngineChoice {
  std::string name = "cpu";  // cpu, cuda, reference, check
  int threads = 0;           // 0: all
  std::string winograd = "on";
  std::string precision = "float32";  // tf32 (cuda), bf16
  bool fast = false;                  // cuda: other bits every time are allowed
  bool strict = false;                // cuda that cannot be had is an error

  // Of training settings.
  static EngineChoice of(const AttributeReader& settings);
};

struct MadeEngine {
  std::unique_ptr<Engine> engine;
  std::string note;  // a sentence where it is not quite what was asked for
};

// Errors: usage, what this machine or engine does not offer; resources, with strict alone.
Result<MadeEngine> makeEngine(const EngineChoice& choice);
// The CPU, to go on with when another engine is lost.
std::unique_ptr<Engine> makeSpareEngine(const EngineChoice& choice);

}  // namespace bypath
