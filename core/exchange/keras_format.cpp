#include "core/base/bounded_reader.h"
#include "core/exchange/export_format.h"
#include "core/exchange/keras_code.h"
#include "core/exchange/safetensors_model.h"
#include "core/exchange/temporary_folder.h"
#include "core/exchange/verify_pytorch.h"

namespace bypath {
namespace {

Result<PreparedExport> prepare(const ExportJob& job) {
  const Result<LeavingModel> model = leavingModel(job.source, job.leaving);
  if (!model) return model.error();
  const int64_t batch = comparedBatch(*model);
  const auto inputs = fixedBatch(*model, batch);
  const auto answers = ownAnswer(*model, job.engine, inputs, batch);
  if (!answers) return answers.error();
  Result<TemporaryFolder> folder = TemporaryFolder::make();
  if (!folder) return folder.error();
  const PytorchFiles files = pytorchFiles(folder->path() / (job.stem + ".py"));
  const Result<std::string> code =
      kerasCode(*model, {.weightsFile = files.weights.filename().string(),
                         .checkFile = files.check.filename().string(),
                         .normMomenta = normMomenta(job.source.network, job.source.layers)});
  if (!code) return code.error();
  const Result<SafetensorsFile> weights = toSafetensors(*model);
  if (!weights) return weights.error();
  if (Result<void> done = writeSafetensors(files.weights, *weights); !done) return done.error();
  const SafetensorsFile check = checkTensors(*model, inputs, *answers, batch);
  if (Result<void> done = writeSafetensors(files.check, check); !done) return done.error();
  const Result<Comparison> comparison = weightsReadBack(*model, files.weights);
  if (!comparison) return comparison.error();

  PreparedExport prepared{.files = {{files.code.filename().string(), *code}}, .comparison = *comparison};
  for (const std::filesystem::path& path : {files.weights, files.check}) {
    Result<std::string> bytes = readTextFile(path, std::filesystem::file_size(path));
    if (!bytes) return bytes.error();
    prepared.files.push_back({path.filename().string(), std::move(*bytes)});
  }
  prepared.notes.emplace_back("Run the file once where Keras is: it compares itself with our output.");
  return prepared;
}

}  // namespace

const ExportFormat& kerasFormat() {
  static const ExportFormat format{
      .id = "keras",
      .title = "Keras code",
      .suffix = ".py",
      .summary = "A Python file for Keras 3 to read and run, the weights, and a check of itself.",
      .prepare = prepare};
  return format;
}

}  // namespace bypath
