#include "gui/canvas/node_face.h"

#include <algorithm>
#include <QCoreApplication>

#include "core/network/ports.h"
#include "core/network/type_ids.h"
#include "gui/canvas/canvas_style.h"
#include "gui/document/texts.h"

namespace bypath {

namespace {

struct Text {
  Q_DECLARE_TR_FUNCTIONS(bypath::NodeFace)
};

QString string(const std::string& s) {
  return QString::fromStdString(s);
}

bool anyOf(const std::string& key, std::initializer_list<const char*> words) {
  return std::any_of(words.begin(), words.end(), [&](const char* w) { return key == w; });
}

QString lowered(const std::string& label) {
  QString text = string(label);
  // "Batch size" becomes "batch size"; "ReLU" stays.
  if (text.size() > 1 && text[1].isLower()) text[0] = text[0].toLower();
  return text;
}

// How one attribute is written in the detail line; empty when it goes without saying.
QString attributeText(const AttributeDescription& d, const AttributeValue& value) {
  const bool differs = value != d.fallback;
  QString text = string(toText(value));
  if (d.key == "repeat") return {};  // the badge says it
  switch (d.kind) {
    case AttributeKind::integer:
      if (anyOf(d.key, {"kernel", "window"})) return text + QChar(0x00D7) + text;
      if (anyOf(d.key, {"channels", "units"})) return text == "0" ? QString() : text;  // 0: as the input
      return differs ? lowered(d.label) + ' ' + text : QString();
    case AttributeKind::real:
      if (d.key == "rate") return text;
      return differs ? lowered(d.label) + ' ' + text : QString();
    case AttributeKind::boolean: {
      if (!differs) return {};
      const bool on = std::get<bool>(value);
      return on ? lowered(d.label) : Text::tr("no %1").arg(lowered(d.label));
    }
    case AttributeKind::choice:
      if (d.key == "branch") return text;
      return differs ? text : QString();
    case AttributeKind::shape:
      return text.replace('x', QChar(0x00D7));
    case AttributeKind::folder:
    case AttributeKind::text:
      return differs ? text : QString();
  }
  return {};
}

const AttributeValue& valueOf(const Node& node, const AttributeDescription& d) {
  const auto set = node.attributes.find(d.key);
  return set != node.attributes.end() && set->second.index() == d.fallback.index() ? set->second : d.fallback;
}

void lookAtShortcut(NodeFace& face, const Node& node, const LayerType& type) {
  const AttributeDescription* d = type.attributes.find("shortcut");
  if (!d || type.id != typeId::residualBlock) return;
  const std::string kind = std::get<std::string>(valueOf(node, *d));
  if (kind == "none") {
    face.shortcut = ShortcutLook::plain;
  } else if (kind == "zero-pad") {
    face.shortcut = ShortcutLook::padding;
    face.shortcutLabel = Text::tr("pad");
  } else if (kind == "projection" || kind == "projection-always") {
    face.shortcut = ShortcutLook::projection;
    face.shortcutLabel = Text::tr("1×1");
  } else if (kind == "identity") {
    face.shortcut = ShortcutLook::identity;
  } else {
    face.shortcut = ShortcutLook::projection;
    const AttributeDescription* factor = type.attributes.find("shortcut_factor");
    face.shortcutLabel = kind == "scaled" && factor ? QChar(0x00D7) + string(toText(valueOf(node, *factor)))
                         : kind == "convolution"    ? Text::tr("1×1")
                         : kind == "dropout"        ? Text::tr("drop")
                                                    : Text::tr("gate");
  }
  // Option A and B act where the shape changes only; addFacts() knows whether it does.
  face.shortcutAlways = kind != "zero-pad" && kind != "projection" && kind != "identity" && kind != "none";
  const auto muted = node.attributes.find("muted");
  face.muted = muted != node.attributes.end() && muted->second == AttributeValue(true);
}

}  // namespace

bool NodeFace::hasError() const {
  return std::any_of(diagnostics.begin(), diagnostics.end(),
                     [](const Diagnostic& d) { return d.severity == Severity::error; });
}

std::vector<Fix> NodeFace::fixes() const {
  std::vector<Fix> list;
  for (const Diagnostic& d : diagnostics)
    if (d.severity != Severity::note) list.insert(list.end(), d.fixes.begin(), d.fixes.end());
  return list;
}

bool NodeFace::operator==(const NodeFace& other) const {
  const auto same = [](const Diagnostic& a, const Diagnostic& b) {
    return a.severity == b.severity && a.message == b.message && a.fixes.size() == b.fixes.size();
  };
  return name == other.name && title == other.title && detail == other.detail && inputs == other.inputs &&
         outputs == other.outputs && repeat == other.repeat && shortcut == other.shortcut &&
         shortcutLabel == other.shortcutLabel && muted == other.muted && toolTip == other.toolTip &&
         std::equal(diagnostics.begin(), diagnostics.end(), other.diagnostics.begin(),
                    other.diagnostics.end(), same);
}

NodeFace nodeFace(const Node& node, const LayerType* type, const Graph& graph) {
  NodeFace face;
  face.name = string(node.name);
  if (!type) {
    face.title = string(node.type);
    face.detail = Text::tr("unknown layer");
    for (const Wire& wire : graph.wires) {
      if (wire.to == node.name) face.inputs = std::max(face.inputs, wire.toPort + 1);
      if (wire.from == node.name) face.outputs = std::max(face.outputs, wire.fromPort + 1);
    }
    return face;
  }
  face.title = string(type->title);
  face.group = string(type->group);
  face.container = type->opensAsGraph;
  face.variadic = type->variadicInputs;
  for (const PortDescription& p : inputPorts(node, *type))
    face.inputNames << string(p.label.empty() ? p.name : p.label);
  for (const PortDescription& p : outputPorts(node, *type))
    face.outputNames << string(p.label.empty() ? p.name : p.label);
  face.inputs = int(face.inputNames.size());
  face.outputs = int(face.outputNames.size());
  if (face.variadic)
    for (const Wire& wire : graph.wires)
      if (wire.to == node.name) face.inputs = std::max(face.inputs, wire.toPort + 1);

  QStringList details;
  for (const AttributeDescription& d : type->attributes.list()) {
    const AttributeValue& value = valueOf(node, d);
    if (d.key == "repeat" && std::holds_alternative<int64_t>(value)) face.repeat = std::get<int64_t>(value);
    if (d.key == "shortcut" && type->id == typeId::residualBlock) continue;  // drawn
    if (const QString text = attributeText(d, value); !text.isEmpty())
      d.key == "kernel" ? details.prepend(text) : details.append(text);
  }
  if (type->id == typeId::part) {
    const auto isLayer = [](const Node& n) {
      return n.type != typeId::partInput && n.type != typeId::partOutput;
    };
    const auto inner =
        node.body.empty() ? 0 : std::count_if(node.body[0].nodes.begin(), node.body[0].nodes.end(), isLayer);
    details << (inner == 1 ? Text::tr("1 layer") : Text::tr("%1 layers").arg(inner));
  }
  lookAtShortcut(face, node, *type);
  if (face.isResidual() && !face.hasArc()) details << Text::tr("no shortcut");
  face.detail = details.join(QString(" · "));
  return face;
}

void addFacts(NodeFace& face, const NodeFacts* facts, std::vector<Diagnostic> diagnostics,
              const LayerType* type) {
  QString html = "<b>" + face.name.toHtmlEscaped() + "</b> &nbsp; " + face.title.toHtmlEscaped();
  if (type) html += "<br>" + string(type->summary).toHtmlEscaped();
  if (facts && !facts->inputs.empty() && facts->inputs == facts->outputs && !face.shortcutAlways)
    face.shortcutLabel.clear();
  if (facts) {
    const auto shapes = [](const std::vector<Shape>& list) {
      QStringList texts;
      for (const Shape& s : list) texts << shapeText(s);
      return texts.join(", ");
    };
    if (!facts->inputs.empty() || !facts->outputs.empty())
      html += "<br>" + shapes(facts->inputs) + " → " + shapes(facts->outputs);
    html += "<br>" + Text::tr("%1 parameters, %2 multiply-adds")
                         .arg(countText(double(facts->parameters)), shortCountText(facts->multiplyAdds));
  }
  for (const Diagnostic& d : diagnostics) html += "<br><b>" + string(d.message).toHtmlEscaped() + "</b>";
  face.toolTip = html;
  face.diagnostics = std::move(diagnostics);
}

NodeExtent extentOf(const NodeFace& face) {
  NodeExtent extent;
  extent.width = style::cardWidth;
  extent.height = style::headerHeight + (face.detail.isEmpty() ? 0 : style::detailHeight);
  if (face.isResidual()) extent.height += 2 * style::stub;
  if (face.hasArc()) extent.overhang = style::arcReach;
  return extent;
}

ExtentOf extentIn(const Graph& graph, const LayerCatalog& layers) {
  return [&](const Node& node) { return extentOf(nodeFace(node, layers.find(node.type), graph)); };
}

}  // namespace bypath
