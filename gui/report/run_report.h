// A page about a run, for a notebook, a thesis or a colleague: one file with everything inside.
//
//   Result<void> written = writeReport({folder, layerCatalog()}, "resnet.html");
#pragma once

#include <filesystem>
#include <memory>

#include "core/network/layer_type.h"
#include "core/training/feed.h"
#include "gui/report/report.h"
#include "gui/report/run_record.h"

namespace bypath {

struct ReportSource {
  std::filesystem::path folder;  // the run's
  const LayerCatalog& layers;
  // What its weights make of some images, where somebody has looked; else that section is left out.
  std::shared_ptr<const InspectionFrame> pictures{};
};

// The ending of the name chooses: .html, or .pdf on A4. Always in light colours. Errors: another ending
// (usage), no run there, a file that cannot be written. Call it from the window's thread: it paints.
Result<void> writeReport(const ReportSource& source, const std::filesystem::path& file);
// The same of what is read already.
Result<void> writeReport(const RunRecord& record, const ReportSource& source,
                         const std::filesystem::path& file);

// What stands in it. Its figures paint in the colours of the theme that lives while they paint.
Report reportOf(const RunRecord& record, const ReportSource& source);

// One page without a reference to anything outside.
QByteArray htmlOf(const Report& report);
// Pages of A4; pictures are drawn as vectors.
QByteArray pdfOf(const Report& report);

}  // namespace bypath
