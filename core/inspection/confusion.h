// Where a trained classifier goes wrong: which classes it takes for which on the validation images, how well
// it knows each class, and the single images it is most wrong about.
//
//   Result<Confusion> seen = confusion(*model, engine, layerCatalog(), {.data = set});
//   for (const ImagePrediction& worst : seen->predictions) show(worst.image, worst.predicted);
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/data/data_set.h"
#include "core/engines/engine.h"
#include "core/training/model.h"

namespace bypath {

struct ConfusionRequest {
  std::shared_ptr<const DataSet> data;  // its test images
  int64_t limit = 0;                    // only the first so many; 0: all
  // Told the share done; ends it by saying false.
  std::function<bool(double)> progress{};
};

struct ImagePrediction {
  int64_t image = 0;  // its number among the test images
  int label = 0, predicted = 0;
  float labelProbability = 0, predictedProbability = 0;
  double loss = 0;  // cross entropy with the label, in nats; infinite where the scores are no numbers
};

struct ClassScore {
  int64_t images = 0;     // of that class
  int64_t predicted = 0;  // taken for it
  int64_t right = 0;      // both
  // Of those taken for it, the share that is; of those of it, the share found; the harmonic mean of the two.
  // Nothing where there are none to take a share of.
  std::optional<double> precision() const;
  std::optional<double> recall() const;
  std::optional<double> f1() const;
};

struct Confusion {
  std::vector<std::string> classes;          // by class score; "class 10" where the data set has no name
  int64_t images = 0;                        // looked at
  double loss = 0, accuracy = 0;             // as evaluate() has them
  std::vector<std::vector<int64_t>> counts;  // by label, then by what was predicted
  std::vector<ImagePrediction> predictions;  // one for each image, the highest loss first

  ClassScore score(size_t of) const;
  int64_t unscored() const;  // images whose scores are no numbers: the run has diverged
  // The images of one cell, the highest loss first.
  std::vector<ImagePrediction> cell(int label, int predicted) const;
  // Those that are not what they were taken for, the highest loss first.
  std::vector<ImagePrediction> mistakes() const;
};

// In one pass. Errors: the network has no class scores (usage); images that do not fit; interrupted.
Result<Confusion> confusion(const Model& model, Engine& engine, const LayerCatalog& layers,
                            const ConfusionRequest& request);

}  // namespace bypath
