#include "gui/app/inside_bench.h"

#include "core/runs/run_store.h"
#include "core/training/settings.h"
#include "gui/app/twin_work.h"
#include "gui/inspector/doctor_page.h"
#include "gui/inspector/inside_workbench.h"
#include "gui/inspector/landscape_page.h"
#include "gui/inspector/lesion_page.h"
#include "gui/inspector/paths_page.h"
#include "gui/inspector/shattered_page.h"
#include "gui/inspector/twins_page.h"

namespace bypath {

namespace {

uint64_t seedOf(const Model& model) {
  const Attributes settings = completeSettings(model.settings);
  return static_cast<uint64_t>(AttributeReader(trainingSchema(), settings).integer("seed"));
}

}  // namespace

InsideBench::InsideBench(const InsideService::Desk& desk, InsideWorkbench& workbench, QObject* parent)
    : QObject(parent), desk_(desk), workbench_(workbench) {
  addPaths();
  addLesions();
  addTwins();
  addDoctor();
  addLandscape();
  addShattered();
  addMistakes();
  addLayers();
  addLatent();
}

QStringList InsideBench::pageNames() {
  return {QStringLiteral("paths"),    QStringLiteral("lesions"),   QStringLiteral("twins"),
          QStringLiteral("doctor"),   QStringLiteral("landscape"), QStringLiteral("shattered"),
          QStringLiteral("mistakes"), QStringLiteral("layers"),    QStringLiteral("latent")};
}

RunOrder InsideBench::orderOf(const QString& folder) const {
  return {folder.toStdString(), &desk_.editor.layers(), &desk_.shelf};
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

void InsideBench::addLandscape() {
  auto* page = new LandscapePage;
  workbench_.addPage(page, {QStringLiteral("landscape"), QStringLiteral("landscape"), tr("Landscape"),
                            tr("The loss around the network's weights")});
  auto* service = new InsideService(desk_, *page, everyNetwork, this);
  connect(page, &InsidePage::wanted, service, [this, page, service](const QString& folder) {
    using Pair = WithTwin<Landscape>;
    service->answer<Pair>(
        folder,
        [request = page->request(), twin = orderOf(page->twin())](const OpenedRun& run,
                                                                  const Progress& told) {
          return measureWithTwin<Landscape>(run, twin, told, [&](const Measured& one) {
            LandscapeRequest here = request;
            here.data = one.data;
            here.progress = one.told;
            return landscape(one.run.model, *one.run.engine, *twin.layers, here);
          });
        },
        [page](const Pair& found, const QString& source) {
          std::vector<MapPicture> maps = {{source, found.first}};
          if (found.twin) maps.push_back({found.twinSource, *found.twin});
          page->setLandscapes(maps);
        });
  });
}

void InsideBench::addTwins() {
  auto* page = new TwinsPage;
  workbench_.addPage(page, {QStringLiteral("twins"), QStringLiteral("strip"), tr("Twins"),
                            tr("Two runs over depth and time, and the one over the other")});
  connect(page, &TwinsPage::nodeRequested, this, &InsideBench::nodeRequested);
  auto* service = new InsideService(desk_, *page, everyNetwork, this);
  connect(page, &InsidePage::wanted, service, [this, page, service](const QString& folder) {
    using Pair = WithTwin<std::vector<ProbeRecord>>;
    service->answer<Pair>(
        folder,
        [twin = orderOf(page->twin())](const OpenedRun& run, const Progress& told) {
          return measureWithTwin<std::vector<ProbeRecord>>(
              run, twin, told, [](const Measured& one) -> Result<std::vector<ProbeRecord>> {
                const Result<RunStore> store = RunStore::open(one.run.model.checkpoint.parent_path());
                if (!store) return store.error();
                return store->probes();
              });
        },
        [page](const Pair& found, const QString& source) {
          page->setRecords({source, found.first},
                           {found.twinSource, found.twin.value_or(std::vector<ProbeRecord>())});
        });
  });
}

void InsideBench::addDoctor() {
  auto* page = new DoctorPage;
  workbench_.addPage(page, {QStringLiteral("doctor"), QStringLiteral("doctor"), tr("Doctor"),
                            tr("What ails the network, with the numbers")});
  connect(page, &DoctorPage::nodeRequested, this, &InsideBench::nodeRequested);
  auto* service = new InsideService(desk_, *page, everyNetwork, this);
  connect(page, &InsidePage::wanted, service, [page, service](const QString& folder) {
    service->answer<CheckUp>(
        folder,
        [&layers = service->layers()](const OpenedRun& run, const Progress&) {
          return checkUp(run.model, *run.engine, layers,
                         {.data = run.data, .run = run.model.checkpoint.parent_path()});
        },
        [page](const CheckUp& found, const QString& source) { page->setCheckUp(found, source); });
  });
}

void InsideBench::addShattered() {
  auto* page = new ShatteredPage;
  workbench_.addPage(page, {QStringLiteral("shattered"), QStringLiteral("shattered"), tr("Shattering"),
                            tr("How alike the gradients at neighbouring images are")});
  auto* service = new InsideService(desk_, *page, everyNetwork, this);
  connect(page, &InsidePage::wanted, service, [this, page, service](const QString& folder) {
    using Pair = WithTwin<Shattered>;
    service->answer<Pair>(
        folder,
        [request = page->request(), twin = orderOf(page->twin())](const OpenedRun& run,
                                                                  const Progress& told) {
          return measureWithTwin<Shattered>(run, twin, told, [&](const Measured& one) {
            ShatteredRequest here = request;
            here.data = one.data;
            here.progress = one.told;
            return shatteredGradients(one.run.model, *one.run.engine, *twin.layers, here);
          });
        },
        [page](const Pair& found, const QString& source) {
          std::vector<NamedShattered> all = {{source, found.first}};
          if (found.twin) all.push_back({found.twinSource, *found.twin});
          page->setShattered(all);
        });
  });
}

}  // namespace bypath
