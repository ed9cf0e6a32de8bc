#include <system_error>

#include "core/base/atomic_file.h"
#include "core/exchange/embedded_model.h"

namespace fs = std::filesystem;

namespace bypath {
namespace {

constexpr int64_t proofBatch = 2;

Result<void> writeTexts(const fs::path& folder) {
  for (const EmbeddedText& text : embeddedTexts()) {
    const fs::path path = folder / text.name;
    std::error_code unknown;
    // The examples are a person's to change.
    if (text.name != "bypath.hpp" && fs::exists(path, unknown)) continue;
    if (Result<void> written = writeFileAtomically(path, text.text); !written) return written;
  }
  return {};
}

}  // namespace

Result<Comparison> writeEmbedded(const LeavingModel& model, Engine& engine, const fs::path& file) {
  const Result<std::vector<std::byte>> bytes = embeddedModel(model);
  if (!bytes) return bytes.error();
  const std::vector<std::vector<float>> inputs = fixedBatch(model, proofBatch);
  const Result<std::vector<std::vector<float>>> answers = ownAnswer(model, engine, inputs, proofBatch);
  if (!answers) return answers.error();
  Result<Comparison> proof = verifyEmbedded(*bytes, model, inputs, *answers, proofBatch);
  if (!proof) return proof;

  const fs::path folder = file.parent_path();
  std::error_code problem;
  if (!folder.empty()) fs::create_directories(folder, problem);
  if (problem)
    return Error{ErrorKind::io, "The folder " + folder.string() + " cannot be made: " + problem.message() +
                                    ". Choose another place."};
  if (Result<void> written = writeFileAtomically(file, *bytes); !written) return written.error();
  if (Result<void> written = writeTexts(folder); !written) return written.error();
  return proof;
}

}  // namespace bypath
