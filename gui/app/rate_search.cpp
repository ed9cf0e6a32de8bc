#include "gui/app/rate_search.h"

#include "core/training/settings.h"
#include "gui/app/gpu_turn.h"
#include "gui/app/train_controller.h"
#include "gui/dashboard/progress_line.h"
#include "gui/dashboard/rate_page.h"

namespace bypath {

namespace {

struct RateOrder {
  Document document;
  Attributes settings;
  const LayerCatalog* layers = nullptr;
  DataShelf* shelf = nullptr;
};

Result<RateRange> search(const RateOrder& order, const Progress& told) {
  const AttributeReader read(trainingSchema(), order.settings);
  const Result<GpuTurn> turn = GpuTurn::take(read.text("engine"));
  if (!turn) return turn.error();
  Result<MadeEngine> made = engineFor(order.settings);
  if (!made) return made.error();
  Result<std::shared_ptr<const DataSet>> data = order.shelf->open(read.text("data"), read.text("data_dir"));
  if (!data) return data.error();
  try {
    return findRate({.project = *order.document,
                     .settings = order.settings,
                     .layers = order.layers,
                     .engine = made->engine.get(),
                     .data = *data},
                    {}, told);
  } catch (const EngineLost& lost) {
    return Error{ErrorKind::resources, lost.what()};
  }
}

}  // namespace

RateSearch::RateSearch(const Desk& desk, RatePage& page, QObject* parent)
    : QObject(parent), desk_(desk), page_(page) {
  connect(&page_, &RatePage::findWanted, this, &RateSearch::begin);
  connect(&page_, &RatePage::rateChosen, this, [this](double rate) {
    desk_.editor.apply(tr("Set learning rate"),
                       [rate](Project& project) { project.training["learning_rate"] = rate; });
  });
  ProgressLine* line = page_.progress();
  connect(line, &ProgressLine::cancelled, &work_, &BackgroundWork::cancel);
  connect(&work_, &BackgroundWork::progress, line, &ProgressLine::setShare);
  connect(&work_, &BackgroundWork::busyChanged, &page_, &RatePage::setBusy);
  connect(&desk_.trainer, &TrainController::started, this, [this] {
    if (!busy()) return;
    work_.cancel();
    page_.say(tr("Ended, because a run has begun; look for a rate when it is over."));
  });
}

void RateSearch::begin() {
  if (desk_.trainer.active())
    return page_.say(tr("A run is under way; stop it before looking for a learning rate."));
  if (const CheckedNetwork& checked = desk_.editor.checked(); !checked.ok())
    return page_.say(QString::fromStdString(summarise(checked.diagnostics)));
  Result<Attributes> settings = runSettings(desk_.editor.project(), {});
  if (!settings) return page_.say(QString::fromStdString(settings.error().message));
  const RateOrder order{desk_.editor.document(), std::move(*settings), &desk_.editor.layers(), &desk_.shelf};
  page_.say({});
  work_.begin<Result<RateRange>>([order](const Progress& told) { return search(order, told); },
                                 [this](const Result<RateRange>& range) {
                                   if (range)
                                     page_.setRange(*range);
                                   else
                                     page_.say(QString::fromStdString(range.error().message));
                                 });
  page_.progress()->begin(tr("Raising the rate"));
}

}  // namespace bypath
