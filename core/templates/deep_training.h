// What very deep networks ask of a template: stochastic depth, and how branches start.
//
//   const DeepTraining deep = DeepTraining::of(read, blocksOfTheNetwork);
//   g.convolutionUnit("stem", 16, 3, 1, deep.normalised());
//   deep.addTo(blockAttributes, blocksBefore, blocksOfTheStage);
#pragma once

#include "core/base/attributes.h"

namespace bypath {

AttributeDescription survivalParameter();  // "survival"
AttributeDescription initParameter();      // "init"

struct DeepTraining {
  double survival = 1;  // of the last block; those before decay from 1 (Huang 2016, equation 4)
  std::string init = "plain";
  int64_t blocks = 1;  // of the whole network

  static DeepTraining of(const AttributeReader& parameters, int64_t blocks = 1);
  // Fixup's networks have no normalisation anywhere (Zhang 2019).
  bool normalised() const { return init != "fixup"; }
  // For a residual_block that stands behind `before` others and repeats `count` times.
  void addTo(Attributes& block, int64_t before, int64_t count) const;
};

}  // namespace bypath
