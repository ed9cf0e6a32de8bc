// Puts what came out on this machine into the text of a lesson: "{deep.loss}" becomes "2.112". A paragraph
// with a number that is not known goes without a trace, so that a text never claims what nobody measured.
//
//   withNumbers("The loss is **{deep.loss}**.", {{"deep.loss", 2.1117}});   // "The loss is **2.112**."
#pragma once

#include <map>
#include <QString>

namespace bypath {

using LessonNumbers = std::map<std::string, double>;

QString withNumbers(const QString& text, const LessonNumbers& numbers);

}  // namespace bypath
