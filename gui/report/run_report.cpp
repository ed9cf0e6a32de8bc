#include "gui/report/run_report.h"

#include <algorithm>
#include <string_view>

#include "core/base/atomic_file.h"
#include "gui/theme/theme.h"

namespace bypath {

Result<void> writeReport(const RunRecord& record, const ReportSource& source,
                         const std::filesystem::path& file) {
  std::string ending = file.extension().string();
  std::ranges::transform(ending, ending.begin(), [](unsigned char c) { return std::tolower(c); });
  const bool html = ending == ".html" || ending == ".htm";
  if (!html && ending != ".pdf")
    return Error{ErrorKind::usage,
                 "Cannot tell the format of " + file.string() + ": end the name in .html or .pdf"};
  const PaperTheme paper;
  const Report report = reportOf(record, source);
  const QByteArray bytes = html ? htmlOf(report) : pdfOf(report);
  return writeFileAtomically(file, std::string_view(bytes.constData(), static_cast<size_t>(bytes.size())));
}

Result<void> writeReport(const ReportSource& source, const std::filesystem::path& file) {
  const Result<RunRecord> record = readRunRecord(source.folder);
  if (!record) return record.error();
  return writeReport(*record, source, file);
}

}  // namespace bypath
