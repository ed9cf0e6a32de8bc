// The only way out of the trainer's thread, with two lanes: an ordered queue of small events, drained by
// swap, and one latest immutable inspection frame, overwritten. Readers poll (the window at 30 Hz); nobody
// waits for a reader.
//
//   for (const FeedEvent& e : feed.drain()) plot(e);
//   std::shared_ptr<const InspectionFrame> frame = feed.latest();   // may be null
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/probes/probe.h"
#include "core/tensor/shape.h"

namespace bypath {

enum class FeedEventKind { state, step, epoch, mark, message, failed, finished };
enum class TrainerState { preparing, running, paused, validating, finished, stopped, failed };

struct FeedEvent {
  FeedEventKind kind = FeedEventKind::message;
  TrainerState state = TrainerState::preparing;
  int64_t step = 0;   // steps done
  int64_t steps = 0;  // of the whole run
  int epoch = 0;      // epochs done (epoch events), or running (step events), from 1
  int epochs = 0;
  double seconds = 0;  // of training so far
  // "loss", "accuracy", "cross_entropy", "reconstruction", "kl", "val_loss", ..., "learning_rate",
  // "images_per_second"
  std::map<std::string, double> values;
  std::string text;  // of messages, marks and failures
};

// A picture: H x W x C bytes.
struct FrameImage {
  int width = 0, height = 0, channels = 0;
  std::vector<uint8_t> pixels;
};
struct FramePrediction {
  FrameImage image;
  int label = 0;
  int predicted = 0;
  std::vector<float> probabilities;  // by class
};

// What the network looked like inside at one step.
struct InspectionFrame {
  int64_t step = 0;
  ProbeRecord probes;
  std::vector<FramePrediction> predictions;  // of a classifier, the first validation images
  std::vector<FrameImage> originals;         // of a VAE, with ...
  std::vector<FrameImage> reconstructions;
  std::vector<FrameImage> samples;  // from the same z all through training
  std::vector<std::string> classes;
};

class TrainingFeed {
 public:
  void push(FeedEvent event);
  std::vector<FeedEvent> drain();
  void publish(std::shared_ptr<const InspectionFrame> frame);
  std::shared_ptr<const InspectionFrame> latest() const;

 private:
  mutable std::mutex mutex_;
  std::vector<FeedEvent> events_;
  std::shared_ptr<const InspectionFrame> frame_;
};

}  // namespace bypath
