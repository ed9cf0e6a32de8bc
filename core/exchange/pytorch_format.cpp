#include "core/base/bounded_reader.h"
#include "core/exchange/export_format.h"
#include "core/exchange/temporary_folder.h"
#include "core/exchange/verify_pytorch.h"

namespace bypath {
namespace {

Result<PreparedExport> prepare(const ExportJob& job) {
  const Result<LeavingModel> model = leavingModel(job.source, job.leaving);
  if (!model) return model.error();
  Result<TemporaryFolder> folder = TemporaryFolder::make();
  if (!folder) return folder.error();
  const Result<PytorchFiles> files =
      writePytorch(*model, job.engine, folder->path() / (job.stem + ".py"),
                   {.normMomenta = normMomenta(job.source.network, job.source.layers)});
  if (!files) return files.error();
  Result<Comparison> comparison = verifyPytorch(*model, *files);
  if (!comparison) return comparison.error();
  PreparedExport prepared{.comparison = *comparison};
  for (const std::filesystem::path& path : {files->code, files->weights, files->check}) {
    Result<std::string> bytes = readTextFile(path, std::filesystem::file_size(path));
    if (!bytes) return bytes.error();
    prepared.files.push_back({path.filename().string(), std::move(*bytes)});
  }
  return prepared;
}

}  // namespace

const ExportFormat& pytorchFormat() {
  static const ExportFormat format{
      .id = "pytorch",
      .title = "PyTorch code",
      .suffix = ".py",
      .summary = "A Python file to read, run and train on with, the weights, and a check of itself.",
      .prepare = prepare};
  return format;
}

}  // namespace bypath
