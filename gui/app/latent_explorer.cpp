#include "gui/app/latent_explorer.h"

#include <algorithm>

#include "core/runs/run_store.h"
#include "core/training/autoencoder.h"
#include "core/training/frame_images.h"
#include "core/training/model.h"
#include "core/training/run_files.h"
#include "core/training/settings.h"
#include "gui/app/train_controller.h"
#include "gui/dashboard/explore_page.h"
#include "gui/dashboard/progress_line.h"

namespace bypath {

// What has been read of a run: the network with its weights, and the axes of its codes.
struct LoadedLatents {
  LatentSource source;
  Model model;
  std::unique_ptr<Engine> engine;
  std::optional<Autoencoder> vae;
  PrincipalAxes axes;
};

namespace {

constexpr int64_t batch = 16;
constexpr int64_t measured = 1000;  // images that the axes are found from, as of `bypath sample --axes`
constexpr int64_t mostAxes = 32;
constexpr size_t mostRuns = 50;
constexpr double reach = 3;

using Loaded = Result<std::shared_ptr<LoadedLatents>>;

struct LoadOrder {
  std::filesystem::path folder;
  const LayerCatalog* layers = nullptr;
  DataShelf* shelf = nullptr;
};

Loaded load(const LoadOrder& order, const Progress& told) {
  Result<Model> model = loadModel(order.folder, *order.layers);
  if (!model) return model.error();
  const Attributes settings = completeSettings(model->settings);
  Result<std::unique_ptr<Engine>> engine = engineFor(settings);
  if (!engine) return engine.error();
  auto loaded =
      std::make_shared<LoadedLatents>(LoadedLatents{{}, std::move(*model), std::move(*engine), {}, {}});
  Result<Autoencoder> vae = Autoencoder::open(
      {loaded->model.project.network, *order.layers, *loaded->engine, *loaded->model.parameters}, batch);
  if (!vae) return vae.error();
  loaded->vae.emplace(std::move(*vae));
  const AttributeReader read(trainingSchema(), settings);
  Result<std::shared_ptr<const DataSet>> data = order.shelf->open(read.text("data"), read.text("data_dir"));
  if (!data) return data.error();
  const int64_t images = (*data)->test.size();
  if (images == 0) return Error{ErrorKind::data, "There are no validation images in " + (*data)->name + "."};
  const int64_t count = std::min(measured, images);
  const std::vector<float> codes = encodeMeans(*loaded->vae, **data, (*data)->test, count, told);
  if (!told(1)) return loaded;  // nobody wants it: the codes are not all there
  const int64_t size = loaded->vae->latentSize();
  loaded->axes = principalAxes(codes, size, std::min(size, mostAxes));
  loaded->source = {.run = QString::fromStdString(order.folder.filename().string()),
                    .step = loaded->model.step,
                    .data = *data,
                    .images = images,
                    .measured = count,
                    .latentSize = size,
                    .axisShare = loaded->axes.share};
  return loaded;
}

struct Walked {
  std::vector<LatentRow> rows;
  QStringList columns;
};

LatentRow rowOf(const std::vector<float>& images, const Shape& shape, int64_t row, int64_t steps,
                const QString& title) {
  LatentRow made{title, {}};
  const std::span<const float> all = images;
  appendFrames(made.images, all.subspan(static_cast<size_t>(row * steps * shape.count())), shape, steps);
  return made;
}

Result<Walked> walkIn(LoadedLatents& loaded, const LatentWalk& walk, const Progress& told) {
  Autoencoder& vae = *loaded.vae;
  const DataSet& data = *loaded.source.data;
  const bool between = walk.kind == LatentWalk::Kind::between;
  std::vector<float> codes;
  if (between) {
    const Result<std::vector<float>> from = codeOf(vae, data, data.test, walk.from);
    if (!from) return from.error();
    const Result<std::vector<float>> to = codeOf(vae, data, data.test, walk.to);
    if (!to) return to.error();
    codes = interpolated(*from, *to, walk.steps);
  }
  for (int64_t axis = walk.axis; !between && axis < walk.axis + walk.axes; ++axis) {
    const std::vector<float> row = traversal(loaded.axes, axis, walk.steps, reach);
    codes.insert(codes.end(), row.begin(), row.end());
  }
  const std::vector<float> images = decodeAll(vae, codes, told);
  if (!told(1)) return Walked();
  Walked walked;
  const auto last = static_cast<double>(walk.steps - 1);
  for (int64_t step = 0; step < walk.steps; ++step) {
    const double share = static_cast<double>(step) / last, deviations = reach * (2 * share - 1);
    const QString sigmas = LatentExplorer::tr("%1 σ").arg(QString::number(deviations, 'g', 2));
    walked.columns << (between ? QString::number(share, 'g', 2)
                               : QString(sigmas).replace(QLatin1Char('-'), QChar(0x2212)));
  }
  if (between) {
    walked.columns.front() = LatentExplorer::tr("image %1").arg(walk.from);
    walked.columns.back() = LatentExplorer::tr("image %1").arg(walk.to);
    walked.rows.push_back(rowOf(images, vae.imageShape(), 0, walk.steps, {}));
    return walked;
  }
  for (int64_t row = 0; row < walk.axes; ++row) {
    const double share = loaded.axes.share[static_cast<size_t>(walk.axis + row)];
    walked.rows.push_back(
        rowOf(images, vae.imageShape(), row, walk.steps,
              LatentExplorer::tr("axis %1, %2 %").arg(walk.axis + row + 1).arg(share * 100, 0, 'f', 1)));
  }
  return walked;
}

// Those that are no autoencoder, or have nothing to read yet, are left out.
std::vector<LatentRun> readableRuns(const std::filesystem::path& current, const Progress& told) {
  std::vector<LatentRun> runs;
  const auto add = [&](const std::filesystem::path& folder, const QString& title) {
    std::error_code ignored;
    const QString path = QString::fromStdString(folder.string());
    const bool known = std::ranges::any_of(runs, [&](const LatentRun& run) { return run.folder == path; });
    if (known || folder.empty() || !std::filesystem::exists(folder / lastCheckpointName, ignored)) return;
    const Result<Project> project = readProject(folder / projectName);
    if (project && isAutoencoder(project->network)) runs.push_back({path, title});
  };
  add(current, LatentExplorer::tr("%1, this run").arg(QString::fromStdString(current.filename().string())));
  const Result<std::vector<RunHeader>> known = bypath::listRuns();
  if (!known) return runs;
  for (const RunHeader& run : *known) {
    if (runs.size() >= mostRuns || !told(0)) break;
    add(run.folder, QString::fromStdString(run.name.empty() ? run.id : run.name));
  }
  return runs;
}

}  // namespace

LatentExplorer::LatentExplorer(const Desk& desk, ExplorePage& page, QObject* parent)
    : QObject(parent), desk_(desk), page_(page) {
  connect(&page_, &ExplorePage::runsWanted, this, &LatentExplorer::listRuns);
  connect(&page_, &ExplorePage::sourceWanted, this, &LatentExplorer::load);
  connect(&page_, &ExplorePage::walkWanted, this, &LatentExplorer::walk);
  constexpr int often = 3000;
  waiting_.setInterval(often);
  connect(&desk_.trainer, &TrainController::started, &waiting_, qOverload<>(&QTimer::start));
  connect(&waiting_, &QTimer::timeout, this, &LatentExplorer::awaitCheckpoint);
  ProgressLine* line = page_.progress();
  connect(line, &ProgressLine::cancelled, &work_, &BackgroundWork::cancel);
  connect(&work_, &BackgroundWork::progress, line, &ProgressLine::setShare);
  connect(&work_, &BackgroundWork::busyChanged, line, [line](bool busy) {
    if (!busy) line->end();
  });
}

LatentExplorer::~LatentExplorer() = default;

void LatentExplorer::listRuns() {
  listing_.begin<std::vector<LatentRun>>(
      [folder = desk_.trainer.folder()](const Progress& told) { return readableRuns(folder, told); },
      [this](const std::vector<LatentRun>& runs) { page_.setRuns(runs); });
}

// A run is not to be read before its first checkpoint, and then its page may already be in sight.
void LatentExplorer::awaitCheckpoint() {
  std::error_code ignored;
  const std::filesystem::path folder = desk_.trainer.folder();
  const bool there = !folder.empty() && std::filesystem::exists(folder / lastCheckpointName, ignored);
  if (!there && desk_.trainer.active()) return;
  waiting_.stop();
  if (page_.isVisible()) listRuns();
}

void LatentExplorer::load(const QString& folder) {
  const LoadOrder order{folder.toStdString(), &desk_.editor.layers(), &desk_.shelf};
  page_.say({});
  work_.begin<Loaded>([order](const Progress& told) { return bypath::load(order, told); },
                      [this](const Loaded& loaded) {
                        if (!loaded) return page_.say(QString::fromStdString(loaded.error().message));
                        loaded_ = *loaded;
                        page_.setSource(loaded_->source);
                      });
  page_.progress()->begin(tr("Reading the checkpoint and encoding images"));
}

void LatentExplorer::walk(const LatentWalk& walk) {
  if (!loaded_) return;
  work_.begin<Result<Walked>>(
      [loaded = loaded_, walk](const Progress& told) { return walkIn(*loaded, walk, told); },
      [this](const Result<Walked>& walked) {
        if (!walked) return page_.say(QString::fromStdString(walked.error().message));
        page_.setRows(walked->rows, walked->columns);
      });
  page_.progress()->begin(tr("Decoding"));
}

}  // namespace bypath
