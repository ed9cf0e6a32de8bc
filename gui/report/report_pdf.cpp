#include <QBuffer>

#include "gui/report/page_flow.h"
#include "gui/report/run_report.h"
#include "gui/theme/theme.h"

namespace bypath {

namespace {

TextLook muted(int pixels) {
  return {.pixels = pixels, .color = theme().textMuted};
}

void writeHead(PageFlow& flow, const Report& report) {
  flow.text(report.title, {.pixels = 24, .bold = true});
  flow.space(2);
  flow.text(report.subtitle, muted(12));
  if (!report.tags.isEmpty()) flow.text(report.tags.join(QStringLiteral("  ·  ")), muted(11));
  if (!report.note.isEmpty()) {
    flow.space(8);
    flow.text(report.note, {.pixels = 12});
  }
  flow.space(16);
  flow.facts(report.facts);
}

void writePart(PageFlow& flow, const ReportPart& part) {
  if (part.picture) {
    flow.keep(flow.heightOf(*part.picture) + 40);  // with what is said of it
    flow.picture(*part.picture);
    flow.space(5);
  }
  if (!part.text.isEmpty()) flow.text(part.text, muted(10));
  if (part.table) {
    if (part.picture || !part.text.isEmpty()) flow.space(8);
    flow.table(*part.table);
  }
  flow.space(16);
}

// A heading is never alone at the foot of a page.
void writeSection(PageFlow& flow, const ReportSection& section) {
  constexpr double headingHeight = 60, tableStart = 60;
  const ReportPart& first = section.parts.front();
  flow.space(12);
  flow.keep(headingHeight + (first.picture ? flow.heightOf(*first.picture) + 40 : tableStart));
  flow.line();
  flow.space(12);
  flow.text(section.title, {.pixels = 16, .bold = true});
  flow.space(8);
  for (const ReportPart& part : section.parts) writePart(flow, part);
}

}  // namespace

QByteArray pdfOf(const Report& report) {
  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  {
    PageFlow flow(buffer, report.title);
    writeHead(flow, report);
    for (const ReportSection& section : report.sections) writeSection(flow, section);
  }
  return bytes;
}

}  // namespace bypath
