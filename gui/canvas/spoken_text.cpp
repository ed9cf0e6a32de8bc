#include "gui/canvas/spoken_text.h"

#include <algorithm>
#include <QCoreApplication>
#include <set>

#include "core/network/paths.h"
#include "gui/canvas/network_scene.h"
#include "gui/document/texts.h"

namespace bypath {

namespace {

struct Text {
  Q_DECLARE_TR_FUNCTIONS(bypath::SpokenText)
};

QString sentence(QString text) {
  text = text.trimmed();
  if (!text.isEmpty() && !QStringLiteral(".!?").contains(text.back())) text += '.';
  return text;
}

QString problem(const Diagnostic& d) {
  const QString message = QString::fromStdString(d.message);
  switch (d.severity) {
    case Severity::error:
      return sentence(Text::tr("Problem: %1").arg(message));
    case Severity::warning:
      return sentence(Text::tr("Warning: %1").arg(message));
    case Severity::note:
      break;
  }
  return sentence(Text::tr("Note: %1").arg(message));
}

QString outputs(const NodeFacts* facts) {
  if (!facts || facts->outputs.empty()) return {};
  QStringList shapes;
  for (const Shape& shape : facts->outputs)
    shapes << (shape.rank() > 0 ? shapeText(shape) : Text::tr("not known yet"));
  return sentence(Text::tr("Output %1").arg(shapes.join(QStringLiteral(", "))));
}

QString parameters(const NodeFacts* facts) {
  if (!facts || !facts->known) return {};
  if (facts->parameters == 0) return Text::tr("No parameters.");
  return facts->parameters == 1 ? Text::tr("1 parameter.")
                                : Text::tr("%1 parameters.").arg(countText(double(facts->parameters)));
}

// The other end of a wire, with its port where it has several.
QString endOfWire(const NetworkScene& scene, const std::string& node, bool input, int port) {
  QString name = QString::fromStdString(node);
  const NodeItem* item = scene.node(node);
  if (!item) return name;
  const NodeFace& face = item->face();
  const int ports = input ? face.inputs : face.outputs;
  const QString label = (input ? face.inputNames : face.outputNames).value(port, QString::number(port + 1));
  return ports > 1 ? QStringLiteral("%1 (%2)").arg(name, label) : name;
}

QString wires(const NetworkScene& scene, const std::string& node) {
  QStringList from, to;
  for (const Wire& wire : scene.view().graph.wires) {
    if (wire.to == node) from << endOfWire(scene, wire.from, false, wire.fromPort);
    if (wire.from == node) to << endOfWire(scene, wire.to, true, wire.toPort);
  }
  QStringList ways;
  if (!from.isEmpty()) ways << Text::tr("from %1").arg(from.join(QStringLiteral(", ")));
  if (!to.isEmpty()) ways << Text::tr("to %1").arg(to.join(QStringLiteral(", ")));
  if (ways.isEmpty()) return Text::tr("No wires.");
  QString text = sentence(ways.join(QStringLiteral("; ")));
  text[0] = text[0].toUpper();
  return text;
}

bool counts(const Diagnostic& d) {
  return d.severity != Severity::note;
}

struct Problems {
  size_t here = 0, elsewhere = 0;
  QStringList ofAll;  // of the network as a whole, spelled out: no node tells of them
};

// The copies of a repeated layer tell the same thing once, as on the nodes.
Problems problemsIn(const NetworkScene& scene) {
  Problems found;
  for (const Node& node : scene.view().graph.nodes) {
    const NodeItem* item = scene.node(node.name);
    if (!item) continue;
    const auto& diagnostics = item->face().diagnostics;
    found.here += size_t(std::count_if(diagnostics.begin(), diagnostics.end(), counts));
  }
  const NetworkSpec& network = scene.editor().project().network;
  std::set<std::pair<std::string, std::string>> told;
  for (const Diagnostic& d : scene.editor().checked().diagnostics) {
    if (!counts(d)) continue;
    const std::string path = drawnPath(network, d.path);
    if (path.empty())
      found.ofAll << problem(d);
    else if (withoutLastSegment(path) != scene.view().path || !scene.node(std::string(lastSegment(path))))
      told.emplace(path, d.message);
  }
  found.elsewhere = told.size();
  return found;
}

}  // namespace

QString spokenName(const NodeFace& face) {
  QStringList words{face.name, face.title};
  if (face.repeat > 1) words << Text::tr("repeated %1 times").arg(face.repeat);
  if (face.muted) words << Text::tr("muted");
  return words.join(QStringLiteral(", "));
}

QString spokenProblems(const NodeFace& face) {
  QStringList sentences;
  for (const Severity severity : {Severity::error, Severity::warning, Severity::note})
    for (const Diagnostic& d : face.diagnostics)
      if (d.severity == severity) sentences << problem(d);
  return sentences.join(' ');
}

QString spokenDescription(const NetworkScene& scene, const std::string& node) {
  const NodeItem* item = scene.node(node);
  if (!item) return {};
  const NodeFacts* facts = scene.facts(node);
  QString detail = item->face().detail;
  detail.replace(QStringLiteral(" · "), QStringLiteral(", "));
  QStringList sentences{spokenProblems(item->face()),
                        spokenFindings(item->findings()),
                        outputs(facts),
                        parameters(facts),
                        sentence(detail),
                        wires(scene, node)};
  sentences.removeAll(QString());
  return sentences.join(' ');
}

QString spokenCanvasName(const NetworkScene& scene) {
  const QString name = Text::tr("Network canvas");
  const std::string& inside = scene.view().path;
  return inside.empty() ? name : Text::tr("%1, inside %2").arg(name, QString::fromStdString(inside));
}

QString spokenCanvasDescription(const NetworkScene& scene) {
  const size_t layers = scene.view().graph.nodes.size();
  const Problems problems = problemsIn(scene);
  QStringList counted{layers == 1 ? Text::tr("1 layer") : Text::tr("%1 layers").arg(layers)};
  if (problems.here > 0)
    counted << (problems.here == 1 ? Text::tr("1 problem here")
                                   : Text::tr("%1 problems here").arg(problems.here));
  if (problems.elsewhere > 0)
    counted << (problems.elsewhere == 1
                    ? Text::tr("1 problem elsewhere in the network")
                    : Text::tr("%1 problems elsewhere in the network").arg(problems.elsewhere));
  if (problems.here + problems.elsewhere == 0) counted << Text::tr("no problems in them");
  QStringList sentences{sentence(counted.join(QStringLiteral(", ")))};
  sentences << problems.ofAll << originNote(scene);
  sentences.removeAll(QString());
  return sentences.join(' ');
}

QString originNote(const NetworkScene& scene) {
  if (!scene.view().generated) return {};
  return Text::tr("Generated from the block's settings. The first edit makes it the block's own.");
}

}  // namespace bypath
