#include "core/inspection/confusion.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/training/class_scores.h"
#include "core/training/evaluation.h"
#include "core/training/settings.h"

namespace bypath {
namespace {

std::optional<double> shareOf(int64_t part, int64_t whole) {
  if (whole == 0) return std::nullopt;
  return static_cast<double>(part) / static_cast<double>(whole);
}

ImagePrediction predictionOf(std::span<const float> logits, int64_t image, int label) {
  const double sum = logSumExp(logits);
  const auto logit = [&](int k) { return static_cast<double>(logits[static_cast<size_t>(k)]); };
  const auto probability = [&](int k) { return static_cast<float>(std::exp(logit(k) - sum)); };
  const int predicted = likeliestClass(logits);
  const double loss = sum - logit(label);
  return {.image = image,
          .label = label,
          .predicted = predicted,
          .labelProbability = probability(label),
          .predictedProbability = probability(predicted),
          .loss = std::isfinite(loss) ? loss : std::numeric_limits<double>::infinity()};
}

std::vector<std::string> classNames(const DataSet& data, int64_t scores) {
  std::vector<std::string> names = data.classes;
  for (int64_t k = static_cast<int64_t>(names.size()); k < scores; ++k)
    names.push_back("class " + std::to_string(k));
  return names;
}

std::vector<ImagePrediction> chosen(const std::vector<ImagePrediction>& all, const auto& wanted) {
  std::vector<ImagePrediction> some;
  std::ranges::copy_if(all, std::back_inserter(some), wanted);
  return some;
}

}  // namespace

std::optional<double> ClassScore::precision() const {
  return shareOf(right, predicted);
}

std::optional<double> ClassScore::recall() const {
  return shareOf(right, images);
}

std::optional<double> ClassScore::f1() const {
  return shareOf(2 * right, images + predicted);
}

ClassScore Confusion::score(size_t of) const {
  ClassScore score{.images = 0, .predicted = 0, .right = counts[of][of]};
  for (size_t other = 0; other < counts.size(); ++other) {
    score.images += counts[of][other];
    score.predicted += counts[other][of];
  }
  return score;
}

int64_t Confusion::unscored() const {
  return std::ranges::count_if(predictions, [](const ImagePrediction& p) { return std::isinf(p.loss); });
}

std::vector<ImagePrediction> Confusion::cell(int label, int predicted) const {
  return chosen(predictions,
                [=](const ImagePrediction& p) { return p.label == label && p.predicted == predicted; });
}

std::vector<ImagePrediction> Confusion::mistakes() const {
  return chosen(predictions, [](const ImagePrediction& p) { return p.label != p.predicted; });
}

Result<Confusion> confusion(const Model& model, Engine& engine, const LayerCatalog& layers,
                            const ConfusionRequest& request) {
  if (!request.data || request.data->test.size() == 0)
    return Error{ErrorKind::data, "There are no test images to look at the network on."};
  const AttributeReader settings(trainingSchema(), model.settings);
  const int64_t batch = settings.integer("batch");
  Result<NetworkSession> session =
      NetworkSession::open({model.project.network, layers, engine, *model.parameters},
                           {.batch = batch, .mode = Mode::evaluation, .fixedWeights = true, .results = true});
  if (!session) return session.error();
  const ValueId logits = session->output("logits");
  if (logits == noValue)
    return Error{ErrorKind::usage,
                 "This network does not tell classes apart: it has no softmax loss, so it takes no image for "
                 "another. Choose a run of a classifier."};
  if (Result<void> fitting = fits(session->graph(), *request.data); !fitting) return fitting.error();
  const Split& split = request.data->test;
  const BatchLoader loader(request.data,
                           {.batch = batch, .normalisation = normalisationFor(session->graph())});
  const auto scores = static_cast<size_t>(session->graph().shape(logits).last());

  Confusion result{.classes = classNames(*request.data, static_cast<int64_t>(scores))};
  result.counts.assign(scores, std::vector<int64_t>(scores, 0));
  const auto note = [&](const Batch& seen, int64_t valid) {
    const std::vector<float> all = session->read(logits);
    for (int64_t n = 0; n < valid; ++n) {
      const auto row = static_cast<size_t>(n);
      const ImagePrediction one = predictionOf(std::span(all).subspan(row * scores, scores),
                                               seen.indices[row], static_cast<int>(seen.labels[row]));
      ++result.counts[static_cast<size_t>(one.label)][static_cast<size_t>(one.predicted)];
      result.predictions.push_back(one);
    }
  };
  const std::optional<NamedNumbers> means =
      evaluateSplit(*session, loader, split,
                    {.limit = request.limit,
                     .key = {.seed = static_cast<uint64_t>(settings.integer("seed")),
                             .step = static_cast<uint32_t>(model.step)},
                     .seen = note},
                    [&](double share) { return request.progress && !request.progress(share); });
  if (!means) return Error{ErrorKind::interrupted, "Stopped before every image was looked at."};
  result.images = static_cast<int64_t>(result.predictions.size());
  result.loss = means->at("loss");
  result.accuracy = means->at("accuracy");
  std::ranges::stable_sort(result.predictions, std::greater(), &ImagePrediction::loss);
  return result;
}

}  // namespace bypath
