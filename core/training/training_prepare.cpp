#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "core/network/paths.h"
#include "core/training/checkpoint.h"
#include "core/training/model.h"
#include "core/training/run_checkpoints.h"
#include "core/training/run_files.h"
#include "core/training/settings.h"
#include "core/training/training_memory.h"
#include "core/training/training_run.h"

namespace bypath {
TrainingRun::TrainingRun(const TrainingJob& job, TrainerCommands& commands, TrainingFeed& feed)
    : job_(job), engine_(job.engine), commands_(commands), feed_(feed) {}

Result<void> TrainingRun::prepare() {
  setState(TrainerState::preparing);
  if (Result<void> valid = trainingSchema().validate(job_.settings, "The training settings"); !valid)
    return valid;
  settings_ = completeSettings(job_.settings);
  const AttributeReader read(trainingSchema(), settings_);
  seed_ = static_cast<uint64_t>(read.integer("seed"));
  batch_ = read.integer("batch");
  microBatches_ = read.integer("micro_batches");
  if (batch_ % microBatches_ != 0)
    return Error{ErrorKind::usage, "A batch of " + std::to_string(batch_) + " cannot be cut into " +
                                       std::to_string(microBatches_) +
                                       " micro-batches of one size; take a divisor."};
  if (job_.data->train.size() == 0)
    return Error{ErrorKind::data, "There are no training images in " + job_.data->name + "."};
  takeTuning();
  if (Result<void> ready = prepareNetwork(); !ready) return ready;

  openLoader();
  epochSteps_ = loader_->batchesAnEpoch();
  parallel_.emplace(engine_->threads());
  if (Result<void> usable = useSettings(); !usable) return usable;
  if (Result<void> begun = beginAnew(); !begun) return begun;
  if (!progress_.muted.empty())  // in the run that this one branches from
    if (Result<void> opened = openSessions(); !opened) return opened;
  return prepareFolder();
}

Result<void> TrainingRun::useSettings() {
  const AttributeReader read(trainingSchema(), settings_);
  const int64_t steps = read.integer("steps");
  const int64_t total = steps > 0 ? steps : read.integer("epochs") * epochSteps_;
  if (total > UINT32_MAX)
    return Error{ErrorKind::usage,
                 "A run of " + std::to_string(total) +
                     " steps is longer than random numbers can tell steps apart; take fewer epochs."};
  Result<Schedule> schedule = Schedule::fromSettings(settings_, total);
  if (!schedule) return schedule.error();
  schedule_ = std::move(*schedule);
  totalSteps_ = total;
  logEvery_ = read.integer("log_every");
  checkpointEvery_ = read.integer("checkpoint_every");
  probeEvery_ = read.integer("probe_every");
  keepEvery_ = read.integer("keep_every");
  warmUpError_ = read.real("warmup_until_error");
  if (optimizer_) optimizer_->adjust(settings_);
  return training_ && watched_ != watches() ? openTraining() : Result<void>();
}

Result<void> TrainingRun::prepareNetwork() {
  if (const auto memory = trainingMemory(job_.project.network, *job_.layers, *engine_, settings_); !memory)
    return memory.error();
  Result<ParameterStore> store = makeStore(job_.project.network, *job_.layers);
  if (!store) return store.error();
  store_ = std::move(*store);
  if (const double kept = AttributeReader(trainingSchema(), settings_).real("ema_decay"); kept > 0)
    average_.emplace(kept, store_);
  return openSessions();
}

// Commas between paths, spaces at will. A path that nothing has is an error.
Result<std::vector<std::string>> TrainingRun::frozenPaths() const {
  const CheckedNetwork checked = check(job_.project.network, *job_.layers);  // with what is muted
  std::vector<std::string> paths;
  std::istringstream list(AttributeReader(trainingSchema(), settings_).text("freeze"));
  for (std::string path; std::getline(list, path, ',');) {
    std::erase(path, ' ');
    if (path.empty()) continue;
    if (std::ranges::none_of(checked.nodes, [&](const auto& node) { return isAtOrIn(node.first, path); }))
      return Error{ErrorKind::usage, "There is no part or layer " + path + " to freeze in this network."};
    paths.push_back(path);
  }
  return paths;
}

Result<void> TrainingRun::openSessions() {
  Result<NetworkSpec> network = withMuted(job_.project.network, progress_.muted, *job_.layers);
  if (!network) return network.error();
  network_ = std::move(*network);
  place_.emplace(NetworkPlace{network_, *job_.layers, *engine_, store_});
  Result<std::vector<std::string>> frozen = frozenPaths();
  if (!frozen) return frozen.error();
  frozen_ = std::move(*frozen);
  training_.reset();  // frees its memory first
  probing_.reset();
  looksRefused_ = false;
  lastSeen_ = {};
  validation_.reset();
  preview_.reset();
  if (Result<void> opened = openTraining(); !opened) return opened;
  trained_ = training_->trained(store_);
  if (optimizer_) optimizer_->setActive(trained_);
  gradientSums_.clear();
  for (int p = 0; microBatches_ > 1 && p < store_.size(); ++p)
    gradientSums_.emplace_back(trained_[static_cast<size_t>(p)] ? store_.values(p).size() : 0);
  if (Result<void> fitting = fits(training_->graph(), *job_.data); !fitting) return fitting;
  if (job_.data->test.size() == 0) return {};
  Result<NetworkSession> validation =
      NetworkSession::open(*place_, {.batch = batch_, .mode = Mode::evaluation});
  if (!validation) return validation.error();
  validation_ = std::move(*validation);
  return {};
}

Result<void> TrainingRun::openTraining() {
  training_.reset();
  probeEvery_ = AttributeReader(trainingSchema(), settings_).integer("probe_every");
  watched_ = watches();
  const ProbeRequest inPassing{.layerGradients = true, .shortcutSplit = true, .inPassing = true};
  Result<NetworkSession> training =
      NetworkSession::open(*place_, {.batch = batch_ / microBatches_,
                                     .frozen = frozen_,
                                     .gradients = true,
                                     .probes = watched_ ? inPassing : ProbeRequest{}});
  if (!training) return training.error();
  training_ = std::move(*training);
  return {};
}

Result<void> TrainingRun::prepareFolder() {
  if (job_.folder.empty()) return {};
  std::error_code problem;
  std::filesystem::create_directories(job_.folder, problem);
  if (problem)
    return Error{ErrorKind::io,
                 "Cannot make the folder " + job_.folder.string() + ": " + problem.message() + "."};
  const bool begun = hasCheckpoint();
  if (!job_.resume && (begun || RunStore::exists(job_.folder)))
    return Error{ErrorKind::usage, "There is a run in " + job_.folder.string() +
                                       " already; go on with it by --resume, or choose another folder."};
  Result<RunLock> lock = RunLock::acquire(job_.folder);
  if (!lock) return lock.error();
  lock_.emplace(std::move(*lock));
  if (begun) {
    Result<Checkpoint> checkpoint = readCheckpoint(job_.folder / lastCheckpointName);
    if (!checkpoint) return checkpoint.error();
    if (Result<void> restored = restore(*checkpoint); !restored) return restored;
    if (!progress_.muted.empty())
      if (Result<void> opened = openSessions(); !opened) return opened;
  }
  Project project = job_.project;
  project.training = job_.settings;
  if (Result<void> written = writeProject(job_.folder / projectName, project); !written) return written;
  if (Result<void> kept = keepTuning(); !kept) return kept;
  if (Result<void> opened = openHistory(RunStore::exists(job_.folder)); !opened) return opened;
  // A run that does not begin at nothing can be gone on with from its first moment.
  const bool inherits = !job_.branchFrom.empty() || !job_.weightsFrom.empty();
  return inherits && !begun ? writeState(lastCheckpointName) : Result<void>();
}

bool TrainingRun::hasCheckpoint() const {
  std::error_code ignored;
  return !job_.folder.empty() && std::filesystem::exists(job_.folder / lastCheckpointName, ignored);
}

Result<void> TrainingRun::openHistory(bool goOn) {
  Result<RunStore> history =
      goOn ? RunStore::open(job_.folder)
           : RunStore::create(job_.folder, {.id = "",
                                            .network = job_.project.network.name,
                                            .data = job_.data->name,
                                            .settings = toJson(settings_).dump(
                                                -1, ' ', false, nlohmann::json::error_handler_t::replace),
                                            .started = "",
                                            .state = "running",
                                            .folder = job_.folder});
  if (!history) return history.error();
  history_ = std::move(*history);
  if (!goOn) {  // creating it may have something to say
    const Result<std::vector<RunMark>> marks = history_->marks();
    if (!marks) return marks.error();
    for (const RunMark& one : *marks) push(FeedEventKind::message, {}, one.text);
    return inheritHistory();
  }
  if (Result<void> cut = history_->truncateAfter(progress_.step); !cut) return cut;
  return history_->setState("running");
}

Result<void> TrainingRun::restore(const Checkpoint& checkpoint) {
  if (Result<void> loaded = loadParameters(checkpoint, store_); !loaded) return loaded;
  if (networkHash(checkpoint.header.network) != networkHash(job_.project.network))
    return Error{ErrorKind::data, checkpoint.path.string() +
                                      " is of another network; go on with the network in " + projectName +
                                      " beside it, or start a new run."};
  if (Result<void> same = mayGoOn(completeSettings(checkpoint.header.settings), settings_); !same)
    return same;
  if (Result<void> loaded = loadOptimizer(checkpoint, store_, *optimizer_); !loaded) return loaded;
  const Attributes before = completeSettings(checkpoint.header.settings);
  const bool averaged = AttributeReader(trainingSchema(), before).real("ema_decay") > 0;
  if (average_ && !averaged)  // asked for from here on
    average_.emplace(AttributeReader(trainingSchema(), settings_).real("ema_decay"), store_);
  else if (average_)
    if (Result<void> loaded = loadAverage(checkpoint, store_, *average_); !loaded) return loaded;
  progress_ = checkpoint.header.progress;
  settings_ = mergeSettings(settings_, progress_.changes);
  return useSettings();
}

// A run of its own: what was changed by hand in the other one counts here too, as long as the settings given
// for this one do not say otherwise.
Result<void> TrainingRun::beginFrom(const Checkpoint& checkpoint) {
  const Attributes given = job_.settings;
  if (Result<void> restored = restore(checkpoint); !restored) return restored;
  settings_ = mergeSettings(settings_, given);
  for (const auto& [key, value] : given) progress_.changes.erase(key);
  progress_.endedEarly = false;
  if (given.contains("learning_rate")) progress_.rate.reset();
  return useSettings();
}

Result<void> TrainingRun::takeWeights() {
  if (job_.weightsFrom.empty()) return {};
  Result<Checkpoint> checkpoint = readCheckpoint(job_.weightsFrom);
  if (!checkpoint) return checkpoint.error();
  const CarryOver carried = carryOver(*checkpoint, store_);
  if (carried.kept.empty())
    return Error{ErrorKind::data, job_.weightsFrom.string() +
                                      " has no layer whose path and shapes are those of this network."};
  if (average_) average_.emplace(AttributeReader(trainingSchema(), settings_).real("ema_decay"), store_);
  carriedText_ = carried.text();
  return {};
}

Result<void> TrainingRun::inheritHistory() {
  if (!carriedText_.empty()) return mark(carriedText_);
  if (job_.branchFrom.empty()) return {};
  const std::filesystem::path parent = job_.branchFrom.parent_path();
  if (RunStore::exists(parent)) {
    Result<RunStore> history = RunStore::open(parent);
    if (!history) return history.error();
    const Result<std::vector<RunRow>> rows = history->rows();
    if (!rows) return rows.error();
    for (const RunRow& row : *rows)
      if (row.step <= progress_.step)
        if (Result<void> kept = record(row); !kept) return kept;
  }
  return mark("Branched at step " + std::to_string(progress_.step) + " from " + job_.branchFrom.string());
}

}  // namespace bypath
