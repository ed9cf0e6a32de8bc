// Where a classifier goes wrong, against the same counted by hand from what it predicts.
#include "core/inspection/confusion.h"
#include "models.h"

using namespace bypath;

namespace {

Model classifier() {
  return modelOf(withBlocks({{.name = "a", .type = "residual_block"}}, "32x32x3"));
}

Confusion confusionOf(const Model& model, ConfusionRequest request = {}) {
  request.data = pictures();
  Result<Confusion> seen = confusion(model, *makeCpuEngine(2), layerCatalog(), request);
  if (!seen) qFatal("%s", seen.error().message.c_str());
  return std::move(*seen);
}

// The scores of each test image by another way: predict() on the images as the loader normalises them.
std::vector<std::vector<float>> scoresOf(const Model& model) {
  const BatchLoader loader(pictures(), {.batch = pictures()->test.size()});
  Batch batch;
  loader.evaluation(pictures()->test, 0, batch);
  std::vector<std::vector<float>> rows;
  const auto engine = makeReferenceEngine();
  Result<NetworkSession> session =
      NetworkSession::open({model.project.network, layerCatalog(), *engine, *model.parameters},
                           {.batch = pictures()->test.size(), .mode = Mode::evaluation, .results = true});
  if (!session) qFatal("%s", session.error().message.c_str());
  session->feed(batch.images, batch.labels);
  session->run({});
  const std::vector<float> all = session->read(session->output("logits"));
  for (size_t n = 0; n < batch.labels.size(); ++n)
    rows.emplace_back(all.begin() + static_cast<ptrdiff_t>(n * 10),
                      all.begin() + static_cast<ptrdiff_t>(n * 10 + 10));
  return rows;
}

}  // namespace

class TestConfusion : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void countsWhatIsPredicted();
  void lossAndAccuracyAreThoseOfEvaluate();
  void worstFirst();
  void scoresOfAClass();
  void aClassThatNobodyHas();
  void moreScoresThanClasses();
  void scoresThatAreNoNumbers();
  void fewImages();
  void noClassifier();
  void canBeStopped();
};

void TestConfusion::countsWhatIsPredicted() {
  const Model model = classifier();
  const Confusion seen = confusionOf(model);
  const std::vector<std::vector<float>> scores = scoresOf(model);
  std::vector<std::vector<int64_t>> counts(10, std::vector<int64_t>(10, 0));
  for (size_t n = 0; n < scores.size(); ++n)
    ++counts[pictures()->test.labels[n]]
            [static_cast<size_t>(std::ranges::max_element(scores[n]) - scores[n].begin())];
  QVERIFY(seen.counts == counts);
  QCOMPARE(seen.images, int64_t{40});
  QCOMPARE(seen.classes, pictures()->classes);
  for (const ImagePrediction& one : seen.predictions) {
    const std::vector<float>& row = scores[static_cast<size_t>(one.image)];
    double sum = 0;
    for (const float score : row) sum += std::exp(static_cast<double>(score));
    const double share = std::exp(static_cast<double>(row[static_cast<size_t>(one.label)])) / sum;
    QCOMPARE(one.label, int{pictures()->test.labels[static_cast<size_t>(one.image)]});
    QVERIFY(std::abs(static_cast<double>(one.labelProbability) - share) < 1e-4);
    QVERIFY(std::abs(one.loss + std::log(share)) < 1e-3);
    QVERIFY(one.predictedProbability >= one.labelProbability);
  }
}

void TestConfusion::lossAndAccuracyAreThoseOfEvaluate() {
  const Model model = classifier();
  const Confusion seen = confusionOf(model);
  const NamedNumbers values = evaluated(model);
  QCOMPARE(seen.accuracy, values.at("accuracy"));
  QCOMPARE(seen.loss, values.at("loss"));
  int64_t right = 0;
  for (size_t k = 0; k < 10; ++k) right += seen.counts[k][k];
  QVERIFY(std::abs(static_cast<double>(right) / 40 - seen.accuracy) < 1e-12);
  double loss = 0;
  for (const ImagePrediction& one : seen.predictions) loss += one.loss / 40;
  QVERIFY(std::abs(loss - seen.loss) < 1e-5);
}

void TestConfusion::worstFirst() {
  const Confusion seen = confusionOf(classifier());
  for (size_t i = 1; i < seen.predictions.size(); ++i)
    QVERIFY(seen.predictions[i - 1].loss >= seen.predictions[i].loss);
  size_t inCells = 0;
  for (int label = 0; label < 10; ++label)
    for (int predicted = 0; predicted < 10; ++predicted) {
      const std::vector<ImagePrediction> cell = seen.cell(label, predicted);
      QCOMPARE(static_cast<int64_t>(cell.size()),
               seen.counts[static_cast<size_t>(label)][static_cast<size_t>(predicted)]);
      for (size_t i = 1; i < cell.size(); ++i) QVERIFY(cell[i - 1].loss >= cell[i].loss);
      inCells += cell.size();
    }
  QCOMPARE(inCells, seen.predictions.size());
  QCOMPARE(static_cast<double>(seen.mistakes().size()), std::round(40 * (1 - seen.accuracy)));
}

void TestConfusion::scoresOfAClass() {
  Confusion seen{.classes = {"a", "b", "c"}};
  seen.counts = {{3, 1, 0}, {2, 4, 0}, {0, 5, 0}};
  const ClassScore b = seen.score(1);
  QCOMPARE(b.images, int64_t{6});
  QCOMPARE(b.predicted, int64_t{10});
  QCOMPARE(b.right, int64_t{4});
  QCOMPARE(*b.precision(), 0.4);
  QCOMPARE(*b.recall(), 4.0 / 6);
  QCOMPARE(*b.f1(), 2 * 0.4 * (4.0 / 6) / (0.4 + 4.0 / 6));
  QVERIFY(!seen.score(2).precision());  // nothing was taken for it
  QCOMPARE(*seen.score(2).recall(), 0.0);
  QCOMPARE(*seen.score(2).f1(), 0.0);
}

void TestConfusion::aClassThatNobodyHas() {
  Confusion seen{.classes = {"a", "b"}};
  seen.counts = {{3, 0}, {0, 0}};
  const ClassScore b = seen.score(1);
  QVERIFY(!b.precision() && !b.recall() && !b.f1());
}

void TestConfusion::moreScoresThanClasses() {
  NetworkSpec network = withBlocks({}, "32x32x3");
  std::ranges::find(network.graph.nodes, "fc", &Node::name)->attributes["units"] = int64_t{12};
  const Confusion seen = confusionOf(modelOf(network));
  QCOMPARE(seen.classes.size(), size_t{12});
  QCOMPARE(seen.classes[9], pictures()->classes[9]);
  QCOMPARE(seen.classes[11], std::string("class 11"));
  QCOMPARE(seen.counts.size(), size_t{12});
}

void TestConfusion::scoresThatAreNoNumbers() {
  const Model model = classifier();
  std::ranges::fill(model.parameters->values(model.parameters->find("fc/weight")), NAN);
  const Confusion seen = confusionOf(model);
  QCOMPARE(seen.predictions.size(), size_t{40});
  for (const ImagePrediction& one : seen.predictions) QVERIFY(std::isinf(one.loss));
  QCOMPARE(seen.unscored(), int64_t{40});
  QCOMPARE(confusionOf(classifier()).unscored(), int64_t{0});
}

void TestConfusion::fewImages() {
  const Model model = classifier();
  const Confusion few = confusionOf(model, {.limit = 20});
  QCOMPARE(few.images, int64_t{20});
  for (const ImagePrediction& one : few.predictions) QVERIFY(one.image < 20);
  QCOMPARE(confusionOf(model, {.limit = 1000}).images, int64_t{40});
}

void TestConfusion::noClassifier() {
  const Result<Confusion> seen =
      confusion(modelOf(autoencoderNetwork()), *makeCpuEngine(1), layerCatalog(), {.data = pictures()});
  QVERIFY(!seen.ok());
  QCOMPARE(seen.error().kind, ErrorKind::usage);
  QVERIFY(seen.error().message.find("classes") != std::string::npos);
  const Result<Confusion> nothing = confusion(classifier(), *makeCpuEngine(1), layerCatalog(), {});
  QCOMPARE(nothing.error().kind, ErrorKind::data);
}

void TestConfusion::canBeStopped() {
  double last = -1;
  ConfusionRequest request{.data = pictures()};
  request.progress = [&](double share) {
    if (share <= last || share > 1) qFatal("progress goes back");
    last = share;
    return share < 0.5;
  };
  const Result<Confusion> seen = confusion(classifier(), *makeCpuEngine(2), layerCatalog(), request);
  QVERIFY(!seen.ok());
  QCOMPARE(seen.error().kind, ErrorKind::interrupted);
  QVERIFY(last >= 0.5);
}

QTEST_GUILESS_MAIN(TestConfusion)
#include "test_confusion.moc"
