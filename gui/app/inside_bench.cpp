#include "gui/app/inside_bench.h"

#include "core/training/settings.h"
#include "gui/inspector/inside_workbench.h"
#include "gui/inspector/lesion_page.h"
#include "gui/inspector/paths_page.h"

namespace bypath {

namespace {

bool everyNetwork(const NetworkSpec&) {
  return true;
}

uint64_t seedOf(const Model& model) {
  const Attributes settings = completeSettings(model.settings);
  return static_cast<uint64_t>(AttributeReader(trainingSchema(), settings).integer("seed"));
}

}  // namespace

InsideBench::InsideBench(const InsideService::Desk& desk, InsideWorkbench& workbench, QObject* parent)
    : QObject(parent), desk_(desk), workbench_(workbench) {
  addPaths();
  addLesions();
}

QStringList InsideBench::pageNames() {
  return {QStringLiteral("paths"), QStringLiteral("lesions")};
}

void InsideBench::addPaths() {
  auto* page = new PathsPage;
  workbench_.addPage(page, {QStringLiteral("paths"), QStringLiteral("layout"), tr("Paths"),
                            tr("The gradient by the number of branches it came through")});
  auto* service = new InsideService(desk_, *page, everyNetwork, this);
  connect(page, &InsidePage::wanted, service, [page, service](const QString& folder) {
    service->answer<PathLengths>(
        folder,
        [samples = page->samples(), &layers = service->layers()](const OpenedRun& run, const Progress& told) {
          return gradientByPathLength(run.model, *run.engine, layers, {.data = run.data},
                                      {.samples = samples, .seed = seedOf(run.model), .progress = told});
        },
        [page](const PathLengths& found, const QString& source) { page->setPaths(found, source); });
  });
}

void InsideBench::addLesions() {
  auto* page = new LesionPage;
  workbench_.addPage(page, {QStringLiteral("lesions"), QStringLiteral("delete"), tr("Lesions"),
                            tr("What the network loses without each of its blocks")});
  connect(page, &LesionPage::nodeRequested, this, &InsideBench::nodeRequested);
  auto* service = new InsideService(desk_, *page, everyNetwork, this);
  connect(page, &InsidePage::wanted, service, [page, service](const QString& folder) {
    service->answer<Lesions>(
        folder,
        [limit = page->limit(), swap = page->swap(), &layers = service->layers()](const OpenedRun& run,
                                                                                  const Progress& told) {
          return lesion(run.model, *run.engine, layers,
                        {.data = run.data, .limit = limit, .swap = swap, .progress = told});
        },
        [page](const Lesions& found, const QString& source) { page->setLesions(found, source); });
  });
}

}  // namespace bypath
