#include "core/templates/deep_training.h"

namespace bypath {

using namespace std::string_literals;

AttributeDescription survivalParameter() {
  return {.key = "survival",
          .label = "Survival",
          .kind = AttributeKind::real,
          .fallback = 1.0,
          .minimum = 0.01,
          .maximum = 1,
          .help =
              "Probability that a step keeps the last block's branch, decaying evenly from 1 (Huang 2016); "
              "1 keeps all."};
}

AttributeDescription initParameter() {
  return {.key = "init",
          .label = "Branches start",
          .kind = AttributeKind::choice,
          .fallback = "plain"s,
          .choices = {"plain", "zero-last", "fixup", "skipinit"},
          .help =
              "plain, silent by a last layer of zeros (Goyal 2017), without normalisation (fixup, Zhang "
              "2019), or times a trained number that starts at 0 (skipinit, De & Smith 2020)."};
}

DeepTraining DeepTraining::of(const AttributeReader& parameters, int64_t blocks) {
  return {parameters.real("survival"), parameters.text("init"), blocks};
}

void DeepTraining::addTo(Attributes& block, int64_t before, int64_t count) const {
  const auto survivalOf = [&](int64_t number) {
    return 1 - static_cast<double>(number) / static_cast<double>(blocks) * (1 - survival);
  };
  if (survival < 1) {
    block["survival"] = survivalOf(before + 1);
    if (count > 1) block["survival_last"] = survivalOf(before + count);
  }
  if (init != "plain") block["init_scheme"] = init;
  if (init == "fixup") block["fixup_depth"] = blocks;
}

}  // namespace bypath
