// A network made ready on an engine: checked, compiled, opened; and what training, validation and pictures
// read from it. Weights stay in the ParameterStore, so that several sessions share them.
//
//   Result<NetworkSession> session = NetworkSession::open(place, {.batch = 128, .gradients = true});
//   session->feed(batch.images, batch.labels);
//   session->run({.seed = 1, .step = 40});
//   double loss = session->means().at("loss");
#pragma once

#include <memory>
#include <span>

#include "core/data/batch_loader.h"
#include "core/data/data_set.h"
#include "core/engines/engine.h"
#include "core/network/check.h"
#include "core/plan/plan.h"
#include "core/training/averages.h"

namespace bypath {

// What every session of one run has in common.
struct NetworkPlace {
  const NetworkSpec& network;
  const LayerCatalog& layers;
  Engine& engine;
  ParameterStore& store;
};

struct SessionOptions {
  int64_t batch = 1;
  Mode mode = Mode::training;
  std::string part;                   // as CheckOptions
  std::vector<std::string> frozen{};  // as CheckOptions
  bool gradients = false;
  bool fixedWeights = false;  // the store's values stay as they are at the first run (PlanOptions)
  bool results = false;       // the named outputs stay readable
  ProbeRequest probes{};
};

class NetworkSession {
 public:
  static Result<NetworkSession> open(const NetworkPlace& place, const SessionOptions& options);
  // Of ops at hand, lowered with the options' batch and mode: those of an edited network, say.
  static Result<NetworkSession> open(OpGraph graph, Engine& engine, ParameterStore& store,
                                     const SessionOptions& options);

  int64_t batch() const { return batch_; }
  const OpGraph& graph() const { return plan_.program->graph; }
  // NHWC images to every image input, class numbers to every label input; no labels: all zero.
  void feed(std::span<const float> images, std::span<const float> labels);
  // As many images of a batch, from `first` on, as this session takes at once.
  void feed(const Batch& batch, int64_t first = 0);
  // By parameter of the store: whether run() gives it a gradient.
  std::vector<bool> trained(const ParameterStore& store) const;
  void run(const StepKey& key);
  void run(const StepKey& key, ParameterUpdate& update);  // and the update behind it
  // Over the first `valid` samples: "loss", every loss term as it enters the loss, every metric.
  NamedNumbers means(int64_t valid) const;
  NamedNumbers means() const { return means(batch_); }
  // The first output of that name; noValue when there is none.
  ValueId output(std::string_view name) const;
  const std::vector<NamedValue>& outputs() const { return plan_.outputs; }
  std::vector<float> read(ValueId value) const;
  ProbeRecord probes(const ParameterStore& store, int64_t step) const;
  HistogramRecord histograms(const ParameterStore& store, int64_t step) const;

 private:
  NetworkSession(ExecutionPlan plan, std::unique_ptr<Session> session, int64_t batch);
  double meanOf(ValueId value, int64_t valid) const;

  ExecutionPlan plan_;
  std::unique_ptr<Session> session_;
  int64_t batch_ = 1;
  std::vector<float> noLabels_;
  std::vector<float> made_;  // images of a batch that came without
};

// A store for the parameters of a network, zeroed; errors of the network as data errors.
Result<ParameterStore> makeStore(const NetworkSpec& network, const LayerCatalog& layers);
void copyParameters(const ParameterStore& from, ParameterStore& to);
// Another store of the same parameters; their gradients are zero.
ParameterStore copyOf(const ParameterStore& store);

// The network with these residual blocks muted, by drawn path.
Result<NetworkSpec> withMuted(NetworkSpec network, const std::vector<std::string>& blocks,
                              const LayerCatalog& layers);

// Whether the images and classes of a data set go into the network.
Result<void> fits(const OpGraph& graph, const DataSet& data);

// The part of an autoencoder that turns a latent vector into an image: named "decoder", or fed by a
// gaussian_sample node. Empty when there is none.
std::string decoderPart(const NetworkSpec& network);

}  // namespace bypath
