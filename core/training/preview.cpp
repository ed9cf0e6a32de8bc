#include "core/training/preview.h"

#include <algorithm>
#include <numeric>

#include "core/training/autoencoder.h"
#include "core/training/class_scores.h"
#include "core/training/frame_images.h"

namespace bypath {
namespace {

constexpr int64_t predictionCount = 16;
constexpr int64_t reconstructionCount = 8;
constexpr int64_t sampleCount = 16;

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
    frame.predictions.push_back({.image = frameOf(data_, data_.test, n),
                                 .label = static_cast<int>(batch_.labels[static_cast<size_t>(n)]),
                                 .predicted = likeliestClass(row),
                                 .probabilities = softmax(row)});
  }
}

void Preview::addReconstructions(InspectionFrame& frame) {
  const ValueId output = whole_.output("reconstruction");
  if (output == noValue) return;
  const Shape shape = whole_.graph().shape(output).perSample();
  if (shape.rank() != 3) return;
  const int64_t count = std::min(reconstructionCount, whole_.batch());
  for (int64_t n = 0; n < count; ++n) frame.originals.push_back(frameOf(data_, data_.test, n));
  appendFrames(frame.reconstructions, whole_.read(output), shape, count);
}

void Preview::addSamples(InspectionFrame& frame) {
  if (!decoder_) return;
  decoder_->feed(latent_, {});
  decoder_->run({.seed = seed_});
  const ValueId output = decoder_->outputs()[0].value;
  appendFrames(frame.samples, decoder_->read(output), decoder_->graph().shape(output).perSample(),
               sampleCount);
}

}  // namespace bypath
