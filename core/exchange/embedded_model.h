// A model for programs of other people: one file of weights and steps (.bpw) that the header
// resources/inference/bypath.hpp runs, which needs nothing but the C++17 standard library. The format is
// described at the top of that header.
//
//   Result<std::vector<std::byte>> bytes = embeddedModel(model);
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

#include "core/exchange/leaving_model.h"

namespace bypath {

// The file's bytes. Errors: a step that the format has no kind for, which drawing a code is; it is named by
// its path.
Result<std::vector<std::byte>> embeddedModel(const LeavingModel& model);

// Runs the very header on the bytes, with inputs of `batch` samples (N, H, W, C), and compares its outputs
// with our own answers to the same, NHWC, by output. An error where the header does not read the bytes or its
// answer is too far away.
Result<Comparison> verifyEmbedded(std::span<const std::byte> bytes, const LeavingModel& model,
                                  const std::vector<std::vector<float>>& inputs,
                                  const std::vector<std::vector<float>>& answers, int64_t batch);

// What is written beside the weights: "bypath.hpp", "CMakeLists.txt" and "main.cpp", an example that reads an
// image and prints the classes.
struct EmbeddedText {
  std::string_view name;
  std::string_view text;
};
std::span<const EmbeddedText> embeddedTexts();

}  // namespace bypath
