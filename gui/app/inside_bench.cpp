#include "gui/app/inside_bench.h"

#include <algorithm>

#include "core/training/autoencoder.h"
#include "core/training/settings.h"
#include "gui/inspector/inside_workbench.h"
#include "gui/inspector/latent_page.h"
#include "gui/inspector/layers_page.h"
#include "gui/inspector/lesion_page.h"
#include "gui/inspector/mistakes_page.h"
#include "gui/inspector/paths_page.h"

namespace bypath {

namespace {

bool everyNetwork(const NetworkSpec&) {
  return true;
}

// An answer whose page shows images too.
template <class Answer>
struct WithData {
  Answer answer;
  std::shared_ptr<const DataSet> data;
};

template <class Answer>
Result<WithData<Answer>> withData(Result<Answer> found, const OpenedRun& run) {
  if (!found) return found.error();
  return WithData<Answer>{std::move(*found), run.data};
}

bool hasSoftmax(const Graph& graph) {
  return std::ranges::any_of(graph.nodes, [](const Node& node) {
    return node.type == "softmax_loss" || std::ranges::any_of(node.body, hasSoftmax);
  });
}

// Whether it says which class an image is of.
bool isClassifier(const NetworkSpec& network) {
  return hasSoftmax(network.graph);
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
  addMistakes();
  addLayers();
  addLatent();
}

QStringList InsideBench::pageNames() {
  return {QStringLiteral("paths"), QStringLiteral("lesions"), QStringLiteral("mistakes"),
          QStringLiteral("layers"), QStringLiteral("latent")};
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

void InsideBench::addMistakes() {
  using Answer = WithData<Confusion>;
  auto* page = new MistakesPage;
  workbench_.addPage(page, {QStringLiteral("mistakes"), QStringLiteral("warning"), tr("Mistakes"),
                            tr("Which classes it takes for which, and the images it is most wrong about")});
  auto* service = new InsideService(desk_, *page, isClassifier, this);
  connect(page, &InsidePage::wanted, service, [page, service](const QString& folder) {
    service->answer<Answer>(
        folder,
        [limit = page->limit(), &layers = service->layers()](const OpenedRun& run,
                                                             const Progress& told) -> Result<Answer> {
          Result<Confusion> found =
              confusion(run.model, *run.engine, layers, {.data = run.data, .limit = limit, .progress = told});
          if (!found) return found.error();
          return Answer{std::move(*found), run.data};
        },
        [page](const Answer& found, const QString& source) {
          page->setConfusion(found.answer, found.data, source);
        });
  });
}

void InsideBench::addLatent() {
  using Answer = WithData<LatentPoints>;
  auto* page = new LatentPage;
  workbench_.addPage(page, {QStringLiteral("latent"), QStringLiteral("data"), tr("Latent"),
                            tr("Where a variational autoencoder puts its images")});
  auto* service = new InsideService(desk_, *page, isAutoencoder, this);
  connect(page, &InsidePage::wanted, service, [page, service](const QString& folder) {
    service->answer<Answer>(
        folder,
        [limit = page->limit(), &layers = service->layers()](const OpenedRun& run,
                                                             const Progress& told) -> Result<Answer> {
          return withData(latentPoints(run.model, *run.engine, layers,
                                       {.data = run.data, .limit = limit, .progress = told}),
                          run);
        },
        [page](const Answer& found, const QString& source) {
          page->setPoints(found.answer, found.data, source);
        });
  });
}

void InsideBench::addLayers() {
  layers_ = new LayersPage;
  workbench_.addPage(layers_, {QStringLiteral("layers"), QStringLiteral("pictures"), tr("Layers"),
                               tr("What each layer makes of an image, and its filters")});
  auto* service = new InsideService(desk_, *layers_, everyNetwork, this);
  service->keepRun();
  connect(layers_, &InsidePage::wanted, service, [page = layers_, service](const QString& folder) {
    service->answer<Look>(
        folder,
        [order = page->order(), &layers = service->layers()](const OpenedRun& run, const Progress&) {
          return lookInto(run.model, *run.engine, layers, run.data, order);
        },
        [page](const Look& found, const QString& source) { page->setLook(found, source); });
  });
}

void InsideBench::follow(const QString& drawnPath) {
  layers_->chooseDrawn(drawnPath);
}

}  // namespace bypath
