#include "gui/app/inside_bench.h"

#include <QLocale>

#include "core/training/settings.h"
#include "gui/app/opened_run.h"
#include "gui/dashboard/progress_line.h"
#include "gui/inspector/lesion_page.h"
#include "gui/inspector/paths_page.h"

namespace bypath {

namespace {

struct PathAnswer {
  PathLengths paths;
  QString source;
};

QString sourceOf(const OpenedRun& run, const RunOrder& order) {
  return InsideBench::tr("step %1 of %2")
      .arg(QLocale().toString(qlonglong(run.model.step)),
           QString::fromStdString(order.folder.filename().string()));
}

Result<PathAnswer> sumIn(const RunOrder& order, int64_t samples, const Progress& told) {
  const Result<OpenedRun> run = openRun(order);
  if (!run) return run.error();
  const AttributeReader read(trainingSchema(), completeSettings(run->model.settings));
  const PathOptions options{
      .samples = samples, .seed = static_cast<uint64_t>(read.integer("seed")), .progress = told};
  Result<PathLengths> paths =
      gradientByPathLength(run->model, *run->engine, *order.layers, {.data = run->data}, options);
  if (!paths) return paths.error();
  return PathAnswer{std::move(*paths), sourceOf(*run, order)};
}

struct LesionAnswer {
  Lesions lesions;
  QString source;
};

Result<LesionAnswer> measureIn(const RunOrder& order, LesionRequest request) {
  const Result<OpenedRun> run = openRun(order);
  if (!run) return run.error();
  request.data = run->data;
  Result<Lesions> lesions = lesion(run->model, *run->engine, *order.layers, request);
  if (!lesions) return lesions.error();
  return LesionAnswer{std::move(*lesions), sourceOf(*run, order)};
}

bool everyNetwork(const NetworkSpec&) {
  return true;
}

}  // namespace

InsideBench::InsideBench(const Desk& desk, const Pages& pages, QObject* parent)
    : QObject(parent),
      desk_(desk),
      pages_(pages),
      pathRuns_(desk.trainer, pages.paths, everyNetwork),
      lesionRuns_(desk.trainer, pages.lesions, everyNetwork) {
  serve(pages_.paths, pathRuns_, pathWork_);
  serve(pages_.lesions, lesionRuns_, lesionWork_);
  connect(&pages_.paths, &InsidePage::wanted, this, &InsideBench::sumPaths);
  connect(&pages_.lesions, &InsidePage::wanted, this, &InsideBench::removeBlocks);
}

void InsideBench::serve(InsidePage& page, CheckpointList& runs, BackgroundWork& work) {
  connect(&page, &InsidePage::runsWanted, &runs, &CheckpointList::refresh);
  connect(&runs, &CheckpointList::listed, &page, &InsidePage::setRuns);
  connect(&work, &BackgroundWork::busyChanged, &page, &InsidePage::setBusy);
  connect(&work, &BackgroundWork::progress, page.progress(), &ProgressLine::setShare);
  connect(page.progress(), &ProgressLine::cancelled, &work, &BackgroundWork::cancel);
}

void InsideBench::sumPaths(const QString& folder) {
  const RunOrder order{folder.toStdString(), &desk_.editor.layers(), &desk_.shelf};
  pathWork_.begin<Result<PathAnswer>>(
      [order, samples = pages_.paths.samples()](const Progress& told) { return sumIn(order, samples, told); },
      [this](const Result<PathAnswer>& answer) {
        if (!answer) return pages_.paths.say(QString::fromStdString(answer.error().message));
        pages_.paths.setPaths(answer->paths, answer->source);
      });
}

void InsideBench::removeBlocks(const QString& folder) {
  const RunOrder order{folder.toStdString(), &desk_.editor.layers(), &desk_.shelf};
  LesionPage& page = pages_.lesions;
  LesionRequest request{.limit = page.limit(), .swap = page.swap()};
  lesionWork_.begin<Result<LesionAnswer>>(
      [order, request](const Progress& told) mutable {
        request.progress = told;
        return measureIn(order, request);
      },
      [&page](const Result<LesionAnswer>& answer) {
        if (!answer) return page.say(QString::fromStdString(answer.error().message));
        page.setLesions(answer->lesions, answer->source);
      });
}

}  // namespace bypath
