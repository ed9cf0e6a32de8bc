// The same measurement of a run and, where one is chosen, of a second one: on the pictures of the first, one
// after the other. Call it where the window does not wait.
//
//   Result<WithTwin<Landscape>> both = measureWithTwin<Landscape>(
//       run, {twinFolder, &layers, &shelf}, told, [&](const Measured& one) { return landscape(...); });
#pragma once

#include <optional>

#include "gui/app/inside_service.h"

namespace bypath {

// What is measured, on which pictures, and who is told how much is done.
struct Measured {
  const OpenedRun& run;
  std::shared_ptr<const DataSet> data;
  Progress told;
};

template <class Answer>
struct WithTwin {
  Answer first;
  std::optional<Answer> twin;
  QString twinSource;
};

// An order without a folder: no second run.
template <class Answer>
Result<WithTwin<Answer>> measureWithTwin(const OpenedRun& run, const RunOrder& twin, const Progress& told,
                                         const std::function<Result<Answer>(const Measured&)>& measure) {
  const bool alone = twin.folder.empty();
  const double share = alone ? 1 : 0.5;
  Result<Answer> first = measure({run, run.data, [&](double done) { return told(share * done); }});
  if (!first) return first.error();
  WithTwin<Answer> both{.first = std::move(*first), .twin = {}, .twinSource = {}};
  if (alone) return both;
  const Result<OpenedRun> other = openRun(twin);
  if (!other) return other.error();
  Result<Answer> second =
      measure({*other, run.data, [&](double done) { return told(share + share * done); }});
  if (!second) return second.error();
  both.twin = std::move(*second);
  both.twinSource = sourceText(*other, twin);
  return both;
}

}  // namespace bypath
