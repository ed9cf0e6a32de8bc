#include "core/inspection/shattered.h"

#include <algorithm>

#include "core/inspection/backward_start.h"
#include "core/inspection/block_gradient.h"
#include "core/inspection/draws.h"
#include "core/training/network_session.h"

namespace bypath {
namespace {

constexpr int64_t fewestPoints = 8;
constexpr int64_t lagShare = 4;

// What a gradient is taken of: the mean of a latent vector, class scores, or the output there is.
ValueId outputOf(const OpGraph& graph) {
  for (const OpNode& node : graph.nodes)
    if (node.type->id == "gaussian_sample") return node.inputs[0];
  for (const NamedValue& output : graph.outputs)
    if (output.name == "logits") return output.value;
  return graph.outputs.empty() ? noValue : graph.outputs[0].value;
}

class LineWalk {
 public:
  LineWalk(const Model& model, Engine& engine, const LayerCatalog& layers, const ShatteredRequest& request)
      : engine_(engine),
        store_(*model.parameters),
        request_(request),
        checked_(check(
            model.project.network, layers,
            {.batch = request.points, .mode = request.batchStatistics ? Mode::training : Mode::evaluation})),
        loader_(request.data, {.batch = 2, .normalisation = normalisationFor(checked_.graph)}) {}

  Result<Shattered> run() {
    if (!checked_.ok()) return Error{ErrorKind::data, summarise(checked_.diagnostics)};
    if (Result<void> fitting = fits(checked_.graph, *request_.data); !fitting) return fitting.error();
    if (request_.data->test.size() < 2)
      return Error{ErrorKind::data,
                   "A line needs two test images, and " + request_.data->name + " has fewer."};
    if (Result<void> opened = open(); !opened) return opened.error();
    const auto lags = static_cast<size_t>(request_.points / lagShare);
    Shattered result{.correlation = std::vector<double>(lags + 1, 0),
                     .lines = request_.lines,
                     .units = std::min(request_.units, each_)};
    const double passes = static_cast<double>(result.lines * result.units);
    double done = 0;
    for (int64_t line = 0; line < result.lines; ++line) {
      layOut(line);
      for (const size_t unit :
           drawSome(static_cast<size_t>(each_), static_cast<size_t>(result.units), keyOf("unit", line))) {
        if (request_.progress && !request_.progress(done / passes))
          return Error{ErrorKind::interrupted, "Stopped before every line was walked."};
        const std::vector<float> gradients = gradientsOf(unit);
        if (gradients.empty())
          return Error{ErrorKind::data, "No gradient of this network's output reaches its image."};
        const size_t size = gradients.size() / static_cast<size_t>(request_.points);
        const std::vector<double> one = autocorrelation(gradients, size, lags);
        for (size_t k = 0; k <= lags; ++k) result.correlation[k] += one[k] / passes;
        result.neighbours += neighbourCosine(gradients, size) / passes;
        done += 1;
      }
    }
    return result;
  }

 private:
  RandomKey keyOf(const char* purpose, int64_t number) const {
    return {.seed = request_.seed, .stream = streamOf(purpose), .step = static_cast<uint32_t>(number)};
  }

  // The network from its image to its output, ready to carry gradients back.
  Result<void> open() {
    const OpGraph& graph = checked_.graph;
    const ValueId y = outputOf(graph);
    for (const ValueId id : graph.inputs) {
      if (graph.value(id).role == InputRole::image && image_ == noValue) image_ = id;
      known_[id].assign(static_cast<size_t>(graph.shape(id).count()), 0);
    }
    if (y == noValue || image_ == noValue)
      return Error{ErrorKind::data, "This network has no output to take the gradient of."};
    Result<GraphSlice> slice = sliceGraph(
        graph, {.wanted = {y}, .inside = std::vector<bool>(graph.values.size(), true), .entry = image_});
    if (!slice) return slice.error();
    const ValueId end = slice->values.at(y);
    each_ = slice->graph.shape(end).perSample().count();
    Result<BackwardStart> start = startBackward(slice->graph, end);
    if (!start) return start.error();
    start_ = *start;
    const std::vector<float> ones = start->allOnes(slice->graph);
    inputs_ = slice->inputs;
    const TrunkPlace place{graph, engine_, store_, known_, {}};
    Result<SliceRun> run = SliceRun::open(std::move(*slice), place, exactPlan());
    if (!run) return run.error();
    run_ = std::move(*run);
    run_.session->setInput(start_.ones, ones);
    return {};
  }

  // The points of a line between two images, both ends included.
  void layOut(int64_t line) {
    const Split& split = request_.data->test;
    std::vector<int64_t> ends;
    for (const size_t i : drawSome(static_cast<size_t>(split.size()), 2, keyOf("line", line)))
      ends.push_back(static_cast<int64_t>(i));
    Batch batch;
    loader_.gather(split, ends, batch);
    const size_t size = batch.images.size() / 2;
    std::vector<float> points;
    for (int64_t p = 0; p < request_.points; ++p) {
      const double t = static_cast<double>(p) / static_cast<double>(request_.points - 1);
      for (size_t i = 0; i < size; ++i)
        points.push_back(static_cast<float>((1 - t) * static_cast<double>(batch.images[i]) +
                                            t * static_cast<double>(batch.images[size + i])));
    }
    for (const SliceInput& input : inputs_)
      if (checked_.graph.value(input.source).role == InputRole::image)
        run_.session->setInput(input.id, points);
  }

  std::vector<float> gradientsOf(size_t unit) {
    std::vector<float> start(static_cast<size_t>(request_.points * each_), 0);
    for (size_t at = unit; at < start.size(); at += static_cast<size_t>(each_)) start[at] = 1;
    run_.session->setInput(start_.gradient, start);
    run_.session->run({.seed = request_.seed});
    return run_.inputGradient("shortcut");
  }

  Engine& engine_;
  ParameterStore& store_;
  const ShatteredRequest& request_;
  CheckedNetwork checked_;
  BatchLoader loader_;
  KnownValues known_;
  ValueId image_ = noValue;
  int64_t each_ = 0;  // numbers of the output for an image
  BackwardStart start_;
  std::vector<SliceInput> inputs_;
  SliceRun run_;
};

}  // namespace

Result<Shattered> shatteredGradients(const Model& model, Engine& engine, const LayerCatalog& layers,
                                     const ShatteredRequest& request) {
  if (!request.data) return Error{ErrorKind::usage, "Give a data set to look at the network on."};
  if (request.points < fewestPoints || request.lines < 1 || request.units < 1)
    return Error{ErrorKind::usage, "Ask for at least " + std::to_string(fewestPoints) +
                                       " points on a line, one line and one unit."};
  return LineWalk(model, engine, layers, request).run();
}

}  // namespace bypath
