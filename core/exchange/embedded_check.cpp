// The proof of a .bpw file: the header that others will run it with.
#include <bit>
#include <exception>

#include "core/exchange/embedded_model.h"
#include "core/tensor/layout.h"

#define BYPATH_NAMESPACE bypath_inference
#include "resources/inference/bypath.hpp"

namespace bypath {
namespace {

// What runs of its own accord throws; what comes out of here is a Result.
Result<std::vector<std::vector<float>>> answerOfHeader(std::span<const std::byte> bytes,
                                                       const std::vector<std::vector<float>>& inputs,
                                                       int64_t batch) {
  try {
    const auto model = bypath_inference::Model::from_memory(bytes.data(), bytes.size());
    return model.run_all(inputs, static_cast<size_t>(batch));
  } catch (const std::exception& problem) {
    return Error{ErrorKind::data, std::string("The C++ header does not read what was written: ") +
                                      problem.what() + " Nothing was saved; please report this network."};
  }
}

}  // namespace

Result<Comparison> verifyEmbedded(std::span<const std::byte> bytes, const LeavingModel& model,
                                  const std::vector<std::vector<float>>& inputs,
                                  const std::vector<std::vector<float>>& answers, int64_t batch) {
  std::vector<std::vector<float>> outside;
  for (size_t i = 0; i < inputs.size(); ++i)
    outside.push_back(channelsFirst(inputs[i], model.sampleShape(model.inputs[i]).withBatch(batch)));
  const Result<std::vector<std::vector<float>>> read = answerOfHeader(bytes, outside, batch);
  if (!read) return read.error();
  Comparison comparison{.by = "run by the C++ header"};
  for (size_t o = 0; o < answers.size(); ++o)
    comparison.add(channelsFirst(answers[o], model.sampleShape(model.outputs[o]).withBatch(batch)),
                   o < read->size() ? std::span<const float>((*read)[o]) : std::span<const float>{});
  if (const Result<void> near = withinBounds(comparison); !near) return near.error();
  return comparison;
}

}  // namespace bypath
