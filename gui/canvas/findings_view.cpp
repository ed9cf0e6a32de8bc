#include "gui/canvas/findings_view.h"

#include <QCoreApplication>

#include "core/network/paths.h"

namespace bypath {

namespace {

struct Text {
  Q_DECLARE_TR_FUNCTIONS(bypath::FindingsView)
};

constexpr size_t shownInFull = 2;  // of a node's findings; the page Doctor has all

QString html(const std::string& words) {
  return QString::fromStdString(words).toHtmlEscaped();
}

QString headline(const Finding& one) {
  return one.path.empty() ? html(one.title) : QStringLiteral("%1 (%2)").arg(html(one.title), html(one.path));
}

}  // namespace

DrawnFindings drawnFindings(const std::vector<Finding>& findings, const NetworkSpec& network) {
  DrawnFindings drawn;
  for (const Finding& one : findings)
    if (const std::string path = drawnPath(network, one.path); !path.empty()) drawn[path].push_back(one);
  return drawn;
}

std::vector<Finding> findingsIn(const DrawnFindings& findings, const std::string& path) {
  std::vector<Finding> all;
  for (const auto& [at, here] : findings)
    if (isAtOrIn(at, path)) all.insert(all.end(), here.begin(), here.end());
  return all;
}

QString findingsToolTip(const std::vector<Finding>& findings) {
  QString text;
  for (size_t i = 0; i < findings.size() && i < shownInFull; ++i) {
    const Finding& one = findings[i];
    text += QStringLiteral("<p><b>%1</b><br>%2<br>%3<br>%4</p>")
                .arg(headline(one), html(one.evidence), html(one.reason),
                     Text::tr("To refute it: %1").arg(html(one.experiment)));
  }
  if (findings.size() > shownInFull)
    text += QStringLiteral("<p>%1</p>")
                .arg(Text::tr("and %1 more: Inside, Doctor").arg(findings.size() - shownInFull));
  return text;
}

QString spokenFindings(const std::vector<Finding>& findings) {
  QStringList sentences;
  for (const Finding& one : findings)
    sentences << Text::tr("Doctor: %1. %2")
                     .arg(QString::fromStdString(one.title), QString::fromStdString(one.evidence));
  return sentences.join(' ');
}

}  // namespace bypath
