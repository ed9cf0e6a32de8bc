// What is known of a trained network besides its ops and weights: what leaves with it when it is exported.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/attributes.h"

namespace bypath {

// Any of it may be empty where it is not known.
struct ModelFacts {
  std::string title;                 // a person's name for it
  std::vector<std::string> classes;  // by number
  // Of the pixels / 255, by channel; what goes in is (x / 255 - mean) / deviation. Empty: x / 255.
  std::vector<float> mean, deviation;
  std::string networkHash;     // of what was drawn
  std::string programVersion;  // "0.1.0"
  uint64_t seed = 0;
  int64_t step = 0;
  Attributes settings{};  // of the training
};

}  // namespace bypath
