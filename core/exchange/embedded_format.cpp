#include "core/exchange/embedded_model.h"
#include "core/exchange/export_format.h"

namespace bypath {
namespace {

Result<PreparedExport> prepare(const ExportJob& job) {
  const Result<LeavingModel> model = leavingModel(job.source, job.leaving);
  if (!model) return model.error();
  const Result<std::vector<std::byte>> bytes = embeddedModel(*model);
  if (!bytes) return bytes.error();
  const int64_t batch = comparedBatch(*model);
  const auto inputs = fixedBatch(*model, batch);
  const auto answers = ownAnswer(*model, job.engine, inputs, batch);
  if (!answers) return answers.error();
  Result<Comparison> comparison = verifyEmbedded(*bytes, *model, inputs, *answers, batch);
  if (!comparison) return comparison.error();
  PreparedExport prepared{.comparison = *comparison};
  prepared.files.push_back(
      {job.stem + ".bpw", {reinterpret_cast<const char*>(bytes->data()), bytes->size()}});
  for (const EmbeddedText& text : embeddedTexts())
    prepared.files.push_back({std::string(text.name), std::string(text.text), text.name != "bypath.hpp"});
  return prepared;
}

}  // namespace

const ExportFormat& embeddedFormat() {
  static const ExportFormat format{
      .id = "cpp",
      .title = "C++",
      .suffix = ".bpw",
      .summary =
          "One header without dependencies and a weights file, to build into a program; with an example.",
      .folds = true,
      .prepare = prepare};
  return format;
}

}  // namespace bypath
