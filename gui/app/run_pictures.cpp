#include "gui/app/run_pictures.h"

#include "core/training/network_session.h"
#include "core/training/preview.h"
#include "core/training/settings.h"

namespace bypath {

Result<std::shared_ptr<const InspectionFrame>> picturesOf(const RunOrder& order) {
  const Result<OpenedRun> run = openRun(order);
  if (!run) return run.error();
  const NetworkSpec& network = run->model.project.network;
  const CheckedNetwork checked = check(network, *order.layers, {.mode = Mode::evaluation});
  if (!checked.ok()) return Error{ErrorKind::data, summarise(checked.diagnostics)};
  if (const Result<void> fit = fits(checked.graph, *run->data); !fit) return fit.error();
  const auto seed = static_cast<uint64_t>(
      AttributeReader(trainingSchema(), completeSettings(run->model.settings)).integer("seed"));
  const BatchLoader loader(run->data, {.batch = 1, .normalisation = normalisationFor(checked.graph)});
  Result<Preview> preview =
      Preview::open({network, *order.layers, *run->engine, *run->model.parameters}, loader, seed);
  if (!preview) return preview.error();
  InspectionFrame frame{.step = run->model.step};
  preview->fill(frame);
  return std::make_shared<const InspectionFrame>(std::move(frame));
}

}  // namespace bypath
