// The passes that make a LeavingModel out of a network's ops, and what writers find in one.
#pragma once

#include <map>
#include <set>

#include "core/exchange/leaving_model.h"

namespace bypath {

// Only what the outputs need: what only trains is gone, a drawn code is its mean unless `sampling`. `outputs`
// point into the result afterwards.
Result<OpGraph> leavingGraph(const OpGraph& whole, std::vector<Border>& outputs, bool sampling);

// Every batch norm that alone reads a convolution becomes part of its weights and bias.
Result<void> foldNormalisation(LeavingModel& model);

// The same ops for another batch, with the borders as named outputs and the inputs in their order.
Result<OpGraph> withBatch(const LeavingModel& model, int64_t batch);

// One number added to everything is lowered as reshape to a column, bias_add, reshape back; outside it is one
// sum. By the node of the second reshape; the other two are to be skipped.
class AddedNumbers {
 public:
  struct Sum {
    ValueId x = noValue;
    ValueId number = noValue;  // a parameter of shape (1)
  };
  explicit AddedNumbers(const OpGraph& graph);
  const Sum* at(int node) const {
    const auto found = found_.find(node);
    return found == found_.end() ? nullptr : &found->second;
  }
  bool skips(int node) const { return skipped_.contains(node); }

 private:
  std::map<int, Sum> found_;
  std::set<int> skipped_;
};

}  // namespace bypath
