#include "core/training/run_checkpoints.h"

#include <algorithm>
#include <charconv>

#include "core/runs/run_store.h"
#include "core/tensor/safetensors.h"
#include "core/training/run_files.h"

namespace bypath {

namespace {

namespace fs = std::filesystem;

// What a run that does not begin at nothing says first.
constexpr char branchedFrom[] = "Branched at step ";
constexpr char weightsKept[] = "Weights kept: ";

// What may not change when a run goes on: its batches or the optimizer's memory would mean something else.
constexpr const char* fixedSettings[] = {"data", "batch", "seed", "optimizer", "augment", "limit_train"};

bool isKept(const std::string& name) {
  return name.starts_with("checkpoint-step-") && name.ends_with(".safetensors");
}

std::map<std::string, double> valuesAt(const std::vector<RunRow>& rows, int64_t step) {
  for (const RunRow& row : rows)
    if (row.epochEnd && row.step == step) return row.values;
  return {};
}

// As a POSIX shell takes it.
std::string quoted(const std::string& text) {
  const bool plain = !text.empty() && std::ranges::all_of(text, [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || std::string_view("/._-+=:,").find(c) < 8;
  });
  if (plain) return text;
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? "'\\''" : std::string(1, c);
  return result + "'";
}

}  // namespace

Result<std::vector<RunCheckpoint>> checkpointsOf(const fs::path& folder) {
  const Result<RunStore> store = RunStore::open(folder);
  if (!store) return store.error();
  const Result<std::vector<RunRow>> rows = store->rows();
  if (!rows) return rows.error();
  std::vector<RunCheckpoint> found;
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) {
    const std::string name = entry.path().filename().string();
    RunCheckpoint one{.kind = name == lastCheckpointName   ? RunCheckpoint::Kind::last
                              : name == bestCheckpointName ? RunCheckpoint::Kind::best
                                                           : RunCheckpoint::Kind::kept,
                      .file = entry.path()};
    if (one.kind == RunCheckpoint::Kind::kept && !isKept(name)) continue;
    const Result<std::map<std::string, std::string>> metadata = readSafetensorsMetadata(entry.path());
    if (!metadata || !metadata->contains("step") || !metadata->contains("network_sha256")) continue;
    const std::string& step = metadata->at("step");
    if (std::from_chars(step.data(), step.data() + step.size(), one.step).ec != std::errc{}) continue;
    one.network = metadata->at("network_sha256");
    one.values = valuesAt(*rows, one.step);
    found.push_back(std::move(one));
  }
  std::ranges::sort(found, [](const RunCheckpoint& a, const RunCheckpoint& b) {
    return a.kind != b.kind ? a.kind < b.kind : a.step > b.step;
  });
  return found;
}

Result<void> mayGoOn(const Attributes& before, const Attributes& now) {
  for (const char* key : fixedSettings) {
    const std::string old = toText(before.at(key)), given = toText(now.at(key));
    if (old != given)
      return Error{ErrorKind::usage, std::string("The run was begun with ")
                                         .append(key)
                                         .append(" ")
                                         .append(old)
                                         .append(" and cannot go on with ")
                                         .append(given)
                                         .append("; leave ")
                                         .append(key)
                                         .append(" as it was, or start a new run.")};
  }
  return {};
}

Result<std::string> commandOf(const fs::path& folder) {
  const Result<RunStore> store = RunStore::open(folder);
  if (!store) return store.error();
  const Result<std::vector<RunMark>> marks = store->marks();
  if (!marks) return marks.error();
  std::string command = "bypath train " + quoted((store->header().folder / projectName).string());
  for (const RunMark& mark : *marks) {
    if (mark.text.starts_with(weightsKept))
      return Error{ErrorKind::usage,
                   "This run began with the weights of another, and its history does not say which; no "
                   "command alone trains it again."};
    const size_t from = mark.text.find(" from ");
    if (mark.text.starts_with(branchedFrom) && from != std::string::npos)
      return command + " --from " + quoted(mark.text.substr(from + 6));
  }
  return command;
}

}  // namespace bypath
