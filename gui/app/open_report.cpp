#include "gui/app/open_report.h"

#include <algorithm>
#include <QCoreApplication>
#include <QFileInfo>

#include "core/network/edit.h"
#include "core/network/wiring.h"

namespace bypath {

namespace {

struct Text {
  Q_DECLARE_TR_FUNCTIONS(bypath::OpenReport)
};

}  // namespace

bool isDamaged(const Graph& graph, const LayerCatalog& layers) {
  const Wiring wiring(graph, layers);
  if (!wiring.problems.empty() || !wiring.cycles.empty()) return true;
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    const Node& node = graph.nodes[i];
    const LayerType* type = wiring.types[i];
    if (!type || !nameProblem(node.name).empty() || !type->attributes.validate(node.attributes, ""))
      return true;
    if (!node.body.empty() && isDamaged(node.body[0], layers)) return true;
  }
  return false;
}

QString openReport(const DocumentEditor& editor) {
  if (editor.filePath().isEmpty()) return {};
  const QString name = QFileInfo(editor.filePath()).fileName();
  const ProjectOnDisk& file = editor.file();
  if (file.isNewer())
    return Text::
        tr("“%1” was written by a newer Bypath (file version %2). What this program does not know is left "
           "out, so the file itself is kept as it is: save under another name.")
            .arg(name, QString::number(file.version()));
  if (!file.problems().empty())
    return Text::
        tr("Not everything in “%1” could be read, so the file itself is kept as it is: save under another "
           "name. Left out: %2.")
            .arg(name, QString::number(file.problems().size()));
  if (!isDamaged(editor.project().network.graph, editor.layers())) return {};
  const std::vector<Diagnostic>& found = editor.checked().diagnostics;
  const auto errors = std::count_if(found.begin(), found.end(),
                                    [](const Diagnostic& d) { return d.severity == Severity::error; });
  return Text::tr("“%1” opened, but its drawing is damaged. To be mended: %2.")
      .arg(name, QString::number(errors));
}

}  // namespace bypath
