#include "gui/lessons/conditions.h"

#include <algorithm>

#include "core/network/paths.h"
#include "core/network/type_ids.h"

namespace bypath {

namespace {

AttributeDescription number(const std::string& key, std::string help) {
  return {.key = key,
          .label = key,
          .kind = AttributeKind::integer,
          .fallback = int64_t{1},
          .minimum = 1,
          .choices = {},
          .unit = {},
          .help = std::move(help),
          .least = {}};
}

AttributeDescription name(const std::string& key, std::string help) {
  return {.key = key,
          .label = key,
          .kind = AttributeKind::text,
          .fallback = std::string(),
          .choices = {},
          .unit = {},
          .help = std::move(help),
          .least = {}};
}

int64_t integerOf(const Attributes& with, const char* key) {
  const auto set = with.find(key);
  return set == with.end() ? 1 : std::get<int64_t>(set->second);
}

std::string textOf(const Attributes& with, const char* key) {
  const auto set = with.find(key);
  return set == with.end() ? std::string() : std::get<std::string>(set->second);
}

const Node* nodeAt(const NetworkSpec& network, const std::string& path) {
  const Graph* graph = graphAt(network, withoutLastSegment(path));
  return graph ? graph->find(lastSegment(path)) : nullptr;
}

// As it is set, or the default; "" where there is no such attribute.
std::string attributeText(const Node& node, const std::string& key, const LayerCatalog* layers) {
  if (const auto set = node.attributes.find(key); set != node.attributes.end()) return toText(set->second);
  const LayerType* type = layers ? layers->find(node.type) : nullptr;
  const AttributeDescription* known = type ? type->attributes.find(key) : nullptr;
  return known ? toText(known->fallback) : std::string();
}

int64_t mutedBlocks(const Graph& graph) {
  int64_t count = 0;
  for (const Node& node : graph.nodes) {
    const auto muted = node.attributes.find("muted");
    count += node.type == typeId::residualBlock && muted != node.attributes.end() &&
             muted->second == AttributeValue(true);
    for (const Graph& body : node.body) count += mutedBlocks(body);
  }
  return count;
}

std::vector<ConditionType> makeConditions() {
  return {
      {"trained",
       {number("steps", "that the last run of the network has made")},
       [](const Attributes& with, const LessonView& view) { return view.steps >= integerOf(with, "steps"); }},
      {"run-ended", {}, [](const Attributes&, const LessonView& view) { return view.ended; }},
      {"twin-trained", {}, [](const Attributes&, const LessonView& view) { return view.twins > 0; }},
      {"curves-under",
       {number("runs", "whose curves lie under those of the current run")},
       [](const Attributes& with, const LessonView& view) {
         return view.runsUnder >= integerOf(with, "runs");
       }},
      {"went-back", {}, [](const Attributes&, const LessonView& view) { return view.wentBack; }},
      {"tab-shown",
       {name("tab", "as MainWindow::tabNames() calls it")},
       [](const Attributes& with, const LessonView& view) {
         return view.tabs.contains(QString::fromStdString(textOf(with, "tab")));
       }},
      {"page-has-result",
       {name("page", "of Inside")},
       [](const Attributes& with, const LessonView& view) {
         return view.results.contains(QString::fromStdString(textOf(with, "page")));
       }},
      {"attribute",
       {name("node", "path of the node"), name("key", "of the attribute"), name("value", "as text")},
       [](const Attributes& with, const LessonView& view) {
         const Node* node = view.network ? nodeAt(*view.network, textOf(with, "node")) : nullptr;
         if (!node) return false;
         const std::string value = attributeText(*node, textOf(with, "key"), view.layers);
         return value == textOf(with, "value");
       }},
      {"blocks-muted",
       {number("blocks", "that have their branch left out")},
       [](const Attributes& with, const LessonView& view) {
         return view.network && mutedBlocks(view.network->graph) >= integerOf(with, "blocks");
       }},
      {"network-checks",
       {},
       [](const Attributes&, const LessonView& view) { return view.checked && view.checked->ok(); }},
  };
}

const ConditionType* find(const std::string& wanted) {
  const auto& all = lessonConditions();
  const auto found = std::ranges::find(all, wanted, &ConditionType::name);
  return found == all.end() ? nullptr : &*found;
}

}  // namespace

const std::vector<ConditionType>& lessonConditions() {
  static const std::vector<ConditionType> all = makeConditions();
  return all;
}

Result<void> checkCondition(const LessonCondition& condition) {
  if (const ConditionType* type = find(condition.name))
    return type->parameters.validate(condition.with, "the condition '" + condition.name + "'");
  std::string names;
  for (const ConditionType& type : lessonConditions()) names += (names.empty() ? "" : ", ") + type.name;
  return Error{ErrorKind::data, "there is no condition '" + condition.name + "'; choose among " + names};
}

bool holds(const LessonCondition& condition, const LessonView& view) {
  const ConditionType* type = find(condition.name);
  return type && type->holds(condition.with, view);
}

}  // namespace bypath
