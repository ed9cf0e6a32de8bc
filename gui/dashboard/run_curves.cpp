#include "gui/dashboard/run_curves.h"

#include <algorithm>
#include <cmath>
#include <QCoreApplication>

namespace bypath {

namespace {

bool isValidation(const std::string& name) {
  return name.rfind("val_", 0) == 0;
}

QString translated(const char* text) {
  return QCoreApplication::translate("RunCurves", text);
}

struct QuantityText {
  const char* title;
  const char* caption;
};

const std::map<std::string, QuantityText>& quantityTexts() {
  static const std::map<std::string, QuantityText> texts{
      {"loss",
       {QT_TRANSLATE_NOOP("RunCurves", "Loss"),
        QT_TRANSLATE_NOOP("RunCurves",
                          "Both should fall; validation that rises while training falls is overfitting.")}},
      {"accuracy",
       {QT_TRANSLATE_NOOP("RunCurves", "Accuracy"),
        QT_TRANSLATE_NOOP("RunCurves", "Share named correctly; a widening gap is overfitting.")}},
      {"cross_entropy",
       {QT_TRANSLATE_NOOP("RunCurves", "Cross-entropy"),
        QT_TRANSLATE_NOOP("RunCurves",
                          "Surprise at the right answer, in nats; guessing among ten classes costs 2.30.")}},
      {"reconstruction",
       {QT_TRANSLATE_NOOP("RunCurves", "Reconstruction"),
        QT_TRANSLATE_NOOP(
            "RunCurves",
            "Cost of a reconstructed image in nats; it cannot fall below that of a perfect copy.")}},
      {"kl",
       {QT_TRANSLATE_NOOP("RunCurves", "KL divergence"),
        QT_TRANSLATE_NOOP("RunCurves",
                          "What the code says about the image, in nats; near 0 the decoder ignores it.")}},
      {"penalty",
       {QT_TRANSLATE_NOOP("RunCurves", "Weight penalty"),
        QT_TRANSLATE_NOOP(
            "RunCurves",
            "What the L2 penalties of the layers add to the loss; it should stay a small part.")}},
      {"learning_rate",
       {QT_TRANSLATE_NOOP("RunCurves", "Learning rate"),
        QT_TRANSLATE_NOOP("RunCurves",
                          "Size of a step, as the schedule sets it; its falls explain falls of the loss.")}},
      {"images_per_second",
       {QT_TRANSLATE_NOOP("RunCurves", "Images a second"),
        QT_TRANSLATE_NOOP("RunCurves", "Speed of training; a dip means that something else was busy.")}}};
  return texts;
}

}  // namespace

void RunCurves::add(const FeedEvent& event) {
  if (event.kind == FeedEventKind::step || event.kind == FeedEventKind::epoch)
    append(event.values, event.step, event.kind == FeedEventKind::epoch);
  else if (event.kind == FeedEventKind::mark)
    marks_.push_back({event.step, QString::fromStdString(event.text)});
  else
    return;
  ++revision_;
}

RunCurves RunCurves::fromRecord(const std::vector<RunRow>& rows, const std::vector<RunMark>& marks) {
  RunCurves curves;
  for (const RunRow& row : rows) curves.append(row.values, row.step, row.epochEnd);
  for (const RunMark& mark : marks) curves.marks_.push_back({mark.step, QString::fromStdString(mark.text)});
  ++curves.revision_;
  return curves;
}

void RunCurves::append(const std::map<std::string, double>& values, int64_t step, bool epochEnd) {
  const auto x = static_cast<double>(step);
  for (const auto& [name, value] : values) {
    if (!std::isfinite(value)) continue;
    CurvePoints& points = series_[name];
    // The end of an epoch repeats training values as means; they stand in only where no step was logged.
    if (epochEnd && !isValidation(name) && !points.empty()) continue;
    while (!points.empty() && points.back().x() >= x) points.pop_back();
    points.emplace_back(x, value);
  }
}

const CurvePoints& RunCurves::points(const std::string& name) const {
  static const CurvePoints none;
  const auto found = series_.find(name);
  return found == series_.end() ? none : found->second;
}

std::vector<std::string> RunCurves::quantities() const {
  std::vector<std::string> names;
  for (const auto& entry : series_) {
    const std::string name = isValidation(entry.first) ? entry.first.substr(4) : entry.first;
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  std::stable_partition(names.begin(), names.end(), [](const std::string& n) { return n == "loss"; });
  return names;
}

QString quantityTitle(const std::string& name) {
  if (isValidation(name)) return translated("Validation %1").arg(quantityTitle(name.substr(4)).toLower());
  const auto found = quantityTexts().find(name);
  if (found != quantityTexts().end()) return translated(found->second.title);
  QString title = QString::fromStdString(name).replace(QLatin1Char('_'), QLatin1Char(' '));
  if (!title.isEmpty()) title[0] = title[0].toUpper();
  return title;
}

QString quantityCaption(const std::string& name) {
  const auto found = quantityTexts().find(name);
  return found == quantityTexts().end() ? translated("The course of this value over the steps of training.")
                                        : translated(found->second.caption);
}

}  // namespace bypath
