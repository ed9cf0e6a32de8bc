#include <algorithm>
#include <cctype>

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

Result<ExportReport> exportNetwork(const LeavingSource& source, Engine& engine,
                                   const ExportRequest& request) {
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
  // The file that was asked for comes last: where it stands, what it needs stands too.
  for (size_t i = prepared->files.size(); i-- > 0;) {
    const std::string& bytes = prepared->files[i].bytes;
    if (Result<void> written = writeFileAtomically(report.files[i], std::string_view(bytes)); !written)
      return written.error();
    report.bytes += bytes.size();
  }
  return report;
}

}  // namespace bypath
