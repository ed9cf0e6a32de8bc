// What can be watched inside a running network, and what was seen. Formulas: He 2016, eq. 5; Veit 2016.
#pragma once

#include <cmath>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace bypath {

struct HistogramRecord;  // histograms.h

struct ProbeRequest {
  bool layerGradients = false;  // norm of every parameter's gradient
  bool shortcutSplit = false;   // both contributions where a shortcut leaves its fork
  // Only what the program tells on its way: not a bit of what it computes changes, and hardly its time. Left
  // out are the deviations, and shortcuts whose two ways do not meet in one sum.
  bool inPassing = false;
  bool activities = false;  // what the forward direction looks like; never in passing
  bool histograms = false;  // with these, also how what every layer gives is spread
  bool operator==(const ProbeRequest&) const = default;
};

// Gradient of one layer's parameters (weights and biases of a path together).
struct LayerGradient {
  std::string path;
  double norm = 0;  // Euclidean, of the gradient of the objective
  double weightNorm = 0;
  double updateNorm = NAN;  // of what the step changed of them; not a number where nobody measured it
};

// Of what one layer gives in the forward direction; not a number where it does not apply.
struct LayerActivity {
  std::string path;
  double deviation = NAN;  // std over the batch of all values
  double zeros = NAN;      // of a ReLU: share of values that are 0. Behind an Add: how much it cuts off
  double silent = NAN;     // of a ReLU: share of channels that are 0 in the whole batch (dead)
  // Of a batch norm: root mean square over channels of (batch mean - running mean) / running std.
  double drift = NAN;
};

// At a fork x whose two ways meet in an Add: the gradient that comes back through each way.
struct ShortcutFlow {
  std::string path;  // of the block, or of a hand-drawn Add
  double shortcutNorm = 0;
  double branchNorm = 0;
  double cosine = 0;             // 0 when either norm is 0
  double branchDeviation = NAN;  // std of the branch's output F(x); not a number where not looked at
  double inputDeviation = NAN;   // std of the shortcut's output h(x); likewise
};

struct ProbeRecord {
  int64_t step = 0;
  std::vector<LayerGradient> layers;
  std::vector<ShortcutFlow> shortcuts;
  std::vector<LayerActivity> activities;  // from the input on
  // Of this step, or, between two looks, of an earlier one; null without.
  std::shared_ptr<const HistogramRecord> histograms{};
};

// Norms and cosine out of the squared norms of both contributions and their dot product.
ShortcutFlow splitFlow(std::string path, double shortcutSquare, double branchSquare, double product);

// "stage1/block[2]/branch/conv1" of "stage1/block[2]/branch/conv1/weight".
std::string layerOfParameter(const std::string& parameter);

}  // namespace bypath
