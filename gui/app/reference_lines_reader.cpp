#include "gui/app/reference_lines_reader.h"

#include <algorithm>

#include "core/data/reference_lines.h"
#include "gui/app/training_data.h"

namespace bypath {

namespace {

// What a loss of that name counts for; 0 where there is none.
double weightOf(const OpGraph& graph, const char* name) {
  const auto found = std::ranges::find(graph.losses, name, &LossTerm::name);
  return found == graph.losses.end() ? 0 : found->weight;
}

struct Wanted {
  std::string data, folder;
  int64_t limit = 0;
  double reconstruction = 0;  // weight in the loss
  bool accuracy = false;
};

LevelsByQuantity levelsOf(const DataSet& data, const Wanted& wanted) {
  LevelsByQuantity levels;
  if (data.test.size() == 0) return levels;
  if (wanted.reconstruction > 0) {
    const ReconstructionLines lines = reconstructionLines(data, data.test, wanted.limit);
    levels["reconstruction"] = {
        {ReferenceLinesReader::tr("perfect copy"), wanted.reconstruction * lines.floor},
        {ReferenceLinesReader::tr("mean image"), wanted.reconstruction * lines.meanImage}};
    levels["loss"] = levels["reconstruction"];
  }
  if (wanted.accuracy)
    levels["accuracy"] = {
        {ReferenceLinesReader::tr("commonest class"), largestClassShare(data.test, wanted.limit)}};
  return levels;
}

}  // namespace

ReferenceLinesReader::ReferenceLinesReader(DataShelf& shelf, QObject* parent)
    : QObject(parent), shelf_(shelf) {}

void ReferenceLinesReader::read(const DocumentEditor& editor) {
  const OpGraph& graph = editor.checked().graph;
  const DataUse use = dataUseOf(editor);
  const Wanted wanted{
      .data = use.name.toStdString(),
      .folder = use.folder.toStdString(),
      .limit = use.limitValidation,
      .reconstruction = weightOf(graph, "reconstruction"),
      .accuracy = std::ranges::find(graph.metrics, "accuracy", &Metric::name) != graph.metrics.end()};
  work_.cancel();
  if (wanted.reconstruction <= 0 && !wanted.accuracy) return;
  work_.begin<LevelsByQuantity>(
      [shelf = &shelf_, wanted](const Progress&) {
        const Result<std::shared_ptr<const DataSet>> data = shelf->open(wanted.data, wanted.folder);
        return data ? levelsOf(**data, wanted) : LevelsByQuantity();
      },
      [this](const LevelsByQuantity& levels) { Q_EMIT ready(levels); });
}

}  // namespace bypath
