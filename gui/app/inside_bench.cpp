#include "gui/app/inside_bench.h"

#include <QLocale>

#include "core/training/settings.h"
#include "gui/app/opened_run.h"
#include "gui/dashboard/progress_line.h"
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

bool everyNetwork(const NetworkSpec&) {
  return true;
}

}  // namespace

InsideBench::InsideBench(const Desk& desk, PathsPage& paths, QObject* parent)
    : QObject(parent), desk_(desk), paths_(paths), pathRuns_(desk.trainer, paths, everyNetwork) {
  serve(paths_, pathRuns_, pathWork_);
  connect(&paths_, &InsidePage::wanted, this, &InsideBench::sumPaths);
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
      [order, samples = paths_.samples()](const Progress& told) { return sumIn(order, samples, told); },
      [this](const Result<PathAnswer>& answer) {
        if (!answer) return paths_.say(QString::fromStdString(answer.error().message));
        paths_.setPaths(answer->paths, answer->source);
      });
}

}  // namespace bypath
