// The pages that show what a network makes of single images.
#include <algorithm>

#include "core/training/autoencoder.h"
#include "gui/app/inside_bench.h"
#include "gui/inspector/inside_workbench.h"
#include "gui/inspector/latent_page.h"
#include "gui/inspector/layers_page.h"
#include "gui/inspector/mistakes_page.h"

namespace bypath {

namespace {

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

}  // namespace

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
          return withData(
              confusion(run.model, *run.engine, layers, {.data = run.data, .limit = limit, .progress = told}),
              run);
        },
        [page](const Answer& found, const QString& source) {
          page->setConfusion(found.answer, found.data, source);
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

void InsideBench::follow(const QString& drawnPath) {
  layers_->chooseDrawn(drawnPath);
}

}  // namespace bypath
