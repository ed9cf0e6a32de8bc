#include "core/exchange/verify_pytorch.h"

#include <cstdlib>
#include <cstring>

#include "core/base/atomic_file.h"
#include "core/exchange/keras_code.h"
#include "core/exchange/run_program.h"
#include "core/exchange/safetensors_model.h"
#include "core/ops/catalog.h"

namespace bypath {
namespace {

constexpr const char* python = "/usr/bin/python3";
constexpr int64_t checkedImages = 2;

// The last lines of what a program printed.
std::string tail(const std::string& output) {
  const std::string text = output.substr(0, output.find_last_not_of(" \n") + 1);
  return text.size() > 400 ? "... " + text.substr(text.size() - 400) : text;
}

bool draws(const LeavingModel& model) {
  for (const OpNode& node : model.graph.nodes)
    if (node.type == &gaussianSampleOp()) return true;
  return false;
}

Result<Comparison> byRunning(const LeavingModel& model, const PytorchFiles& files,
                             const std::string& framework) {
  const ProgramRun run = runProgram({python, "-B", files.code.string()}, {.seconds = 600});
  const std::string line = "stored outputs: ";
  const size_t at = run.output.rfind(line);
  if (run.timedOut)
    return Error{ErrorKind::data, "The " + framework + " code did not finish its check in ten minutes."};
  if (at == std::string::npos)
    return Error{ErrorKind::data, "The " + framework + " code does not run: " + tail(run.output)};
  Comparison comparison{.by = "run by " + framework};
  if (draws(model)) comparison.by += ", which draws at random, so that only shapes were compared";
  comparison.largest = std::strtod(run.output.c_str() + at + line.size(), nullptr);
  const Result<SafetensorsFile> stored = readSafetensors(files.check);
  if (!stored) return stored.error();
  for (const Border& border : model.outputs) {
    const auto found = stored->tensors.find(border.name);
    if (found == stored->tensors.end()) continue;
    std::vector<float> own(static_cast<size_t>(found->second.count()));
    std::memcpy(own.data(), found->second.bytes.data(), found->second.bytes.size());
    comparison.add(own, own);
  }
  if (Result<void> good = withinBounds(comparison); !good) return good.error();
  if (run.exitCode != 0)
    return Error{ErrorKind::data, "The " + framework + " code refuses its own check: " + tail(run.output)};
  return comparison;
}

// Of what was written, every byte.
Result<Comparison> byReadingBack(const LeavingModel& model, const PytorchFiles& files,
                                 const std::string& framework) {
  const Result<SafetensorsFile> meant = toSafetensors(model), read = readSafetensors(files.weights);
  if (!meant) return meant.error();
  if (!read) return read.error();
  const bool same = meant->tensors.size() == read->tensors.size() &&
                    std::equal(meant->tensors.begin(), meant->tensors.end(), read->tensors.begin(),
                               [](const auto& one, const auto& other) {
                                 return one.first == other.first && one.second.type == other.second.type &&
                                        one.second.shape == other.second.shape &&
                                        one.second.bytes == other.second.bytes;
                               });
  if (!same)
    return Error{ErrorKind::io, files.weights.string() +
                                    " does not hold the weights that were written to it; "
                                    "the disk may be failing."};
  return Comparison{.by = "its weights read back, byte by byte; the code was not run, as Python has no " +
                          framework + " here"};
}

using CodeOf = Result<std::string> (*)(const LeavingModel&, const PytorchCodeOptions&);

Result<PytorchFiles> written(const LeavingModel& model, Engine& engine, const std::filesystem::path& code,
                             PytorchCodeOptions options, CodeOf codeOf) {
  const PytorchFiles files = pytorchFiles(code);
  options.weightsFile = files.weights.filename().string();
  options.checkFile = files.check.filename().string();
  const Result<std::string> text = codeOf(model, options);
  if (!text) return text.error();
  const Result<SafetensorsFile> weights = toSafetensors(model);
  if (!weights) return weights.error();
  const std::vector<std::vector<float>> inputs = fixedBatch(model, checkedImages);
  const Result<std::vector<std::vector<float>>> answers = ownAnswer(model, engine, inputs, checkedImages);
  if (!answers) return answers.error();
  const SafetensorsFile checks = checkTensors(model, inputs, *answers, checkedImages);
  if (Result<void> done = writeSafetensors(files.weights, *weights); !done) return done.error();
  if (Result<void> done = writeSafetensors(files.check, checks); !done) return done.error();
  if (Result<void> done = writeFileAtomically(files.code, *text); !done) return done.error();
  return files;
}

}  // namespace

PytorchFiles pytorchFiles(const std::filesystem::path& code) {
  const std::string stem = code.stem().string();
  return {.code = code,
          .weights = code.parent_path() / (stem + ".safetensors"),
          .check = code.parent_path() / (stem + "_check.safetensors")};
}

Result<PytorchFiles> writePytorch(const LeavingModel& model, Engine& engine,
                                  const std::filesystem::path& code, PytorchCodeOptions options) {
  return written(model, engine, code, std::move(options), pytorchCode);
}

Result<PytorchFiles> writeKeras(const LeavingModel& model, Engine& engine, const std::filesystem::path& code,
                                PytorchCodeOptions options) {
  return written(model, engine, code, std::move(options), kerasCode);
}

Result<Comparison> verifyPytorch(const LeavingModel& model, const PytorchFiles& files) {
  return pythonHasTorch() ? byRunning(model, files, "PyTorch") : byReadingBack(model, files, "torch");
}

Result<Comparison> verifyKeras(const LeavingModel& model, const PytorchFiles& files) {
  return pythonHasKeras() ? byRunning(model, files, "Keras") : byReadingBack(model, files, "Keras 3");
}

bool pythonHasTorch() {
  static const bool has = runProgram({python, "-c", "import numpy, torch"}).exitCode == 0;
  return has;
}

bool pythonHasKeras() {
  static const bool has = runProgram({python, "-c", "import keras; keras.ops"}).exitCode == 0;
  return has;
}

}  // namespace bypath
