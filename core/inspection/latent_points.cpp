#include "core/inspection/latent_points.h"

#include <algorithm>

#include "core/training/autoencoder.h"

namespace bypath {
namespace {

constexpr int64_t batch = 64;

std::vector<float> projected(const PrincipalAxes& axes, std::span<const float> codes) {
  const size_t size = axes.mean.size();
  std::vector<float> coordinates;
  for (size_t row = 0; row + size <= codes.size(); row += size)
    for (const std::vector<double>& direction : axes.direction) {
      double along = 0;
      for (size_t i = 0; i < size; ++i)
        along += (static_cast<double>(codes[row + i]) - axes.mean[i]) * direction[i];
      coordinates.push_back(static_cast<float>(along));
    }
  return coordinates;
}

}  // namespace

Result<LatentPoints> latentPoints(const Model& model, Engine& engine, const LayerCatalog& layers,
                                  const LatentRequest& request) {
  if (!request.data || request.data->test.size() == 0)
    return Error{ErrorKind::data, "There are no test images to look for in the latent space."};
  Result<Autoencoder> vae =
      Autoencoder::open({model.project.network, layers, engine, *model.parameters}, batch);
  if (!vae) return vae.error();
  const CheckedNetwork checked = check(model.project.network, layers, {.mode = Mode::evaluation});
  if (Result<void> fitting = fits(checked.graph, *request.data); !fitting) return fitting.error();
  const Split& split = request.data->test;
  const int64_t count = request.limit > 0 ? std::min(request.limit, split.size()) : split.size();
  const std::vector<float> codes = encodeMeans(*vae, *request.data, split, count, request.progress);
  const int64_t size = vae->latentSize();
  if (static_cast<int64_t>(codes.size()) < count * size)
    return Error{ErrorKind::interrupted, "Stopped before every image was encoded."};
  const PrincipalAxes axes = principalAxes(codes, size, std::min(request.axes, size));
  LatentPoints points{.classes = request.data->classes,
                      .images = count,
                      .latentSize = size,
                      .axes = static_cast<int64_t>(axes.direction.size()),
                      .deviation = axes.deviation,
                      .share = axes.share,
                      .labels = {split.labels.begin(), split.labels.begin() + count},
                      .coordinates = projected(axes, codes)};
  return points;
}

}  // namespace bypath
