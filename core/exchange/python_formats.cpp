// PyTorch and Keras code: a Python file, its weights, and what it checks itself with.
#include "core/base/bounded_reader.h"
#include "core/exchange/export_format.h"
#include "core/exchange/temporary_folder.h"
#include "core/exchange/verify_pytorch.h"

namespace bypath {
namespace {

struct Framework {
  Result<PytorchFiles> (*write)(const LeavingModel&, Engine&, const std::filesystem::path&,
                                PytorchCodeOptions);
  Result<Comparison> (*verify)(const LeavingModel&, const PytorchFiles&);
  bool (*isHere)();
  const char* name;
};

Result<PreparedExport> prepared(const ExportJob& job, const Framework& framework) {
  const Result<LeavingModel> model = leavingModel(job.source, job.leaving);
  if (!model) return model.error();
  Result<TemporaryFolder> folder = TemporaryFolder::make();
  if (!folder) return folder.error();
  const Result<PytorchFiles> files =
      framework.write(*model, job.engine, folder->path() / (job.stem + ".py"),
                      {.normMomenta = normMomenta(job.source.network, job.source.layers)});
  if (!files) return files.error();
  Result<Comparison> comparison = framework.verify(*model, *files);
  if (!comparison) return comparison.error();
  PreparedExport made{.comparison = *comparison};
  for (const std::filesystem::path& path : {files->code, files->weights, files->check}) {
    Result<std::string> bytes = readTextFile(path, std::filesystem::file_size(path));
    if (!bytes) return bytes.error();
    made.files.push_back({path.filename().string(), std::move(*bytes)});
  }
  if (!framework.isHere())
    made.notes.push_back(std::string("Run the file once where ") + framework.name +
                         " is: it compares itself with our output.");
  return made;
}

}  // namespace

const ExportFormat& pytorchFormat() {
  static const ExportFormat format{
      .id = "pytorch",
      .title = "PyTorch code",
      .suffix = ".py",
      .summary = "A Python file to read, run and train on with, the weights, and a check of itself.",
      .samples = true,
      .prepare = [](const ExportJob& job) {
        return prepared(job, {writePytorch, verifyPytorch, pythonHasTorch, "PyTorch"});
      }};
  return format;
}

const ExportFormat& kerasFormat() {
  static const ExportFormat format{
      .id = "keras",
      .title = "Keras code",
      .suffix = ".py",
      .summary = "A Python file for Keras 3 to read and run, the weights, and a check of itself.",
      .samples = true,
      .prepare = [](const ExportJob& job) {
        return prepared(job, {writeKeras, verifyKeras, pythonHasKeras, "Keras 3"});
      }};
  return format;
}

}  // namespace bypath
