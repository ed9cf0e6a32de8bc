#include "gui/app/inside_bench.h"

#include <QCheckBox>

#include "core/runs/run_store.h"
#include "core/training/settings.h"
#include "gui/app/idle_time.h"
#include "gui/app/preferences.h"
#include "gui/app/twin_networks.h"
#include "gui/app/twin_work.h"
#include "gui/document/muted_blocks.h"
#include "gui/inspector/doctor_page.h"
#include "gui/inspector/inside_workbench.h"
#include "gui/inspector/landscape_page.h"
#include "gui/inspector/lesion_page.h"
#include "gui/inspector/paths_page.h"
#include "gui/inspector/shattered_page.h"
#include "gui/inspector/twins_page.h"

namespace bypath {

namespace {

struct FoundPaths {
  PathLengths lengths;
  std::optional<Unravelled> every;
};

// Sums by length, and, of a few blocks, every path by itself.
Result<FoundPaths> followPaths(const OpenedRun& run, const LayerCatalog& layers, PathOptions options) {
  const size_t blocks = findTrunk(check(run.model.project.network, layers)).blocks.size();
  const bool single = blocks > 0 && blocks <= mostUnravelledBlocks;
  const double part = single ? 0.5 : 1;  // of the time
  const auto toldFrom = [told = options.progress, part](double from) {
    return [told, from, part](double share) { return told(from + share * part); };
  };
  options.progress = toldFrom(0);
  const FlowRequest request{.data = run.data};
  Result<PathLengths> lengths = gradientByPathLength(run.model, *run.engine, layers, request, options);
  if (!lengths) return lengths.error();
  FoundPaths found{.lengths = std::move(*lengths), .every = {}};
  if (!single) return found;
  Result<Unravelled> every = unravel(run.model, *run.engine, layers, request, {.progress = toldFrom(part)});
  if (!every) return every.error();
  found.every = std::move(*every);
  return found;
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
    service->answer<FoundPaths>(
        folder,
        [samples = page->samples(), &layers = service->layers()](const OpenedRun& run, const Progress& told) {
          return followPaths(run, layers, {.samples = samples, .seed = seedOf(run.model), .progress = told});
        },
        [page](const FoundPaths& found, const QString& source) {
          page->setPaths(found.lengths, source, found.every);
        });
  });
}

void InsideBench::addLesions() {
  auto* page = new LesionPage;
  workbench_.addPage(page, {QStringLiteral("lesions"), QStringLiteral("delete"), tr("Lesions"),
                            tr("What the network loses without each of its blocks")});
  connect(page, &LesionPage::nodeRequested, this, &InsideBench::nodeRequested);
  auto* service = new InsideService(desk_, *page, everyNetwork, this);
  connect(&desk_.editor, &DocumentEditor::changed, page, [this, page] {
    std::vector<std::string> paths;
    for (const auto& [path, muted] : mutedBlocks(desk_.editor.project().network))
      if (muted) paths.push_back(path);
    page->setMuted(paths);
  });
  connect(page, &InsidePage::wanted, service, [page, service](const QString& folder) {
    if (page->request().together && page->request().only.empty())
      return page->say(tr("Nothing is muted: choose a block on the canvas and press M."));
    service->answer<Lesions>(
        folder,
        [request = page->request(), &layers = service->layers()](const OpenedRun& run, const Progress& told) {
          LesionRequest here = request;
          here.data = run.data;
          here.progress = told;
          return lesion(run.model, *run.engine, layers, here);
        },
        [page](const Lesions& found, const QString& source) { page->setLesions(found, source); });
  });
}

void InsideBench::addLandscape() {
  auto* page = new LandscapePage;
  workbench_.addPage(page, {QStringLiteral("landscape"), QStringLiteral("landscape"), tr("Landscape"),
                            tr("The loss around the network's weights")});
  page->idleBox()->setChecked(idleLandscapePreference());
  connect(page->idleBox(), &QCheckBox::toggled, this, &setIdleLandscapePreference);
  connect(new IdleTime(desk_.trainer, this), &IdleTime::changed, page, &LandscapePage::setIdle);
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
  auto* networks = new TwinNetworks(desk_.editor.layers());
  page->setNetworks(networks);
  connect(page, &TwinsPage::nodeRequested, this, &InsideBench::nodeRequested);
  connect(page, &TwinsPage::stepShown, networks,
          [page, networks] { networks->showFlows(page->seen(0), page->seen(1)); });
  auto* service = new InsideService(desk_, *page, everyNetwork, this);
  struct Kept {
    std::vector<ProbeRecord> records;
    Project project;
  };
  connect(page, &InsidePage::wanted, service, [this, page, networks, service](const QString& folder) {
    using Pair = WithTwin<Kept>;
    service->answer<Pair>(
        folder,
        [twin = orderOf(page->twin())](const OpenedRun& run, const Progress& told) {
          return measureWithTwin<Kept>(run, twin, told, [](const Measured& one) -> Result<Kept> {
            const Result<RunStore> store = RunStore::open(one.run.model.checkpoint.parent_path());
            if (!store) return store.error();
            Result<std::vector<ProbeRecord>> records = store->probes();
            if (!records) return records.error();
            return Kept{std::move(*records), one.run.model.project};
          });
        },
        [page, networks](const Pair& found, const QString& source) {
          std::optional<TwinNetworks::Run> second;
          if (found.twin) second = {found.twinSource, found.twin->project};
          networks->setRuns({source, found.first.project}, second);
          page->setRecords({source, found.first.records},
                           {found.twinSource, found.twin ? found.twin->records : std::vector<ProbeRecord>()});
        });
  });
}

void InsideBench::addDoctor() {
  doctor_ = new DoctorPage;
  workbench_.addPage(doctor_, {QStringLiteral("doctor"), QStringLiteral("doctor"), tr("Doctor"),
                               tr("What ails the network, with the numbers")});
  connect(doctor_, &DoctorPage::nodeRequested, this, &InsideBench::nodeRequested);
  auto* service = new InsideService(desk_, *doctor_, everyNetwork, this);
  connect(doctor_, &InsidePage::wanted, service, [this, service](const QString& folder) {
    struct Examined {
      CheckUp found;
      NetworkSpec network;
    };
    service->answer<Examined>(
        folder,
        [&layers = service->layers()](const OpenedRun& run, const Progress&) -> Result<Examined> {
          Result<CheckUp> found = checkUp(run.model, *run.engine, layers,
                                          {.data = run.data, .run = run.model.checkpoint.parent_path()});
          if (!found) return found.error();
          return Examined{std::move(*found), run.model.project.network};
        },
        [this](const Examined& one, const QString& source) {
          doctor_->setCheckUp(one.found, source);
          if (one.network == desk_.editor.project().network) Q_EMIT examined(one.found.findings);
        });
  });
}

void InsideBench::showCheckUp(const CheckUp& found, const QString& source) {
  doctor_->setCheckUp(found, source);
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
