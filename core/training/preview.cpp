#include "core/training/preview.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/training/autoencoder.h"

namespace bypath {
namespace {

constexpr int64_t predictionCount = 16;
constexpr int64_t reconstructionCount = 8;
constexpr int64_t sampleCount = 16;

FrameImage imageOf(const DataSet& data, int64_t index) {
  const std::span<const uint8_t> pixels = data.image(data.test, index);
  return {.width = static_cast<int>(data.imageShape[1]),
          .height = static_cast<int>(data.imageShape[0]),
          .channels = static_cast<int>(data.imageShape[2]),
          .pixels = {pixels.begin(), pixels.end()}};
}

// Images of shape (H, W, C), their values in [0, 1].
void appendImages(std::vector<FrameImage>& images, const std::vector<float>& values, const Shape& shape,
                  int64_t count) {
  const auto size = static_cast<size_t>(shape.count());
  for (int64_t n = 0; n < count; ++n) {
    FrameImage image{static_cast<int>(shape[1]), static_cast<int>(shape[0]), static_cast<int>(shape[2]), {}};
    image.pixels.resize(size);
    const float* from = values.data() + static_cast<size_t>(n) * size;
    std::transform(from, from + size, image.pixels.begin(), [](float value) {
      return static_cast<uint8_t>(
          std::lround(255.0f * std::clamp(std::isfinite(value) ? value : 0.0f, 0.0f, 1.0f)));
    });
    images.push_back(std::move(image));
  }
}

std::vector<float> softmax(std::span<const float> logits) {
  const float largest = *std::ranges::max_element(logits);
  std::vector<float> values;
  for (const float logit : logits) values.push_back(std::exp(logit - largest));
  const float sum = std::accumulate(values.begin(), values.end(), 0.0f);
  for (float& value : values) value /= sum;
  return values;
}

// The decoder alone, where it is one: rows of numbers in, images in [0, 1] out.
Result<std::optional<NetworkSession>> openDecoder(const NetworkPlace& place) {
  const std::string part = decoderPart(place.network);
  if (part.empty()) return std::optional<NetworkSession>();
  Result<NetworkSession> session = NetworkSession::open(
      place, {.batch = sampleCount, .mode = Mode::evaluation, .part = part, .results = true});
  if (!session) return session.error();
  const OpGraph& graph = session->graph();
  const bool decodes = graph.inputs.size() == 1 && graph.shape(graph.inputs[0]).rank() == 2 &&
                       session->outputs().size() == 1 && graph.shape(session->outputs()[0].value).rank() == 4;
  if (!decodes) return std::optional<NetworkSession>();
  return std::optional<NetworkSession>(std::move(*session));
}

}  // namespace

Preview::Preview(NetworkSession whole, const BatchLoader& loader, uint64_t seed)
    : whole_(std::move(whole)), data_(loader.data()), seed_(seed) {
  std::vector<int64_t> indices(static_cast<size_t>(whole_.batch()));
  std::iota(indices.begin(), indices.end(), int64_t{0});
  loader.gather(data_.test, indices, batch_);
}

Result<Preview> Preview::open(const NetworkPlace& place, const BatchLoader& loader, uint64_t seed) {
  const int64_t images = std::min(predictionCount, loader.data().test.size());
  if (images == 0)
    return Error{ErrorKind::data, "There are no validation images in " + loader.data().name + " to show."};
  Result<NetworkSession> whole =
      NetworkSession::open(place, {.batch = images, .mode = Mode::evaluation, .results = true});
  if (!whole) return whole.error();
  Preview preview(std::move(*whole), loader, seed);
  Result<std::optional<NetworkSession>> decoder = openDecoder(place);
  if (!decoder) return decoder.error();
  preview.decoder_ = std::move(*decoder);
  if (preview.decoder_) {
    const OpGraph& graph = preview.decoder_->graph();
    preview.latent_ = normalCodes(seed, sampleCount, graph.shape(graph.inputs[0]).last());
  }
  return preview;
}

void Preview::fill(InspectionFrame& frame) {
  frame.classes = data_.classes;
  whole_.feed(batch_.images, batch_.labels);
  whole_.run({.seed = seed_});
  addPredictions(frame);
  addReconstructions(frame);
  addSamples(frame);
}

void Preview::addPredictions(InspectionFrame& frame) {
  const ValueId output = whole_.output("logits");
  if (output == noValue) return;
  const std::vector<float> logits = whole_.read(output);
  const auto classes = static_cast<size_t>(whole_.graph().shape(output).last());
  for (int64_t n = 0; n < whole_.batch(); ++n) {
    const std::span<const float> row(logits.data() + static_cast<size_t>(n) * classes, classes);
    frame.predictions.push_back({.image = imageOf(data_, n),
                                 .label = static_cast<int>(batch_.labels[static_cast<size_t>(n)]),
                                 .predicted = static_cast<int>(std::ranges::max_element(row) - row.begin()),
                                 .probabilities = softmax(row)});
  }
}

void Preview::addReconstructions(InspectionFrame& frame) {
  const ValueId output = whole_.output("reconstruction");
  if (output == noValue) return;
  const Shape shape = whole_.graph().shape(output).perSample();
  if (shape.rank() != 3) return;
  const int64_t count = std::min(reconstructionCount, whole_.batch());
  for (int64_t n = 0; n < count; ++n) frame.originals.push_back(imageOf(data_, n));
  appendImages(frame.reconstructions, whole_.read(output), shape, count);
}

void Preview::addSamples(InspectionFrame& frame) {
  if (!decoder_) return;
  decoder_->feed(latent_, {});
  decoder_->run({.seed = seed_});
  const ValueId output = decoder_->outputs()[0].value;
  appendImages(frame.samples, decoder_->read(output), decoder_->graph().shape(output).perSample(),
               sampleCount);
}

}  // namespace bypath
