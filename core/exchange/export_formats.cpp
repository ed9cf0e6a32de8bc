#include <algorithm>
#include <cctype>
#include <span>

#include "core/base/atomic_file.h"
#include "core/exchange/export_format.h"

namespace bypath {
namespace {

// Products in double precision that a person waits for without asking.
constexpr double largeProducts = 3e8;

Result<void> mayWrite(const std::vector<std::filesystem::path>& files, bool overwrite) {
  if (overwrite) return {};
  std::error_code ignored;
  for (const std::filesystem::path& file : files)
    if (std::filesystem::exists(file, ignored))
      return Error{ErrorKind::usage, file.string() +
                                         " is there already; give another name, or say that it may "
                                         "be overwritten."};
  return {};
}

// All have found room before any takes its place. The file that was asked for comes last: where it stands,
// what it needs stands too.
Result<void> writeAll(const std::vector<std::filesystem::path>& places,
                      const std::vector<ExportFile>& files) {
  std::vector<AtomicFile> written;
  for (size_t i = 0; i < files.size(); ++i) {
    Result<AtomicFile> file = AtomicFile::create(places[i]);
    if (!file) return file.error();
    const std::string& bytes = files[i].bytes;
    if (Result<void> done = file->write(std::as_bytes(std::span(bytes))); !done) return done;
    written.push_back(std::move(*file));
  }
  for (size_t i = written.size(); i-- > 0;)
    if (Result<void> done = written[i].commit(); !done) return done;
  return {};
}

}  // namespace

const std::vector<const ExportFormat*>& exportFormats() {
  static const std::vector<const ExportFormat*> formats = {
      &onnxFormat(),
  };
  return formats;
}

const ExportFormat* findExportFormat(std::string_view id) {
  for (const ExportFormat* format : exportFormats())
    if (format->id == id) return format;
  return nullptr;
}

const ExportFormat* exportFormatOf(const std::filesystem::path& file) {
  std::string suffix = file.extension().string();
  std::ranges::transform(suffix, suffix.begin(), [](unsigned char c) { return std::tolower(c); });
  for (const ExportFormat* format : exportFormats())
    if (format->suffix == suffix) return format;
  return nullptr;
}

int64_t comparedBatch(const LeavingModel& model) {
  double products = 0;
  for (const OpNode& node : model.graph.nodes)
    products += costOf(*node.type, model.graph.call(node)).multiplyAdds;
  return products > largeProducts ? 1 : 2;
}

Result<ExportReport> exportNetwork(const LeavingSource& source, Engine& engine, const ExportRequest& request,
                                   const ExportWanted& wanted) {
  const std::filesystem::path folder = request.file.parent_path();
  const auto refused = mayWrite({request.file}, request.overwrite);
  if (!refused) return refused.error();
  Result<PreparedExport> prepared = request.format.prepare({.source = source,
                                                            .leaving = request.leaving,
                                                            .opset = request.opset,
                                                            .stem = request.file.stem().string(),
                                                            .engine = engine});
  if (!prepared) return prepared.error();
  if (Result<void> same = withinBounds(prepared->comparison); !same) return same.error();

  ExportReport report{.comparison = prepared->comparison, .notes = prepared->notes};
  for (size_t i = 0; i < prepared->files.size(); ++i)
    report.files.push_back(i == 0 ? request.file : folder / prepared->files[i].name);
  if (Result<void> may = mayWrite(report.files, request.overwrite); !may) return may.error();
  if (wanted && !wanted())
    return Error{ErrorKind::interrupted, "The export was cancelled; nothing was written."};
  if (Result<void> written = writeAll(report.files, prepared->files); !written) return written.error();
  for (const ExportFile& file : prepared->files) report.bytes += file.bytes.size();
  return report;
}

}  // namespace bypath
