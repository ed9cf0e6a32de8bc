#include "gui/report/report_text.h"
#include "gui/report/run_report.h"

namespace bypath {

namespace {

// Columns shrink to what they hold; a page that is printed keeps rows and pictures whole.
constexpr char style[] = R"(
:root { color-scheme: light; }
body { margin: 0; background: #f4f5f7; color: #1d2733; font: 15px/1.55 Inter, "Helvetica Neue", Arial, sans-serif; }
main { max-width: 800px; margin: 32px auto; padding: 48px 56px 40px; background: #fff;
       border: 1px solid #dfe3e8; border-radius: 8px; }
h1 { margin: 0; font-size: 28px; line-height: 1.25; font-weight: 600; letter-spacing: -0.01em; }
h2 { margin: 44px 0 14px; padding-top: 18px; border-top: 1px solid #dfe3e8; font-size: 18px; font-weight: 600; }
p { margin: 0 0 12px; }
.subtitle, .caption, footer { color: #5b6875; }
.subtitle { margin: 6px 0 0; }
.caption { font-size: 13px; margin: 6px 0 24px; }
.tags span { display: inline-block; margin: 12px 6px 0 0; padding: 1px 9px; border: 1px solid #c9d0d8;
             border-radius: 10px; font-size: 12px; color: #44505c; }
.note { margin: 18px 0 0; padding: 10px 14px; background: #f7f8fa; border-left: 3px solid #0072b2; white-space: pre-wrap; }
dl { display: flex; flex-wrap: wrap; gap: 20px 36px; margin: 26px 0 0; }
dt { font-size: 12px; color: #5b6875; }
dd { margin: 0; font-size: 20px; font-weight: 600; font-variant-numeric: tabular-nums; }
img { display: block; max-width: 100%; max-height: 900px; height: auto; margin: 0 auto; }
table { width: 100%; border-collapse: collapse; font-size: 13px; margin: 0 0 24px; font-variant-numeric: tabular-nums; }
table.narrow { width: auto; min-width: 50%; }
th { text-align: left; font-weight: 600; color: #5b6875; border-bottom: 1px solid #c9d0d8; padding: 4px 12px 4px 0; }
td { border-bottom: 1px solid #eceff2; padding: 4px 12px 4px 0; vertical-align: top; overflow-wrap: anywhere; }
th.right, td.right { text-align: right; white-space: nowrap; }
th:last-child, td:last-child { padding-right: 0; }
td.strong { font-weight: 600; }
footer { margin-top: 40px; font-size: 12px; }
@media (max-width: 720px) { main { margin: 0; padding: 24px 20px; border: 0; border-radius: 0; } }
@media print {
  body { background: #fff; font-size: 10pt; }
  main { margin: 0; padding: 0; border: 0; max-width: none; }
  th, td { padding-top: 2px; padding-bottom: 2px; }
  tr, figure, img { break-inside: avoid; }
  h2 { break-after: avoid; }
  thead { display: table-header-group; }
}
)";

QString safe(const QString& text) {
  return text.toHtmlEscaped();
}

QString element(const char* name, const QString& text, const char* kind = "") {
  const QString tag = QString::fromLatin1(name), of = QString::fromLatin1(kind);
  const QString open = of.isEmpty() ? tag : tag + QStringLiteral(" class=\"") + of + QLatin1Char('"');
  return QLatin1Char('<') + open + QLatin1Char('>') + text + QStringLiteral("</") + tag +
         QStringLiteral(">\n");
}

QString pictureOf(const Figure& figure, const QString& about) {
  const QString data = QString::fromLatin1(svgOf(figure).toBase64());
  return QStringLiteral("<img width=\"%1\" height=\"%2\" alt=\"%3\" src=\"data:image/svg+xml;base64,%4\">\n")
      .arg(figure.size.width())
      .arg(figure.size.height())
      .arg(safe(about), data);
}

QString rowOf(const char* cell, const std::vector<ReportCell>& cells, const std::vector<bool>& right) {
  QString html = QStringLiteral("<tr>");
  for (size_t i = 0; i < cells.size(); ++i) {
    QStringList kinds;
    if (i < right.size() && right[i]) kinds << QStringLiteral("right");
    if (cells[i].strong) kinds << QStringLiteral("strong");
    html += element(cell, safe(cells[i].text), kinds.join(QLatin1Char(' ')).toLatin1().constData()).trimmed();
  }
  return html + QStringLiteral("</tr>\n");
}

QString tableOf(const ReportTable& table) {
  std::vector<ReportCell> header;
  for (const QString& title : table.header) header.push_back({title, false});
  QString rows;
  for (const std::vector<ReportCell>& cells : table.rows) rows += rowOf("td", cells, table.right);
  return element("table", element("thead", rowOf("th", header, table.right)) + element("tbody", rows),
                 table.narrow ? "narrow" : "");
}

QString sectionOf(const ReportSection& section) {
  QString html =
      QStringLiteral("<section id=\"%1\">\n").arg(safe(section.id)) + element("h2", safe(section.title));
  for (const ReportPart& part : section.parts) {
    if (part.picture) html += pictureOf(*part.picture, part.about);
    if (!part.text.isEmpty()) html += element("p", safe(part.text), "caption");
    if (part.table) html += tableOf(*part.table);
  }
  return html + QStringLiteral("</section>\n");
}

QString headOf(const Report& report) {
  QString html = element("h1", safe(report.title)) + element("p", safe(report.subtitle), "subtitle");
  QString tags;
  for (const QString& tag : report.tags) tags += QStringLiteral("<span>%1</span>").arg(safe(tag));
  if (!tags.isEmpty()) html += element("div", tags, "tags");
  if (!report.note.isEmpty()) html += element("p", safe(report.note), "note");
  QString facts;
  for (const ReportFact& fact : report.facts)
    facts += element("div", element("dt", safe(fact.name)) + element("dd", safe(fact.value)));
  return html + element("dl", facts);
}

}  // namespace

QByteArray htmlOf(const Report& report) {
  QString body = headOf(report);
  for (const ReportSection& section : report.sections) body += sectionOf(section);
  body += element("footer", safe(ReportText::tr("Written by Bypath.")));
  return QStringLiteral(
             "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
             "content=\"width=device-width, "
             "initial-scale=1\">\n<title>%1</title>\n<style>%2</style>\n</head>\n"
             "<body>\n<main>\n")
             .arg(safe(report.title), QString::fromLatin1(style))
             .toUtf8() +
         body.toUtf8() + "</main>\n</body>\n</html>\n";
}

}  // namespace bypath
