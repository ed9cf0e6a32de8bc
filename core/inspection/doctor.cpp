#include "core/inspection/doctor.h"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <optional>
#include <sstream>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "core/ops/catalog.h"

namespace bypath {

namespace {

using Findings = std::vector<Finding>;

// Four digits: evidence is to be read.
std::string briefly(double value) {
  constexpr int digits = 4;
  std::ostringstream text;
  text << std::setprecision(digits) << value;
  return text.str();
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

std::optional<double> valueOf(const EpochValues& values, const std::string& name) {
  const auto found = values.find(name);
  return found == values.end() ? std::nullopt : std::optional(found->second);
}

bool holdsWeights(const OpNode& node) {
  const OpType* const types[] = {&conv2dOp(), &conv2dTransposedOp(), &matmulOp()};
  return node.direction == Direction::forward && std::ranges::find(types, node.type) != std::end(types);
}

// The weights' gradients in a part of the depth: a quarter at either end.
std::vector<double> quarter(const std::vector<LayerGradient>& layers, bool last) {
  const size_t count = std::max<size_t>(1, layers.size() / 4);
  std::vector<double> norms;
  for (size_t i = 0; i < count; ++i) norms.push_back(layers[last ? layers.size() - 1 - i : i].norm);
  return norms;
}

void notFinite(const Patient& patient, Findings& findings) {
  for (const LayerGradient& layer : patient.seen.layers)
    if (!std::isfinite(layer.norm)) {
      findings.push_back(
          {"diverged", layer.path, "The gradient is not a number",
           "The norm of its gradient is " + briefly(layer.norm) + ".",
           "Training has diverged: weights grew until sums overflowed.",
           "Train again from the last good checkpoint at a tenth of the learning rate; if it stays "
           "finite, the rate was the cause.",
           "IEEE 754"});
      return;
    }
}

// Glorot & Bengio 2010 saw gradients fall by orders of magnitude through depth; three are clearly more than
// the factor of ten or so that healthy nets of a hundred layers show.
void throughDepth(const Patient& patient, Findings& findings) {
  constexpr double vanished = 1e-3, exploded = 1e3;
  const std::vector<LayerGradient>& layers = patient.seen.layers;
  if (layers.size() < 8) return;
  const double early = median(quarter(layers, false)), late = median(quarter(layers, true));
  if (!std::isfinite(early) || !std::isfinite(late)) return;
  const std::string numbers = "Median gradient norm of the first quarter of layers " + briefly(early) +
                              ", of the last quarter " + briefly(late) + ".";
  if (early < vanished * late)
    findings.push_back(
        {"vanishing", layers.front().path, "The gradient vanishes on its way back", numbers,
         "The early layers hardly learn: every layer on the way multiplies the gradient by less than 1.",
         "Give the blocks shortcuts, or normalise, and look again: if the early norms do not rise, "
         "depth was not the cause.",
         "Glorot & Bengio 2010; He 2015"});
  if (late == 0 ? early > 0 : early > exploded * late)
    findings.push_back(
        {"exploding", layers.front().path, "The gradient explodes on its way back", numbers,
         "Every layer on the way multiplies the gradient by more than 1.",
         "Clip gradients at their median norm, or begin with zero-last branches: if the loss falls no "
         "better, explosion was not the cause.",
         "Pascanu 2013"});
}

// A unit that is silent on a whole batch gets no gradient. With large rates as much as 40 % of a network can
// be so.
void deadReLUs(const Patient& patient, Findings& findings) {
  constexpr double many = 0.4;
  for (const LayerActivity& layer : patient.seen.activities)
    if (layer.silent >= many)
      findings.push_back(
          {"dead-relu", layer.path, "ReLUs are dead",
           briefly(std::round(layer.silent * 100)) + " % of its channels are 0 for the whole batch.",
           "A channel that is always 0 gets no gradient and does not come back.",
           "Halve the learning rate, or use ELU here: if as many channels stay silent, the data does "
           "not need them.",
           "Maas 2013; CS231n (40 %)"});
}

// About a thousandth of the weights a step is usual; what lies two orders away from it is not. Weights that
// began at zero and still grow say nothing, nor do scales and shifts.
void updateSizes(const Patient& patient, Findings& findings) {
  constexpr double large = 0.1, small = 1e-7, grown = 1.5;
  constexpr size_t enough = 10;
  struct Past {
    std::vector<double> ratios;
    double first = 0, last = 0;  // norms of the weights
  };
  std::unordered_map<std::string_view, Past> layers;
  for (const OpNode& node : patient.graph.nodes)
    if (holdsWeights(node)) layers[node.path];
  for (const ProbeRecord& record : patient.past)
    for (const LayerGradient& layer : record.layers) {
      const auto found = layers.find(layer.path);
      if (found == layers.end() || !std::isfinite(layer.updateNorm) || layer.weightNorm <= 0) continue;
      Past& past = found->second;
      if (past.ratios.empty()) past.first = layer.weightNorm;
      past.last = layer.weightNorm;
      past.ratios.push_back(layer.updateNorm / layer.weightNorm);
    }
  for (const LayerGradient& layer : patient.seen.layers) {
    const auto found = layers.find(layer.path);
    if (found == layers.end() || found->second.ratios.size() < enough) continue;
    const Past& past = found->second;
    const double typical = median(past.ratios);
    const bool starting = past.last > grown * past.first;
    if (typical > large && !starting)
      findings.push_back(
          {"large-updates", layer.path, "Updates are large",
           "A step changes its weights by " + briefly(typical) + " of their norm (median of " +
               std::to_string(past.ratios.size()) + " steps).",
           "The weights jump about instead of settling.",
           "Train with a tenth of the learning rate: if the loss falls no better, the size did no harm.",
           "About 1e-3 is usual (CS231n)"});
    if (typical < small)
      findings.push_back({"small-updates", layer.path, "Updates are tiny",
                          "A step changes its weights by " + briefly(typical) + " of their norm (median of " +
                              std::to_string(past.ratios.size()) + " steps).",
                          "This layer stays as it was drawn at the start.",
                          "Freeze it: if the loss ends no worse, it need not learn.",
                          "About 1e-3 is usual (CS231n)"});
  }
}

// The best validation lies some epochs back, and what was lost since is more than its noise.
void overfitting(const Patient& patient, Findings& findings) {
  constexpr size_t epochsBack = 3;
  constexpr double risen = 1.1;
  if (patient.epochs.size() < epochsBack + 2) return;
  size_t best = 0;
  std::optional<double> lowest;
  for (size_t i = 0; i < patient.epochs.size(); ++i)
    if (const auto value = valueOf(patient.epochs[i], "val_loss"); value && (!lowest || *value < *lowest)) {
      lowest = value;
      best = i;
    }
  const auto now = valueOf(patient.epochs.back(), "val_loss"),
             trained = valueOf(patient.epochs.back(), "loss"), then = valueOf(patient.epochs[best], "loss");
  if (!lowest || !now || !trained || !then || best + epochsBack >= patient.epochs.size()) return;
  if (*now < risen * *lowest || *trained >= *then) return;
  findings.push_back(
      {"overfitting", "", "It learns the training images by heart",
       "Validation loss " + briefly(*lowest) + " after epoch " + std::to_string(best + 1) + ", " +
           briefly(*now) + " now, while the training loss fell from " + briefly(*then) + " to " +
           briefly(*trained) + ".",
       "What it still learns holds for the training images alone.",
       "Train with augmentation, weight decay or dropout: if the validation loss rises all the same, "
       "look for a difference between the two sets.",
       "Early stopping (Prechelt 1998)"});
}

void doesNotLearn(const Patient& patient, Findings& findings) {
  constexpr double chance = 0.98;
  // Deep networks take a hundred or two to get going, and the mean over a first epoch has its start in it.
  constexpr int64_t enough = 300;
  if (patient.epochs.size() < 2 || patient.classes < 2 || patient.steps < enough) return;
  const auto loss = valueOf(patient.epochs.back(), "cross_entropy");
  const double guessing = std::log(static_cast<double>(patient.classes));
  if (!loss || *loss < chance * guessing) return;
  findings.push_back(
      {"does-not-learn", "", "It does no better than guessing",
       "Training cross-entropy " + briefly(*loss) + " after " + std::to_string(patient.epochs.size()) +
           (patient.epochs.size() == 1 ? " epoch" : " epochs") + "; guessing costs " + briefly(guessing) +
           ".",
       "The gradient says nothing about the images, or steps are far too large or small.",
       "Train the plain twin's residual counterpart, or 200 images alone: a network that cannot learn "
       "those has something wrong in it.",
       "log of the number of classes"});
}

// Bowman 2016: a KL term near zero means that the code carries nothing.
void posteriorCollapse(const Patient& patient, Findings& findings) {
  constexpr double nothing = 1;  // nats over all latent variables
  if (patient.epochs.empty()) return;
  auto kl = valueOf(patient.epochs.back(), "val_kl");
  if (!kl) kl = valueOf(patient.epochs.back(), "kl");
  if (!kl || *kl >= nothing) return;
  std::string path;
  for (const OpNode& node : patient.graph.nodes)
    if (node.type == &gaussianSampleOp()) path = node.path;
  findings.push_back(
      {"posterior-collapse", path, "The code carries nothing",
       "The KL term is " + briefly(*kl) + " nats over all latent variables.",
       "The decoder draws the mean image, whatever it is given.",
       "Train the first epochs without the KL term: if it returns to zero afterwards, the decoder does "
       "not need the code.",
       "Bowman 2016"});
}

// y = x + W x is linear: He 2015 saw no advantage, and He 2016's table 1 worse results.
void oneLayerBranches(const Patient& patient, Findings& findings) {
  std::unordered_map<std::string_view, int> layers;  // by the place whose branch they are in
  for (const ShortcutSite& site : patient.graph.shortcuts) layers[site.path] = 0;
  constexpr std::string_view branch = "/branch";
  for (const OpNode& node : patient.graph.nodes) {
    if (!holdsWeights(node)) continue;
    const std::string_view path = node.path;
    for (size_t at = path.find(branch); at != path.npos; at = path.find(branch, at + 1))
      if (const size_t end = at + branch.size(); end == path.size() || path[end] == '/')
        if (const auto site = layers.find(path.substr(0, at)); site != layers.end()) ++site->second;
  }
  std::unordered_set<std::string_view> told;
  for (const ShortcutSite& site : patient.graph.shortcuts) {
    if (layers[site.path] != 1 || !told.insert(site.path).second) continue;
    findings.push_back(
        {"one-layer-branch", site.path, "The branch has a single layer with weights",
         "One convolution or dense layer between the fork and the Add.",
         "y = x + W x is nearly linear: the block can hardly do more than one layer could.",
         "Give the branch a second layer at the same number of parameters: if it learns no better, one "
         "was enough.",
         "He 2015, section 3.2"});
  }
}

// LeCun 1998: inputs near mean 0 and deviation 1. Pixels from 0 to 1 are well within.
void input(const Patient& patient, Findings& findings) {
  constexpr double farMean = 2, narrow = 0.05, wide = 20;
  const double deviation = patient.inputDeviation;
  if (std::abs(patient.inputMean) <= farMean * std::max(deviation, 1.0) && deviation >= narrow &&
      deviation <= wide)
    return;
  std::string path;
  for (const ValueId id : patient.graph.inputs)
    if (patient.graph.value(id).role == InputRole::image) path = patient.graph.value(id).name;
  findings.push_back(
      {"unnormalised-input", path, "The input is not normalised",
       "Mean " + briefly(patient.inputMean) + ", standard deviation " + briefly(deviation) + ".",
       "The first layer's gradients all point one way, or hardly differ.",
       "Put a batch norm behind the input: if the loss falls no faster, the scale did no harm.",
       "LeCun 1998"});
}

}  // namespace

std::vector<Finding> examine(const Patient& patient) {
  Findings findings;
  for (const auto rule : {notFinite, doesNotLearn, throughDepth, posteriorCollapse, deadReLUs, updateSizes,
                          overfitting, input, oneLayerBranches})
    rule(patient, findings);
  return findings;
}

}  // namespace bypath
