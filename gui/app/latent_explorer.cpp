#include "gui/app/latent_explorer.h"

#include <algorithm>

#include "core/training/autoencoder.h"
#include "core/training/frame_images.h"
#include "gui/app/opened_run.h"
#include "gui/dashboard/explore_page.h"
#include "gui/dashboard/progress_line.h"

namespace bypath {

// What has been read of a run: the network with its weights, and the axes of its codes.
struct LoadedLatents {
  LatentSource source;
  OpenedRun run;
  std::optional<Autoencoder> vae;
  PrincipalAxes axes;
};

namespace {

constexpr int64_t batch = 16;
constexpr int64_t measured = 1000;  // images that the axes are found from, as of `bypath sample --axes`
constexpr int64_t mostAxes = 32;
constexpr double reach = 3;

using Loaded = Result<std::shared_ptr<LoadedLatents>>;

Loaded load(const RunOrder& order, const Progress& told) {
  Result<OpenedRun> run = openRun(order);
  if (!run) return run.error();
  auto loaded = std::make_shared<LoadedLatents>(LoadedLatents{{}, std::move(*run), {}, {}});
  const Model& model = loaded->run.model;
  Result<Autoencoder> vae = Autoencoder::open(
      {model.project.network, *order.layers, *loaded->run.engine, *model.parameters}, batch);
  if (!vae) return vae.error();
  loaded->vae.emplace(std::move(*vae));
  const std::shared_ptr<const DataSet> data = loaded->run.data;
  const int64_t images = data->test.size();
  if (images == 0) return Error{ErrorKind::data, "There are no validation images in " + data->name + "."};
  const int64_t count = std::min(measured, images);
  const std::vector<float> codes = encodeMeans(*loaded->vae, *data, data->test, count, told);
  if (!told(1)) return loaded;  // nobody wants it: the codes are not all there
  const int64_t size = loaded->vae->latentSize();
  loaded->axes = principalAxes(codes, size, std::min(size, mostAxes));
  loaded->source = {.run = QString::fromStdString(order.folder.filename().string()),
                    .step = model.step,
                    .data = data,
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

}  // namespace

LatentExplorer::LatentExplorer(const Desk& desk, ExplorePage& page, QObject* parent)
    : QObject(parent), desk_(desk), page_(page), runs_(desk.trainer, page, isAutoencoder) {
  connect(&page_, &ExplorePage::runsWanted, &runs_, &CheckpointList::refresh);
  connect(&runs_, &CheckpointList::listed, &page_, &ExplorePage::setRuns);
  connect(&page_, &ExplorePage::sourceWanted, this, &LatentExplorer::load);
  connect(&page_, &ExplorePage::walkWanted, this, &LatentExplorer::walk);
  ProgressLine* line = page_.progress();
  connect(line, &ProgressLine::cancelled, &work_, &BackgroundWork::cancel);
  connect(&work_, &BackgroundWork::progress, line, &ProgressLine::setShare);
  connect(&work_, &BackgroundWork::busyChanged, line, [line](bool busy) {
    if (!busy) line->end();
  });
}

LatentExplorer::~LatentExplorer() = default;

void LatentExplorer::load(const QString& folder) {
  const RunOrder order{folder.toStdString(), &desk_.editor.layers(), &desk_.shelf};
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
