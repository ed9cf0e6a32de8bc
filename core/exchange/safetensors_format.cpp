#include "core/base/bounded_reader.h"
#include "core/exchange/export_format.h"
#include "core/exchange/safetensors_model.h"
#include "core/exchange/temporary_folder.h"

namespace bypath {
namespace {

// What stands in the file, loaded back by name into the parameters of the whole network.
Result<Comparison> compared(const ExportJob& job, const SafetensorsFile& read, const LeavingModel& model) {
  const Result<ParameterStore> weights = weightsFromSafetensors(read, job.source.network, job.source.layers);
  if (!weights) return weights.error();
  const Result<LeavingModel> again =
      leavingModel({job.source.network, job.source.layers, *weights, job.source.facts}, job.leaving);
  if (!again) return again.error();
  const int64_t batch = comparedBatch(model);
  const auto inputs = fixedBatch(model, batch);
  const auto own = ownAnswer(model, job.engine, inputs, batch),
             other = ownAnswer(*again, job.engine, inputs, batch);
  if (!own) return own.error();
  if (!other) return other.error();
  Comparison comparison{.by = "loaded back by name, strictly, and run"};
  for (size_t i = 0; i < own->size(); ++i) comparison.add((*own)[i], (*other)[i]);
  return comparison;
}

// A part's weights alone: the values themselves are what there is to compare.
Result<Comparison> comparedPart(const SafetensorsFile& written, const SafetensorsFile& read) {
  Comparison comparison{.by = "its weights read back"};
  for (const auto& [name, tensor] : written.tensors) {
    const auto found = read.tensors.find(name);
    if (found == read.tensors.end() || found->second.shape != tensor.shape ||
        found->second.bytes != tensor.bytes)
      return Error{ErrorKind::data, name + " does not read back as it was written."};
  }
  return comparison;
}

Result<PreparedExport> prepare(const ExportJob& job) {
  const Result<LeavingModel> model = leavingModel(job.source, job.leaving);
  if (!model) return model.error();
  const bool whole = job.leaving.part.empty();
  const Result<SafetensorsFile> file = whole ? toSafetensors(job.source) : toSafetensors(*model);
  if (!file) return file.error();
  Result<TemporaryFolder> folder = TemporaryFolder::make();
  if (!folder) return folder.error();
  const std::filesystem::path path = folder->path() / (job.stem + ".safetensors");
  if (Result<void> written = writeSafetensors(path, *file); !written) return written.error();
  const Result<SafetensorsFile> read = readSafetensors(path);
  if (!read) return read.error();
  Result<Comparison> comparison = whole ? compared(job, *read, *model) : comparedPart(*file, *read);
  if (!comparison) return comparison.error();
  PreparedExport prepared{.comparison = *comparison};
  Result<std::string> bytes = readTextFile(path, std::filesystem::file_size(path));
  if (!bytes) return bytes.error();
  prepared.files.push_back({path.filename().string(), std::move(*bytes)});
  const auto names = file->metadata.find("names");
  if (names != file->metadata.end() && names->second == "torchvision")
    prepared.notes.emplace_back("The names are torchvision's: load_state_dict() of its ResNet takes them.");
  return prepared;
}

}  // namespace

const ExportFormat& safetensorsFormat() {
  static const ExportFormat format{
      .id = "safetensors",
      .title = "safetensors",
      .suffix = ".safetensors",
      .summary = "The weights alone, by PyTorch's names and in its layouts; torchvision's for its ResNets.",
      .prepare = prepare};
  return format;
}

}  // namespace bypath
