#include "core/cli/training_reporter.h"

#include "core/base/text.h"

namespace bypath {

namespace {

std::string stepOf(const FeedEvent& event) {
  return "step " + std::to_string(event.step) + "/" + std::to_string(event.steps);
}

std::string epochOf(const FeedEvent& event) {
  return "epoch " + std::to_string(event.epoch) + "/" + std::to_string(event.epochs);
}

std::string speedOf(const FeedEvent& event, const char* separator) {
  const auto speed = event.values.find("images_per_second");
  if (speed == event.values.end()) return "";
  return separator + std::to_string(static_cast<int64_t>(speed->second)) + " images/s";
}

std::string valuesOf(const FeedEvent& event) {
  std::string text;
  for (const auto& [name, value] : event.values)
    if (name != "images_per_second") text += ", " + name + " " + lossText(value);
  return text + speedOf(event, ", ");
}

std::string progressOf(const FeedEvent& event) {
  std::string text = epochOf(event) + "  " + stepOf(event);
  for (const char* name : {"loss", "accuracy"})
    if (const auto value = event.values.find(name); value != event.values.end())
      text += std::string("  ") + name + " " + lossText(value->second);
  text += speedOf(event, "  ");
  if (event.step > 0)
    text += "  " +
            clockText(event.seconds * static_cast<double>(event.steps - event.step) /
                      static_cast<double>(event.step)) +
            " left";
  return text;
}

const char* kindName(FeedEventKind kind) {
  switch (kind) {
    case FeedEventKind::step:
      return "step";
    case FeedEventKind::epoch:
      return "epoch";
    case FeedEventKind::mark:
      return "mark";
    case FeedEventKind::message:
      return "message";
    default:
      return nullptr;
  }
}

}  // namespace

void TrainingReporter::say(const std::string& line) const {
  if (report_.isData)
    cli_.say(report_.label + line);
  else
    cli_.note(report_.label + line);
}

void TrainingReporter::report(const FeedEvent& event) {
  if (cli_.json && report_.isData) return reportJson(event);
  switch (event.kind) {
    case FeedEventKind::step:
      return reportStep(event);
    case FeedEventKind::epoch:
      bar_.clear();
      return say(epochOf(event) + valuesOf(event) + ", " + clockText(event.seconds));
    case FeedEventKind::mark:
    case FeedEventKind::message:
      bar_.clear();
      return cli_.note(report_.label + event.text);
    default:
      return;
  }
}

void TrainingReporter::reportStep(const FeedEvent& event) {
  if (bar_.visible())
    bar_.show(event.steps ? static_cast<double>(event.step) / static_cast<double>(event.steps) : 0,
              report_.label + progressOf(event));
  else if (!cli_.quiet)
    say(stepOf(event) + valuesOf(event));
}

void TrainingReporter::reportJson(const FeedEvent& event) const {
  const char* kind = kindName(event.kind);
  if (!kind) return;
  nlohmann::json object = event.values;
  object["event"] = kind;
  object["step"] = event.step;
  object["epoch"] = event.epoch;
  object["seconds"] = event.seconds;
  if (!event.text.empty()) object["text"] = event.text;
  cli_.print(object);
}

}  // namespace bypath
