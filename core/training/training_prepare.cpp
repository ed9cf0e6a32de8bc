#include <nlohmann/json.hpp>

#include "core/training/checkpoint.h"
#include "core/training/model.h"
#include "core/training/run_files.h"
#include "core/training/settings.h"
#include "core/training/training_run.h"

namespace bypath {
namespace {

// What may not change when a run goes on: its batches or the optimizer's memory would mean something else.
constexpr const char* fixedSettings[] = {"data", "batch", "seed", "optimizer", "augment", "limit_train"};

Result<void> sameSettings(const Attributes& before, const Attributes& now) {
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

}  // namespace

TrainingRun::TrainingRun(const TrainingJob& job, TrainerCommands& commands, TrainingFeed& feed)
    : job_(job), commands_(commands), feed_(feed) {}

Result<void> TrainingRun::prepare() {
  setState(TrainerState::preparing);
  if (Result<void> valid = trainingSchema().validate(job_.settings, "The training settings"); !valid)
    return valid;
  settings_ = completeSettings(job_.settings);
  const AttributeReader read(trainingSchema(), settings_);
  seed_ = static_cast<uint64_t>(read.integer("seed"));
  batch_ = read.integer("batch");
  logEvery_ = read.integer("log_every");
  checkpointEvery_ = read.integer("checkpoint_every");
  probeEvery_ = read.integer("probe_every");
  if (job_.data->train.size() == 0)
    return Error{ErrorKind::data, "There are no training images in " + job_.data->name + "."};
  if (Result<void> ready = prepareNetwork(); !ready) return ready;

  loader_.emplace(job_.data, LoaderSettings{.batch = batch_,
                                            .seed = seed_,
                                            .augment = read.boolean("augment"),
                                            .normalisation = normalisationFor(training_->graph()),
                                            .limit = read.integer("limit_train")});
  epochSteps_ = loader_->batchesAnEpoch();
  const int64_t steps = read.integer("steps");
  totalSteps_ = steps > 0 ? steps : read.integer("epochs") * epochSteps_;
  if (totalSteps_ > UINT32_MAX)
    return Error{ErrorKind::usage,
                 "A run of " + std::to_string(totalSteps_) +
                     " steps is longer than random numbers can tell steps apart; take fewer epochs."};
  Result<Schedule> schedule = Schedule::fromSettings(settings_, totalSteps_);
  if (!schedule) return schedule.error();
  schedule_ = std::move(*schedule);
  optimizer_.emplace(settings_, store_);
  parallel_.emplace(job_.engine->threads());
  return prepareFolder();
}

Result<void> TrainingRun::prepareNetwork() {
  Result<ParameterStore> store = makeStore(job_.project.network, *job_.layers);
  if (!store) return store.error();
  store_ = std::move(*store);
  initialise(store_, seed_);
  place_.emplace(NetworkPlace{job_.project.network, *job_.layers, *job_.engine, store_});
  Result<NetworkSession> training = NetworkSession::open(*place_, {.batch = batch_, .gradients = true});
  if (!training) return training.error();
  training_ = std::move(*training);
  if (Result<void> fitting = fits(training_->graph(), *job_.data); !fitting) return fitting;
  if (job_.data->test.size() == 0) return {};
  Result<NetworkSession> validation =
      NetworkSession::open(*place_, {.batch = batch_, .mode = Mode::evaluation});
  if (!validation) return validation.error();
  validation_ = std::move(*validation);
  return {};
}

Result<void> TrainingRun::prepareFolder() {
  if (job_.folder.empty()) return {};
  std::error_code problem;
  std::filesystem::create_directories(job_.folder, problem);
  if (problem)
    return Error{ErrorKind::io,
                 "Cannot make the folder " + job_.folder.string() + ": " + problem.message() + "."};
  const bool begun = std::filesystem::exists(job_.folder / lastCheckpointName, problem);
  if (!job_.resume && (begun || RunStore::exists(job_.folder)))
    return Error{ErrorKind::usage, "There is a run in " + job_.folder.string() +
                                       " already; go on with it by --resume, or choose another folder."};
  Result<RunLock> lock = RunLock::acquire(job_.folder);
  if (!lock) return lock.error();
  lock_.emplace(std::move(*lock));
  if (begun)
    if (Result<void> restored = restore(); !restored) return restored;
  Project project = job_.project;
  project.training = job_.settings;
  if (Result<void> written = writeProject(job_.folder / projectName, project); !written) return written;
  return openHistory(RunStore::exists(job_.folder));
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
    return {};
  }
  if (Result<void> cut = history_->truncateAfter(progress_.step); !cut) return cut;
  return history_->setState("running");
}

Result<void> TrainingRun::restore() {
  Result<Checkpoint> checkpoint = readCheckpoint(job_.folder / lastCheckpointName);
  if (!checkpoint) return checkpoint.error();
  if (Result<void> loaded = loadParameters(*checkpoint, store_); !loaded) return loaded;
  if (networkHash(checkpoint->header.network) != networkHash(job_.project.network))
    return Error{ErrorKind::data, checkpoint->path.string() +
                                      " is of another network; go on with the network in " + projectName +
                                      " beside it, or start a new run."};
  if (Result<void> same = sameSettings(completeSettings(checkpoint->header.settings), settings_); !same)
    return same;
  if (Result<void> loaded = loadOptimizer(*checkpoint, store_, *optimizer_); !loaded) return loaded;
  progress_ = std::move(checkpoint->header.progress);
  return {};
}

}  // namespace bypath
