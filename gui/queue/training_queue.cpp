#include "gui/queue/training_queue.h"

#include <algorithm>

#include "core/network/project_file.h"

namespace bypath {

namespace {

namespace fs = std::filesystem;

Result<void> makeFolder(const fs::path& folder) {
  std::error_code problem;
  fs::create_directories(folder, problem);
  if (!problem) return {};
  return Error{ErrorKind::io, "Cannot make the folder " + folder.string() + ": " + problem.message() + "."};
}

}  // namespace

bool isDone(const Experiment& one) {
  return one.state == ExperimentState::finished || one.state == ExperimentState::diverged ||
         one.state == ExperimentState::failed;
}

TrainingQueue::TrainingQueue(fs::path folder, QObject* parent)
    : QObject(parent), folder_(std::move(folder)) {}

Result<void> TrainingQueue::refresh() {
  std::error_code ignored;
  Sweep read;
  if (fs::exists(folder_ / sweepFileName, ignored)) {
    Result<Sweep> stored = readQueue(folder_ / sweepFileName);
    if (!stored) return stored.error();
    read = std::move(*stored);
  }
  for (Experiment& one : read.experiments) {
    const Experiment* known = find(one.name);
    if (known && known->state == ExperimentState::running) {
      one = *known;
      continue;
    }
    if (const Result<void> recalled = recallExperiment(one, folder_); !recalled) {
      one.state = ExperimentState::failed;
      one.message = recalled.error().message;
    }
  }
  sweep_ = std::move(read);
  Q_EMIT changed();
  return {};
}

Experiment* TrainingQueue::find(const std::string& name) {
  const auto found = std::ranges::find(sweep_.experiments, name, &Experiment::name);
  return found == sweep_.experiments.end() ? nullptr : &*found;
}

template <class Edit>
Result<void> TrainingQueue::change(Edit&& edit) {
  // Another window may have written since.
  if (Result<void> read = refresh(); !read) return read;
  Sweep changed = sweep_;
  edit(changed.experiments);
  changed.columns = {"name"};
  if (Result<void> possible = checkWeights(changed.experiments, folder_); !possible) return possible;
  if (Result<void> made = makeFolder(folder_); !made) return made;
  std::error_code problem;
  if (changed.experiments.empty())
    fs::remove(folder_ / sweepFileName, problem);  // a list of nothing is no list
  else if (Result<void> written = writeSweep(folder_, changed); !written)
    return written;
  sweep_ = std::move(changed);
  Q_EMIT this->changed();
  return {};
}

std::string TrainingQueue::freeName(const std::string& wanted) const {
  const std::string base = folderName(wanted.empty() ? "run" : wanted);
  const auto taken = [this](const std::string& name) {
    std::error_code ignored;
    return std::ranges::find(sweep_.experiments, name, &Experiment::name) != sweep_.experiments.end() ||
           fs::exists(folder_ / name, ignored) || fs::exists(folder_ / (name + ".bypath"), ignored);
  };
  std::string name = base;
  for (int number = 2; taken(name); ++number) name = base + "-" + std::to_string(number);
  return name;
}

Result<fs::path> TrainingQueue::store(const std::string& name, const Project& project) const {
  if (Result<void> made = makeFolder(folder_); !made) return made.error();
  fs::path file = fs::absolute(folder_) / (name + ".bypath");
  if (Result<void> written = writeProject(file, project); !written) return written.error();
  return file;
}

Result<std::string> TrainingQueue::add(const std::string& wanted, const Project& project, bool twin) {
  std::string name = freeName(wanted);
  const Result<fs::path> file = store(name, project);
  if (!file) return file.error();
  Result<void> added = change([&](std::vector<Experiment>& all) {
    all.push_back({.name = name, .network = file->string(), .set = {}, .twin = twin, .weights = {}});
  });
  if (!added) return added.error();
  return name;
}

Result<void> TrainingQueue::addAll(std::vector<Experiment> experiments, const std::string& prefix,
                                   const Project* base) {
  std::string network;
  if (base) {
    const Result<fs::path> file = store(freeName(prefix), *base);
    if (!file) return file.error();
    network = file->string();
  }
  std::map<std::string, std::string> renamed;
  for (Experiment& one : experiments) {
    const std::string name = freeName(prefix + "_" + one.name);
    renamed[one.name] = name;
    one.name = name;
    if (one.network.empty()) one.network = network;
    if (const auto before = renamed.find(one.weights); before != renamed.end()) one.weights = before->second;
  }
  return change(
      [&](std::vector<Experiment>& all) { all.insert(all.end(), experiments.begin(), experiments.end()); });
}

Result<void> TrainingQueue::remove(const std::vector<std::string>& names) {
  return change([&](std::vector<Experiment>& all) {
    std::erase_if(all, [&](const Experiment& one) {
      return one.state != ExperimentState::running && std::ranges::find(names, one.name) != names.end();
    });
  });
}

Result<void> TrainingQueue::move(const std::string& name, int by) {
  return change([&](std::vector<Experiment>& all) {
    const auto from = std::ranges::find(all, name, &Experiment::name);
    if (from == all.end()) return;
    const auto to = from + std::clamp<std::ptrdiff_t>(by, all.begin() - from, all.end() - 1 - from);
    if (to < from)
      std::rotate(to, from, from + 1);
    else
      std::rotate(from, from + 1, to + 1);
  });
}

Result<void> TrainingQueue::removeDone() {
  return change([](std::vector<Experiment>& all) { std::erase_if(all, isDone); });
}

Result<void> TrainingQueue::retry(const std::string& name) {
  return change([&](std::vector<Experiment>& all) {
    const auto one = std::ranges::find(all, name, &Experiment::name);
    if (one != all.end() && one->state == ExperimentState::failed) one->state = ExperimentState::stopped;
  });
}

const Experiment* TrainingQueue::next() const {
  const auto found =
      std::ranges::find_if(sweep_.experiments, [](const Experiment& one) { return !isDone(one); });
  return found == sweep_.experiments.end() ? nullptr : &*found;
}

Result<void> TrainingQueue::begin(const std::string& name) {
  return change([&](std::vector<Experiment>& all) {
    const auto one = std::ranges::find(all, name, &Experiment::name);
    if (one != all.end()) one->state = ExperimentState::running;
  });
}

Result<void> TrainingQueue::note(const std::string& name, const Result<TrainingOutcome>& outcome) {
  return change([&](std::vector<Experiment>& all) {
    const auto one = std::ranges::find(all, name, &Experiment::name);
    if (one != all.end()) noteOutcome(*one, folder_, outcome);
  });
}

}  // namespace bypath
